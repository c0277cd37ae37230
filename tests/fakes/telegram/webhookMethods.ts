import { readAllowedUpdates } from './getUpdates.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';
import { isLoopback, Webhook } from './webhook.ts';

/** Allowed ports: https://core.telegram.org/bots/api#setwebhook */
const PORTS = ['', '443', '80', '88', '8443'];

/** https://core.telegram.org/bots/api#setwebhook. Allows http and any port on loopback. */
export function setWebhook(call: Call): true {
  const { bot, params } = call;
  const url = params.text('url') ?? '';
  const secret = params.text('secret_token');
  const maxConnections = params.integer('max_connections') ?? 40;
  const allowed = readAllowedUpdates(call);
  const dropsPending = params.flag('drop_pending_updates');
  if (url === '') return remove(call, dropsPending);
  checkAddress(url);
  if (secret !== null && !/^[\w-]{1,256}$/.test(secret)) {
    throw Refusal.malformed('secret token contains unallowed characters');
  }
  if (maxConnections < 1 || maxConnections > 100)
    throw Refusal.malformed('max_connections must be between 1 and 100');
  if (allowed !== null) bot.allowedUpdates = allowed;
  if (dropsPending) bot.queue.clear();
  bot.poll?.end(Refusal.conflict('terminated by setWebhook request'));
  bot.webhook?.stop();
  bot.webhook = new Webhook(bot, { url, secret, maxConnections });
  bot.webhook.wake();
  bot.telegram.changes.happened();
  return true;
}

/** https://core.telegram.org/bots/api#deletewebhook */
export function deleteWebhook(call: Call): true {
  return remove(call, call.params.flag('drop_pending_updates'));
}

/** https://core.telegram.org/bots/api#webhookinfo. Never shows the secret. */
export function getWebhookInfo({ bot }: Call): unknown {
  const { webhook } = bot;
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: bot.queue.pending(bot.telegram.clock.now()).length,
    ...(webhook === null ? {} : { max_connections: webhook.maxConnections, ...webhook.lastError }),
    ...(bot.allowedUpdates.length === 0 ? {} : { allowed_updates: bot.allowedUpdates }),
  };
}

function remove({ bot }: Call, dropsPending: boolean): true {
  bot.webhook?.stop();
  bot.webhook = null;
  if (dropsPending) bot.queue.clear();
  bot.telegram.changes.happened();
  return true;
}

function checkAddress(address: string): void {
  const url = URL.parse(address);
  if (url !== null && url.protocol === 'http:' && isLoopback(url)) return;
  if (url === null || url.protocol !== 'https:') {
    throw Refusal.malformed('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (!PORTS.includes(url.port)) {
    throw Refusal.malformed('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
}
