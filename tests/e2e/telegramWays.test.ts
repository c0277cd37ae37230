import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { freePort, until } from '@otklik/testing';
import { SMTPServer } from 'smtp-server';
import { describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { type Otklik, startOtklik } from './otklik.ts';

const BOT = '700001:both';
const HOOK_SECRET = 'only-telegram-knows-this';

interface Wait {
  readonly outcome: string | null;
  readonly answered_by: string | null;
}

const config = (telegram: FakeTelegram, said: { head?: string; channel?: string; notify?: string } = {}) => `
version: 1
${said.head ?? ''}
people: [{ id: anna, name: Анна, telegram: 100001, email: anna@example.ru }, { id: vera, name: Вера, role: head }]
policies: { default: { warn: 1s, breach: 1m } }
channels:
  - { id: bot, kind: telegram, owner: anna, head: vera, token: "${BOT}", api_root: "${telegram.apiRoot}"${said.channel ?? ''} }
notify:
  telegram: { token: "${BOT}", api_root: "${telegram.apiRoot}" }
  ${said.notify ?? ''}
`;

const onlyWait = async (otklik: Otklik) => (await otklik.api<{ items: Wait[] }>('/waits')).body.items[0];

/** From the client's words to the owner's answer, in one bot. */
async function talk(telegram: FakeTelegram, otklik: Otklik) {
  const anna = telegram.user({ id: 100001, firstName: 'Анна' });
  const client = telegram.user({ id: 800001, firstName: 'Иван' });
  anna.writes(BOT, '/start');
  client.writes(BOT, 'Здравствуйте!');
  const chat = () => telegram.chat(BOT, anna.id).fromBot;
  const ping = await telegram.until(() => chat().find(({ text }) => /Иван ждёт ответа/.test(text)), 8_000);
  anna.writes(BOT, 'Добрый день', { replyTo: ping.messageId });
  const received = await telegram.until(() => telegram.chat(BOT, client.id).fromBot[0], 5_000);
  assert.equal(received.text, 'Добрый день');
  await telegram.until(() => /^✅ Отвечено за 0:0\d — Анна/.test(ping.text), 5_000);
  const { items } = (await otklik.api<{ items: Wait[] }>('/waits')).body;
  assert.deepEqual(
    items.map(({ outcome, answered_by }) => [outcome, answered_by]),
    [['answered', 'anna']],
  );
}

describe('other ways over Telegram', () => {
  it('one bot may be the channel and ping our people: who writes decides what it is', async () => {
    const telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    const otklik = await startOtklik({ config: config(telegram) });
    try {
      await talk(telegram, otklik);
      assert.deepEqual(telegram.violations, []);
    } finally {
      await otklik.stop();
      await telegram.close();
    }
  });

  it('Telegram may post to us instead: with its secret, and nobody without it', async () => {
    const telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    const port = await freePort();
    const channel = `, receive: webhook, secret: "${HOOK_SECRET}"`;
    const head = `public_url: http://127.0.0.1:${port}`;
    const otklik = await startOtklik({
      config: config(telegram, { head, channel }),
      env: { PORT: String(port) },
    });
    try {
      await talk(telegram, otklik);
      assert.deepEqual(telegram.calls('getUpdates'), []);
      const body = {
        update_id: 1,
        message: { message_id: 1, date: 1, chat: { id: 5, type: 'private' }, text: 'x' },
      };
      for (const secret of [undefined, 'guessed']) {
        const forged = await fetch(`${otklik.base}/hooks/bot`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(secret && { 'x-telegram-bot-api-secret-token': secret }),
          },
          body: JSON.stringify(body),
        });
        assert.equal(forged.status, 401);
      }
      assert.deepEqual(telegram.violations, []);
    } finally {
      await otklik.stop();
      await telegram.close();
    }
  });

  it('whom Telegram does not reach is told by mail', async () => {
    const mails: string[] = [];
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        stream.resume();
        stream.on('end', () => {
          mails.push(...session.envelope.rcptTo.map(({ address }) => address));
          done();
        });
      },
    });
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', () => listening()));
    const { port } = smtp.server.address() as AddressInfo;
    const telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    const notify = `email: { smtp: "smtp://127.0.0.1:${port}", from: "Отклик <otklik@example.ru>" }`;
    const otklik = await startOtklik({ config: config(telegram, { notify }) });
    try {
      const anna = telegram.user({ id: 100001, firstName: 'Анна' });
      anna.writes(BOT, '/start');
      await telegram.until(() => telegram.chat(BOT, anna.id).fromBot.length > 0, 8_000);
      anna.blocks(BOT);
      telegram.user({ id: 800001, firstName: 'Иван' }).writes(BOT, 'Здравствуйте!');
      await until(() => mails.length > 0, { timeoutMs: 8_000, what: 'a mail' });
      assert.deepEqual(mails, ['anna@example.ru']);
      assert.equal((await onlyWait(otklik))?.outcome, null);
      assert.deepEqual(telegram.violations, []);
    } finally {
      await otklik.stop();
      await telegram.close();
      await new Promise<void>((closed) => smtp.close(closed));
    }
  });

  it('a client who writes while Telegram is away is not lost, and the wait counts from their words', async () => {
    const telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    const otklik = await startOtklik({ config: config(telegram) });
    try {
      await telegram.until(() => telegram.calls('getUpdates').length > 0, 8_000);
      await telegram.goDown();
      const client = telegram.user({ id: 800001, firstName: 'Иван' });
      telegram.deliverTwice(BOT);
      client.writes(BOT, 'Вы тут?');
      await telegram.comeUp();
      await until(() => onlyWait(otklik), { timeoutMs: 10_000, what: 'the wait' });
      const { items } = (await otklik.api<{ items: Wait[] }>('/waits')).body;
      assert.equal(items.length, 1);
    } finally {
      await otklik.stop();
      await telegram.close();
    }
  });
});
