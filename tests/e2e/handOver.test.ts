import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram/chat.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, type Otklik, startOtklik } from './otklik.ts';

const BOT = '700001:staff';
const [ANNA, BORIS, VERA] = [100001, 100002, 100003];

const config = (telegram: FakeTelegram) => `
version: 1
people:
  - { id: anna, name: Анна Петрова, telegram: ${ANNA} }
  - { id: boris, name: Борис Смирнов, telegram: ${BORIS} }
  - { id: vera, name: Вера Павловна, role: head, telegram: ${VERA} }
policies: { default: { warn: 1s, breach: 5m, take_lease: 4s } }
channels:
  - { id: site, kind: webhook, name: Сайт, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
notify: { telegram: { token: "${BOT}", api_root: "${telegram.apiRoot}" } }
`;

describe('a hand-over never goes into the void', () => {
  let telegram: FakeTelegram;
  let otklik: Otklik;
  let people: Record<'anna' | 'boris' | 'vera', ReturnType<FakeTelegram['user']>>;
  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    people = {
      anna: telegram.user({ id: ANNA, firstName: 'Анна' }),
      boris: telegram.user({ id: BORIS, firstName: 'Борис' }),
      vera: telegram.user({ id: VERA, firstName: 'Вера' }),
    };
    otklik = await startOtklik({ config: config(telegram) });
    for (const each of Object.values(people)) each.writes(BOT, '/start');
    await telegram.until(() => [ANNA, BORIS, VERA].every((id) => inChat(id).length > 0), 10_000);
  });
  afterAll(async () => {
    await otklik?.stop();
    await telegram.close();
  });

  const inChat = (person: number) => telegram.chat(BOT, person).fromBot;
  const cards = (person: number, client: string) =>
    inChat(person).filter(
      ({ text, versions }) => versions[0]?.text.includes(client) || text.includes(client),
    );
  const card = (person: number, client: string, says: RegExp) =>
    telegram.until(() => cards(person, client).find(({ text }) => says.test(text)), 20_000);
  const press = async (who: keyof typeof people, on: FakeMessage, label: RegExp) => {
    const found = await telegram.until(
      () => on.buttons.flat().find((each) => 'callback_data' in each && label.test(each.text)),
      10_000,
    );
    assert.ok('callback_data' in found);
    return people[who].presses(BOT, on.messageId, found.callback_data);
  };
  const asks = (client: string) => otklik.send('site', message('client', client, Date.now()));
  const ownerOf = async (client: string) => {
    const { items } = (
      await otklik.api<{ items: { thread: string; owner: string; hand_over: unknown }[] }>('/waits')
    ).body;
    return items.find(({ thread }) => thread === client);
  };

  it('whoever gave it sees it taken', async () => {
    await asks('Ольга');
    const hers = await card(ANNA, 'Ольга', /ждёт ответа/);
    await press('anna', hers, /Передать/);
    await press('anna', hers, /Борис/);
    await card(ANNA, 'Ольга', /Передано: Борис Смирнов\. Не возьмёт до \d\d:\d\d:\d\d — вернётся к вам\./);
    const his = await card(
      BORIS,
      'Ольга',
      /Передано вам от коллеги: Анна Петрова\. Возьмите до \d\d:\d\d:\d\d, иначе вернётся\./,
    );
    await press('boris', his, /Беру/);
    await card(ANNA, 'Ольга', /Передано и принято: Борис Смирнов/);
    assert.equal((await ownerOf('Ольга'))?.owner, 'boris');
    await otklik.send('site', message('employee', 'Ольга', Date.now()));
  });

  it('or gets it back, with a ping that says so', async () => {
    await asks('Пётр');
    const hers = await card(ANNA, 'Пётр', /ждёт ответа/);
    await press('anna', hers, /Передать/);
    await press('anna', hers, /Борис/);
    await card(BORIS, 'Пётр', /Передано вам/);
    const told = () => cards(ANNA, 'Пётр').filter(({ text }) => /Борис Смирнов не берёт/.test(text));
    await telegram.until(() => told().some(({ messageId }) => messageId !== hers.messageId), 20_000);
    await card(BORIS, 'Пётр', /Отвечает Анна Петрова/);
    assert.equal((await ownerOf('Пётр'))?.owner, 'anna');
    await otklik.send('site', message('employee', 'Пётр', Date.now()));
  });

  it('all of somebody’s at once are one message, and one press takes them all', async () => {
    const clients = ['Клара', 'Карл', 'Роза', 'Фрида'];
    for (const each of clients) await asks(each);
    await until(
      async () => (await Promise.all(clients.map(ownerOf))).every((wait) => wait?.owner === 'anna'),
      {
        what: 'all are hers',
      },
    );
    await telegram.until(() => clients.every((each) => cards(ANNA, each).length > 0), 10_000);
    const before = inChat(BORIS).length;
    const { body } = await otklik.api<{ handed_over: number }>('/people/anna/hand-over', {
      method: 'POST',
      body: { to: 'boris' },
    });
    assert.equal(body.handed_over, 4);
    const list = await telegram.until(
      () =>
        inChat(BORIS)
          .slice(before)
          .find(({ text }) => clients.every((each) => text.includes(each))),
      10_000,
    );
    assert.match(list.text, /передано вам/);
    await press('boris', list, /Беру 1/);
    await until(
      async () =>
        (await Promise.all(clients.map(ownerOf))).every(
          (wait) => (wait?.hand_over as { state: string } | null)?.state === 'accepted',
        ),
      { timeoutMs: 10_000, what: 'all are taken' },
    );
    assert.equal(inChat(BORIS).length, before + 1);
  });
});
