import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import { secret } from '../testing/channelBase.ts';
import { botApi } from './botApi.ts';
import { ensureDelivery } from './ensureDelivery.ts';
import { accountOf, channelConfig, TOKEN } from './testing/account.ts';

const PUBLIC = 'https://otklik.example.ru';

let telegram: FakeTelegram;

beforeEach(async () => {
  telegram = await startFakeTelegram();
  telegram.addBot(TOKEN);
});
afterEach(async () => {
  assert.deepEqual(telegram.violations, []);
  await telegram.close();
});

const account = () =>
  accountOf(channelConfig(telegram.apiRoot, { receive: 'webhook', secret: secret('tell-me') }));
const sets = () => telegram.calls('setWebhook').map(({ params }) => params);

async function changed(publicUrl = PUBLIC, over = {}): Promise<boolean> {
  const ensured = await ensureDelivery({ ...account(), ...over }, publicUrl);
  assert.ok(ensured.outcome === 'ok', JSON.stringify(ensured));
  return ensured.result.changed;
}

describe('the webhook', () => {
  it('is set once, with the secret, and left alone while it is as it should be', async () => {
    assert.deepEqual([await changed(), await changed(`${PUBLIC}/`)], [true, false]);
    assert.deepEqual(sets(), [
      {
        url: `${PUBLIC}/hooks/tg`,
        secret_token: 'tell-me',
        allowed_updates: [
          'message',
          'edited_message',
          'business_connection',
          'business_message',
          'deleted_business_messages',
          'my_chat_member',
          'callback_query',
        ],
        max_connections: 40,
      },
    ]);
  });

  it('is set again when Telegram has dropped it, and when we have moved, not when our people join the bot', async () => {
    await changed();
    await botApi(TOKEN, telegram.apiRoot).deleteWebhook({});
    assert.equal(await changed(), true);
    assert.equal(await changed('https://new.example.ru'), true);
    assert.equal(await changed('https://new.example.ru', { staff: { people: new Set([1]) } }), false);
  });

  it('is set again when our answers show that Telegram has an old secret', async () => {
    const refusing = createServer((_, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const address = refusing.address();
    const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
    try {
      await changed(url);
      telegram.user({ id: 5, firstName: 'Иван' }).writes(TOKEN, 'Здравствуйте');
      await telegram.until(() => telegram.bot(TOKEN).webhook?.lastError);
      assert.equal(await changed(url), true);
    } finally {
      refusing.close();
    }
  });

  it('of another program is left alone, with a word on what to do', async () => {
    await botApi(TOKEN, telegram.apiRoot).setWebhook({ url: 'https://crm.example.com/telegram/secret' });
    const ensured = await ensureDelivery(account(), PUBLIC);
    assert.ok(ensured.outcome === 'held');
    assert.match(ensured.problem.en, /crm\.example\.com:.*deleteWebhook/);
    assert.equal(sets().length, 1);
  });

  it('cannot be looked at while Telegram is down', async () => {
    telegram.failNext('getWebhookInfo', { status: 502 });
    assert.equal((await ensureDelivery(account(), PUBLIC)).outcome, 'retry');
  });
});
