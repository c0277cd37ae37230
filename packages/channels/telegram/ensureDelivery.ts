import type { EpochMs } from '@otklik/domain';
import type { LocalizedText } from '../channel.ts';
import { bareUrl } from '../provider/bareUrl.ts';
import { type TelegramAccount, updateKinds } from './account.ts';
import { type BotApi, botApi, type WebhookInfo } from './botApi.ts';
import type { CallOutcome } from './callOutcome.ts';
import { heldByWebhook } from './heldByWebhook.ts';

/** Within a chat Telegram always waits for our answer. */
const MAX_CONNECTIONS = 40;

/** `pending` updates wait at Telegram; `lastError` is its last complaint. */
export interface WebhookState {
  readonly changed: boolean;
  readonly pending: number;
  readonly lastError: { readonly at: EpochMs; readonly text: string } | null;
}

/** Another program uses the bot. */
export interface Held {
  readonly outcome: 'held';
  readonly problem: LocalizedText;
}

/**
 * Sets the webhook only if it differs; call it every few minutes. A webhook to elsewhere is left alone, with advice.
 * @param publicUrl our https address for Telegram. @throws without `receive: webhook` and a secret, which the config
 * check excludes.
 */
export async function ensureDelivery(
  account: TelegramAccount,
  publicUrl: string,
  signal?: AbortSignal,
): Promise<CallOutcome<WebhookState> | Held> {
  const wanted = wantedWebhook(account, publicUrl);
  const api = botApi(account.token.reveal(), account.apiRoot);
  const found = await api.getWebhookInfo({ signal });
  if (found.outcome !== 'ok') return found;
  const info = found.result;
  if (isForeign(info.url, wanted.url)) {
    return { outcome: 'held', problem: heldByWebhook(info.url) };
  }
  if (isAsWanted(info, wanted)) return { outcome: 'ok', result: stateOf(info, false) };
  return await set(api, wanted, info, signal);
}

type Wanted = ReturnType<typeof wantedWebhook>;

function wantedWebhook(account: TelegramAccount, publicUrl: string) {
  const { channel } = account;
  if (channel?.receive !== 'webhook' || channel.secret === null) {
    throw new Error(`the bot ${account.account} is not a channel with receive: webhook and a secret`);
  }
  return {
    url: `${bareUrl(publicUrl)}/hooks/${encodeURIComponent(channel.id)}`,
    secret_token: channel.secret.reveal(),
    allowed_updates: updateKinds(account),
    max_connections: MAX_CONNECTIONS,
  };
}

async function set(
  api: BotApi,
  wanted: Wanted,
  info: WebhookInfo,
  signal: AbortSignal | undefined,
): Promise<CallOutcome<WebhookState>> {
  const outcome = await api.setWebhook(wanted, { signal });
  return outcome.outcome === 'ok' ? { outcome: 'ok', result: stateOf(info, true) } : outcome;
}

function isAsWanted(info: WebhookInfo, wanted: Wanted): boolean {
  return (
    info.url === wanted.url &&
    info.max_connections === wanted.max_connections &&
    new Set(info.allowed_updates).symmetricDifference(new Set<string>(wanted.allowed_updates)).size === 0 &&
    !complainsOfSecret(info)
  );
}

/** A wrong secret shows only by our 401. */
function complainsOfSecret(info: WebhookInfo): boolean {
  return info.pending_update_count > 0 && info.last_error_message?.includes('401') === true;
}

/** The same path on another host is ours, after a move. */
function isForeign(current: string, wanted: string): boolean {
  return current !== '' && hookPath(current) !== hookPath(wanted);
}

function hookPath(url: string): string | undefined {
  return URL.parse(url)?.pathname.match(/\/hooks\/[^/]+$/)?.[0];
}

function stateOf(info: WebhookInfo, changed: boolean): WebhookState {
  return { changed, pending: info.pending_update_count, lastError: lastErrorOf(info) };
}

function lastErrorOf({
  last_error_date: seconds,
  last_error_message: text,
}: WebhookInfo): WebhookState['lastError'] {
  return seconds === undefined || text === undefined ? null : { at: seconds * 1000, text };
}
