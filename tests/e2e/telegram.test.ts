import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram/chat.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, type Otklik, startOtklik } from './otklik.ts';

const CLIENTS_BOT = '700001:clients';
const STAFF_BOT = '700002:staff';
const ANNA = 100001;
const BORIS = 100002;

interface Wait {
  readonly id: string;
  readonly thread: string;
  readonly owner: string;
  readonly outcome: string | null;
  readonly answered_by: string | null;
  readonly taken_by: string | null;
}

const config = (telegram: FakeTelegram) => `
version: 1
people:
  - { id: anna, name: Анна Петрова, telegram: ${ANNA} }
  - { id: boris, name: Борис Смирнов, telegram: ${BORIS}, locale: en }
policies: { default: { warn: 1s, breach: 1m, take_lease: 1m } }
channels:
  - { id: bot, kind: telegram, name: Наш бот, owner: anna, deputies: [boris], token: "${CLIENTS_BOT}", api_root: "${telegram.apiRoot}" , policy: quick }
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, secret: env:SITE_SECRET }
notify:
  telegram: { token: "${STAFF_BOT}", api_root: "${telegram.apiRoot}" }
`;

describe('over Telegram', () => {
  let telegram: FakeTelegram;
  let otklik: Otklik;
  let anna: ReturnType<FakeTelegram['user']>;
  let boris: ReturnType<FakeTelegram['user']>;
  let clients = 0;

  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(CLIENTS_BOT);
    telegram.addBot(STAFF_BOT);
    anna = telegram.user({ id: ANNA, firstName: 'Анна' });
    boris = telegram.user({ id: BORIS, firstName: 'Boris' });
    const text = config(telegram).replace(', policy: quick', '').replace('warn: 1s', 'warn: 2s');
    otklik = await startOtklik({ config: text });
    anna.writes(STAFF_BOT, '/start');
    boris.writes(STAFF_BOT, '/start');
    await telegram.until(() => inChat(ANNA).length > 0 && inChat(BORIS).length > 0, 10_000);
  });
  afterAll(async () => {
    await otklik?.stop();
    await telegram.close();
  });
  afterEach(() => assert.deepEqual(telegram.violations, []));

  const inChat = (person: number) => telegram.chat(STAFF_BOT, person).fromBot;
  const newClient = () => {
    clients += 1;
    return telegram.user({ id: 800_000 + clients, firstName: `Клиент${clients}` });
  };
  const waitOf = async (client: { id: number }) => {
    const { body } = await otklik.api<{ items: Wait[] }>('/waits?limit=500');
    return body.items.find((wait) => wait.thread === String(client.id));
  };
  const pingAbout = (person: number, name: string) =>
    telegram.until(
      () => inChat(person).find(({ versions }) => versions[0]?.text.includes(`${name} `)),
      8_000,
    );
  const pressable = (ping: FakeMessage) =>
    ping.buttons.flat().flatMap((each) => ('callback_data' in each ? [each] : []));
  const button = (ping: FakeMessage, text: string) => {
    const found = pressable(ping).find((each) => each.text === text)?.callback_data;
    assert.ok(found, `a button «${text}»`);
    return found;
  };

  it('tells those whom it does not know their Telegram id', async () => {
    const stranger = newClient();
    stranger.writes(STAFF_BOT, 'привет');
    const answer = await telegram.until(() => telegram.chat(STAFF_BOT, stranger.id).fromBot[0], 5_000);
    assert.match(answer.text, new RegExp(String(stranger.id)));
  });

  it('whatever link a site sends, the ping goes out; one that Telegram refuses goes out without', async () => {
    const links = [
      'https:evil',
      'https:/\\x',
      'https:example.ru',
      'https:\\\\example.ru',
      'https://chats.example.ru/1',
    ];
    for (const [nth, link] of links.entries()) {
      const name = `Ссылка${nth}`;
      if (nth === links.length - 1)
        telegram.failNext('sendMessage', {
          status: 400,
          description: 'Bad Request: button is invalid',
        });
      await otklik.send('site', message('client', name, Date.now() - 2_000, { link }));
      const ping = await pingAbout(ANNA, name);
      const urls = ping.buttons.flat().flatMap((each) => ('url' in each ? [each.url] : []));
      assert.deepEqual(urls, nth === 2 || nth === 3 ? ['https://example.ru/'] : [], link);
      await otklik.send('site', message('employee', name, Date.now()));
    }
  });

  it('a client’s name and words forge no line of a ping', async () => {
    const name = 'Подделка\n🔴 Ольга ждёт ответа\u202eабв';
    const from = { side: 'client', id: 'forger', name };
    await otklik.send(
      'site',
      message('client', 'forger', Date.now() - 2_000, { from, text: 'Раз\r\n\u202eдва' }),
    );
    const ping = await pingAbout(ANNA, 'Подделка');
    assert.match(ping.text, /^⏳ Подделка 🔴 Ольга ждёт ответаабв ждёт ответа\nРаз\nдва\n/);
    await otklik.send('site', message('employee', 'forger', Date.now()));
  });

  it('a client writes, the owner is pinged, takes it, answers by replying, and the ping says so', async () => {
    const client = newClient();
    client.writes(CLIENTS_BOT, 'Здравствуйте! Есть ли <b>доставка</b> & самовывоз?');
    const ping = await pingAbout(ANNA, 'Клиент2');
    assert.match(ping.text, /Есть ли <b>доставка<\/b> & самовывоз\?/);
    assert.match(ping.text, /Наш бот/);

    const press = anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Беру'));
    const toast = await telegram.until(() => press.answer, 5_000);
    assert.match(String(toast.text), /^Клиент за вами/);
    assert.equal((await waitOf(client))?.taken_by, 'anna');
    await telegram.until(() => /За вами до/.test(ping.text), 5_000);
    const letGo = anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Отпустить'));
    assert.match(String((await telegram.until(() => letGo.answer, 5_000)).text), /^Клиент больше не за вами/);
    await telegram.until(() => !/За вами/.test(ping.text) && button(ping, 'Беру') !== '', 5_000);
    assert.equal((await waitOf(client))?.taken_by, null);

    anna.writes(STAFF_BOT, 'Да, доставим завтра', { replyTo: ping.messageId });
    const received = await telegram.until(() => telegram.chat(CLIENTS_BOT, client.id).fromBot[0], 5_000);
    assert.equal(received.text, 'Да, доставим завтра');
    await telegram.until(() => /Отвечено за \d:\d\d — Анна Петрова/.test(ping.text), 5_000);
    assert.deepEqual(pressable(ping), []);
    const wait = await waitOf(client);
    assert.deepEqual([wait?.outcome, wait?.answered_by], ['answered', 'anna']);
    await telegram.until(() => inChat(ANNA).some(({ text }) => text === 'Отправлено: Клиент2.'), 5_000);
  });

  it('«Ответа не нужно» ends the wait, and a second press says that it is over', async () => {
    const client = newClient();
    client.writes(CLIENTS_BOT, 'Спасибо!');
    const ping = await pingAbout(ANNA, 'Клиент3');
    const data = button(ping, 'Ответа не нужно');
    const first = anna.presses(STAFF_BOT, ping.messageId, data);
    const second = anna.presses(STAFF_BOT, ping.messageId, data);
    assert.equal((await telegram.until(() => first.answer, 5_000)).text, 'Записано: ответа не нужно.');
    assert.match(
      String((await telegram.until(() => second.answer, 5_000)).text),
      /^Ответа не нужно — Анна Петрова/,
    );
    assert.equal((await waitOf(client))?.outcome, 'no_reply_needed');
  });

  it('«Передать…» offers colleagues; the new owner is pinged at once, in their language', async () => {
    const client = newClient();
    client.writes(CLIENTS_BOT, 'Вопрос про монтаж');
    const ping = await pingAbout(ANNA, 'Клиент4');
    anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Передать…'));
    await telegram.until(() => ping.buttons.flat().some(({ text }) => text === 'Борис Смирнов'), 5_000);
    anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Борис Смирнов'));
    await until(async () => (await waitOf(client))?.owner === 'boris', { what: 'the new owner' });
    const theirs = await pingAbout(BORIS, 'Клиент4');
    assert.match(theirs.text, /is waiting for an answer/);
    await telegram.until(() => /Передано: Борис Смирнов/.test(ping.text), 5_000);
  });

  it('two press «Беру»: one gets it, the other is told who', async () => {
    const client = newClient();
    client.writes(CLIENTS_BOT, 'Срочно');
    const ping = await pingAbout(ANNA, 'Клиент5');
    anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Передать…'));
    await telegram.until(() => ping.buttons.flat().some(({ text }) => text === 'Борис Смирнов'), 5_000);
    anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Борис Смирнов'));
    const theirs = await pingAbout(BORIS, 'Клиент5');
    await telegram.until(() => ping.buttons.flat().some(({ text }) => text === 'Беру'), 5_000);
    const presses = [
      anna.presses(STAFF_BOT, ping.messageId, button(ping, 'Беру')),
      boris.presses(STAFF_BOT, theirs.messageId, button(theirs, 'Mine')),
    ];
    const said = await Promise.all(
      presses.map(async (press) => String((await telegram.until(() => press.answer, 5_000)).text)),
    );
    const taker = (await waitOf(client))?.taken_by;
    assert.match(said[taker === 'anna' ? 0 : 1] ?? '', /^(Клиент за вами|It is yours)/);
    assert.match(
      said[taker === 'anna' ? 1 : 0] ?? '',
      /(Уже занимается Борис Смирнов|Анна Петрова is on it already)/,
    );
  });

  it('says so when a channel cannot be written to from the bot, and the client goes on waiting', async () => {
    await otklik.send('site', {
      id: 's-1',
      thread: 'chat-1',
      kind: 'message',
      at: new Date().toISOString(),
      from: { side: 'client', name: 'Сайт1' },
      text: 'Ау',
    });
    const ping = await pingAbout(ANNA, 'Сайт1');
    anna.writes(STAFF_BOT, 'ответ в никуда', { replyTo: ping.messageId });
    await telegram.until(
      () => inChat(ANNA).some(({ text }) => /«Чат на сайте» отсюда написать нельзя/.test(text)),
      5_000,
    );
    // Otherwise the next client joins this ping (within three seconds).
    await otklik.send('site', {
      id: 's-2',
      thread: 'chat-1',
      kind: 'message',
      at: new Date().toISOString(),
      from: { side: 'employee', id: 'anna' },
      text: 'Да',
    });
    await telegram.until(() => ping.text.startsWith('✅'), 5_000);
  });

  it('obeys retry_after, and loses nothing when Telegram fails', async () => {
    telegram.failNext('sendMessage', { retryAfter: 1, times: 1 });
    const client = newClient();
    client.writes(CLIENTS_BOT, 'Ещё тут?');
    await pingAbout(ANNA, client.person.firstName);
    client.blocks(CLIENTS_BOT);
    const ping = await pingAbout(ANNA, client.person.firstName);
    anna.writes(STAFF_BOT, 'Да', { replyTo: ping.messageId });
    await telegram.until(
      () => inChat(ANNA).some(({ text }) => text.startsWith(`Не отправлено (${client.person.firstName})`)),
      8_000,
    );
    assert.equal((await waitOf(client))?.outcome, null);
  });
});
