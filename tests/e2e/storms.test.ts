import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram/chat.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, type Otklik, startOtklik } from './otklik.ts';

const CLIENTS_BOT = '700001:clients';
const STAFF_BOT = '700002:staff';
const ANNA = 100001;

const config = (telegram: FakeTelegram) => `
version: 1
people:
  - { id: anna, name: Анна Петрова, telegram: ${ANNA} }
policies: { default: { warn: 2s, breach: 2m, take_lease: 1m } }
channels:
  - { id: bot, kind: telegram, name: Наш бот, owner: anna, token: "${CLIENTS_BOT}", api_root: "${telegram.apiRoot}" }
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, secret: env:SITE_SECRET }
notify:
  telegram: { token: "${STAFF_BOT}", api_root: "${telegram.apiRoot}" }
`;

describe('a storm of clients', () => {
  let telegram: FakeTelegram;
  let otklik: Otklik;
  let anna: ReturnType<FakeTelegram['user']>;
  /** Anna's messages before the test. */
  let earlier = 0;

  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(CLIENTS_BOT);
    telegram.addBot(STAFF_BOT);
    anna = telegram.user({ id: ANNA, firstName: 'Анна' });
    otklik = await startOtklik({ config: config(telegram) });
    anna.writes(STAFF_BOT, '/start');
    await telegram.until(() => telegram.chat(STAFF_BOT, ANNA).fromBot.length > 0, 10_000);
    earlier = 1;
  });
  afterAll(async () => {
    await otklik?.stop();
    await telegram.close();
  });
  afterEach(() => {
    earlier = telegram.chat(STAFF_BOT, ANNA).fromBot.length;
    assert.deepEqual(telegram.violations, []);
  });

  const inChat = () => telegram.chat(STAFF_BOT, ANNA).fromBot.slice(earlier);
  const pings = () => inChat().filter(({ text }) => /^(⏳|🔴|✅) /u.test(text));
  /** How many clients a ping or a list is about. */
  const tellsOf = ({ text }: FakeMessage) =>
    Number(/^\S+ (?:Ждут ответа|Всем ответили): (\d+)/.exec(text)?.[1] ?? 1);
  const told = () => pings().reduce((sum, ping) => sum + tellsOf(ping), 0);
  const names = (all: readonly string[]) =>
    all.filter((name) =>
      pings().some(({ versions }) =>
        versions.some(({ text }) => new RegExp(`(^|[\\s.])${name} `, 'm').test(text)),
      ),
    );
  const lineOf = (list: FakeMessage, name: string) =>
    list.text.split('\n').find((line) => line.includes(`${name} · `)) ?? '';

  it('is few messages, which are edited as clients are answered; each is taken by number and answered on a card', async () => {
    const ivan = telegram.user({ id: 800_001, firstName: 'Иван' });
    const others = Array.from({ length: 11 }, (_, i) => `Гость${String(i + 1).padStart(2, '0')}`);
    ivan.writes(CLIENTS_BOT, 'Здравствуйте!');
    await Promise.all(others.map((name) => otklik.send('site', message('client', name, Date.now()))));

    await telegram.until(() => told() === 12, 15_000);
    assert.ok(pings().length <= 3, `${pings().length} messages`);
    const list = pings().find((ping) => lineOf(ping, 'Иван') !== '');
    assert.ok(list, 'Иван is on a list');

    anna.writes(STAFF_BOT, 'Да, доставим', { replyTo: list.messageId });
    await telegram.until(() => inChat().some(({ text }) => text.startsWith('Это список')), 5_000);

    const number = /^\d+/.exec(lineOf(list, 'Иван'))?.[0];
    const take = list.buttons.flat().find(({ text }) => text === `Беру ${number}`);
    assert.ok(take && 'callback_data' in take, 'a button for Иван');
    const press = anna.presses(STAFF_BOT, list.messageId, String(take.callback_data));
    assert.match(String((await telegram.until(() => press.answer, 5_000)).text), /^Клиент за вами/);
    const card = await telegram.until(
      () => pings().find(({ text }) => text.startsWith('⏳ Иван ждёт ответа')),
      5_000,
    );
    await telegram.until(() => /за вами/.test(lineOf(list, 'Иван')), 5_000);
    anna.presses(STAFF_BOT, list.messageId, String(take.callback_data)); // a nervous finger: no second card

    anna.writes(STAFF_BOT, 'Да, доставим завтра', { replyTo: card.messageId });
    const received = () => telegram.chat(CLIENTS_BOT, ivan.id).fromBot.map(({ text }) => text);
    await telegram.until(() => received().length > 0, 5_000);
    await telegram.until(() => /^✅ Отвечено за/.test(card.text), 5_000);

    const [few, rest] = [others.slice(0, 3), others.slice(3)];
    const answer = (name: string) => otklik.send('site', message('employee', name, Date.now()));
    await Promise.all(few.map(answer));
    await telegram.until(() => names(others).length === others.length, 5_000);
    await Promise.all(rest.map(answer));
    await telegram.until(() => pings().every(({ text }) => text.startsWith('✅')), 10_000);
    assert.match(lineOf(list, 'Иван'), /^\d+\. ✅ .* отвечено за \d+:\d\d — Анна Петрова$/);
    assert.deepEqual(received(), ['Да, доставим завтра'], 'nothing else has reached the client');
    assert.equal(
      pings().filter(({ text }) => text.includes('Иван · Наш бот')).length,
      2,
      'the list, one card',
    );
    assert.deepEqual(names(others), others);
  });

  it('loses nothing when Telegram wants a pause: what comes meanwhile stands on the same message', async () => {
    telegram.failNext('sendMessage', { retryAfter: 2, times: 1 });
    const sent = telegram.calls('sendMessage').length;
    const clients = ['Пауза1', 'Пауза2', 'Пауза3', 'Пауза4'];
    await otklik.send('site', message('client', 'Пауза1', Date.now()));
    await until(() => telegram.calls('sendMessage').length > sent, { what: 'the first try' });
    for (const name of clients.slice(1))
      await otklik.send('site', message('client', name, Date.now() - 2_000));
    telegram.failNext('editMessageText', { retryAfter: 1, times: 1 });
    await telegram.until(() => told() === 4, 15_000);
    assert.deepEqual(names(clients), clients);
    assert.equal(pings().length, 1);
    assert.equal(telegram.calls('sendMessage').length, sent + 2, 'no try before the pause was over');
  });
});
