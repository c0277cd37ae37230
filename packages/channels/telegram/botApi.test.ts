import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import { type BotApi, botApi } from './botApi.ts';
import { TOKEN } from './testing/account.ts';

const IVAN = 8_880_007;

let telegram: FakeTelegram;
let api: BotApi;

beforeEach(async () => {
  telegram = await startFakeTelegram();
  telegram.addBot(TOKEN, { username: 'otklik_bot' });
  telegram.user({ id: IVAN, firstName: 'Иван' }).writes(TOKEN, '/start');
  api = botApi(TOKEN, telegram.apiRoot);
});
afterEach(async () => {
  assert.deepEqual(telegram.violations, []);
  await telegram.close();
});

const hello = { chat_id: IVAN, text: 'Здравствуйте' };

describe('what went well', () => {
  it('is told as we rely on it', async () => {
    const sent = await api.sendMessage(hello);
    assert.ok(sent.outcome === 'ok');
    assert.deepEqual([sent.result.message_id, sent.result.chat.id], [2, IVAN]);
    const me = await api.getMe();
    assert.equal(me.outcome === 'ok' && me.result.username, 'otklik_bot');
    const commands = await api.setMyCommands({ commands: [{ command: 'waits', description: 'Кто ждёт' }] });
    assert.deepEqual(commands, { outcome: 'ok', result: true });
  });

  it('includes an edit that changes nothing', async () => {
    await api.sendMessage(hello);
    const edit = (text: string) => api.editMessageText({ chat_id: IVAN, message_id: 2, text });
    assert.deepEqual(await edit(hello.text), { outcome: 'ok', result: { changed: false } });
    assert.deepEqual(await edit('Другое'), { outcome: 'ok', result: { changed: true } });
  });

  it('includes methods that telegraf does not know', async () => {
    const { outcome } = await api.call('getBusinessConnection', { business_connection_id: 'x' });
    assert.equal(outcome, 'refused', 'it was asked: the fake knows no such method');
    assert.equal(telegram.calls('getBusinessConnection').length, 1);
    telegram.violations.length = 0;
  });
});

describe('what is worth another try', () => {
  it('is too many requests, as late as Telegram says', async () => {
    telegram.failNext('sendMessage', { retryAfter: 7 });
    assert.deepEqual(await api.sendMessage(hello), {
      outcome: 'retry',
      code: 429,
      afterMs: 7_000,
      problem: 'sendMessage: 429 Too Many Requests: retry after 7',
    });
  });

  const PASSING = [
    ['a server error', { status: 500 }],
    ['a proxy that is down', { status: 502, html: true }],
    ['a page of a proxy instead of an answer', { status: 403, html: true }],
    ['a conflict', { status: 409 }],
    ['a lost connection', { dropConnection: true }],
  ] as const;
  for (const [what, failure] of PASSING) {
    it(`is ${what}`, async () => {
      telegram.failNext('sendMessage', failure);
      const failed = await api.sendMessage(hello);
      assert.ok(failed.outcome === 'retry');
      assert.equal(failed.afterMs, null);
      assert.equal((await api.sendMessage(hello)).outcome, 'ok');
    });
  }

  it('is an answer that does not come in time', async () => {
    telegram.failNext('sendMessage', { hang: true });
    const failed = await api.sendMessage(hello, { timeoutMs: 50 });
    assert.equal(failed.outcome === 'retry' && failed.problem, 'sendMessage: no answer within 0.05 s');
  });

  it('is a call that was stopped', async () => {
    telegram.failNext('sendMessage', { hang: true });
    const stopping = new AbortController();
    const sending = api.sendMessage(hello, { signal: stopping.signal });
    await telegram.until(() => telegram.calls('sendMessage').length === 1);
    stopping.abort();
    assert.equal((await sending).outcome, 'retry');
  });

  it('is a server that is not there', async () => {
    await telegram.goDown();
    const failed = await api.sendMessage(hello);
    assert.equal(failed.outcome === 'retry' && failed.problem, 'sendMessage: no answer (ECONNREFUSED)');
  });
});

describe('what is not worth another try', () => {
  it('is a person who blocked the bot, and a chat that is not there', async () => {
    telegram.user({ id: IVAN, firstName: 'Иван' }).blocks(TOKEN);
    const blocked = await api.sendMessage(hello);
    assert.deepEqual(blocked, {
      outcome: 'refused',
      code: 403,
      problem: 'sendMessage: 403 Forbidden: bot was blocked by the user',
    });
    const unknown = await api.sendMessage({ ...hello, chat_id: 404 });
    assert.equal(unknown.outcome === 'refused' && unknown.code, 400);
  });

  it('is a dead token', async () => {
    telegram.revoke(TOKEN);
    const dead = await api.getMe();
    assert.equal(dead.outcome === 'refused' && dead.code, 401);
  });
});

describe('the token', () => {
  const [, secret = ''] = TOKEN.split(':');

  it('is in no problem, whatever went wrong', async () => {
    telegram.failNext('getMe', { status: 400, description: `bad /bot${TOKEN}/getMe` });
    telegram.failNext('getMe', { status: 404, html: true });
    telegram.failNext('getMe', { dropConnection: true });
    telegram.failNext('getMe', { hang: true });
    for (let failure = 0; failure < 4; failure += 1) {
      const failed = await api.getMe({ timeoutMs: 100 });
      assert.ok(failed.outcome !== 'ok' && !JSON.stringify(failed).includes(secret), JSON.stringify(failed));
    }
    for (const root of ['not a url', 'http://user:password@127.0.0.1:1']) {
      const failed = JSON.stringify(await botApi(TOKEN, root).getMe());
      assert.ok(!failed.includes(secret) && !failed.includes('password'), failed);
    }
  });
});
