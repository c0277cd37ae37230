import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram/chat.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, startOtklik } from './otklik.ts';

const BOT = '700001:staff';
const config = (apiRoot: string, people = '', more = '') => `
version: 1
people:
  - { id: anna, name: Анна, telegram: 100001 }
  - { id: vera, name: Вера, role: head, telegram: 100003 }
${people}policies: { default: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [owner] }] } }
channels:
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, head: vera, secret: env:SITE_SECRET }
${more}notify: { telegram: { token: "${BOT}", api_root: "${apiRoot}" } }
`;

interface Listed {
  readonly id: string;
  readonly breached_at: string | null;
}
interface Story {
  readonly breached_at: string | null;
  readonly dispute: {
    by: string;
    reason: string;
    accepted: boolean | null;
    decided_by: string | null;
  } | null;
}
interface OwnerRow {
  readonly owner: string;
  readonly breached: number;
  readonly excused: number;
}

/** What people read and press. */
const inBot = (telegram: FakeTelegram) => {
  const about = (id: number, words: RegExp) =>
    telegram.until(() => telegram.chat(BOT, id).fromBot.findLast(({ text }) => words.test(text)), 10_000);
  const button = (said: FakeMessage, text: string) =>
    telegram.until(
      () =>
        said.buttons
          .flat()
          .flatMap((each) => ('callback_data' in each && each.text === text ? [each] : []))[0],
      8_000,
    );
  const press = async (user: ReturnType<FakeTelegram['user']>, said: FakeMessage, text: string) => {
    const pressed = user.presses(BOT, said.messageId, (await button(said, text)).callback_data ?? '');
    return (await telegram.until(() => pressed.answer, 8_000)).text;
  };
  return { about, button, press };
};

it('an owner says by button that a breach was not theirs, the head decides by button, the numbers follow', async () => {
  const telegram = await startFakeTelegram();
  telegram.addBot(BOT);
  const otklik = await startOtklik({ config: config(telegram.apiRoot) });
  try {
    const anna = telegram.user({ id: 100001, firstName: 'Анна' });
    const vera = telegram.user({ id: 100003, firstName: 'Вера' });
    const { about, button, press } = inBot(telegram);

    for (const user of [anna, vera]) user.writes(BOT, '/start');
    const asked = Date.now();
    await otklik.send(
      'site',
      message('client', 't1', asked, { from: { side: 'client', id: 'c', name: 'Иван' } }),
    );
    const ping = await about(anna.id, /Иван ждёт ответа/);
    const first = async () => (await otklik.api<{ items: Listed[] }>('/waits')).body.items[0];
    await until(async () => (await first())?.breached_at, { timeoutMs: 8_000, what: 'the breach' });
    await otklik.send('site', message('employee', 't1', Date.now()));
    await telegram.until(() => /Отвечено за/.test(ping.text), 8_000);

    await press(anna, ping, 'Не моя вина…');
    await button(ping, '← Назад');
    assert.match(ping.text, /Решит руководитель/);
    assert.match((await press(anna, ping, 'Канал не работал')) ?? '', /Передано: решит Вера/);
    await telegram.until(() => ping.buttons.flat().length === 0, 8_000);

    const toDecide = await about(vera.id, /Анна оспаривает просрочку/);
    assert.match(
      toDecide.text,
      /Иван · Чат на сайте\nОтвет через 0:02, норма 0:02\nПричина: Канал не работал/,
    );
    assert.match((await press(vera, toDecide, 'Принять')) ?? '', /Решение записано/);
    await telegram.until(
      () => /Принято — Вера/.test(toDecide.text) && toDecide.buttons.flat().length === 0,
      8_000,
    );
    await about(anna.id, /Возражение принято: Иван/);

    const wait = await first();
    const { body: story } = await otklik.api<Story>(`/waits/${wait?.id}`);
    assert.ok(story.breached_at !== null);
    assert.deepEqual(
      [story.dispute?.by, story.dispute?.accepted, story.dispute?.decided_by],
      ['anna', true, 'vera'],
    );
    const [row] = (await otklik.api<{ items: OwnerRow[] }>('/reports/owners')).body.items;
    assert.deepEqual([row?.owner, row?.breached, row?.excused], ['anna', 0, 1]);
    const { items } = (await otklik.api<{ items: { action: string; actor: string }[] }>('/audit')).body;
    assert.deepEqual(
      items.slice(0, 2).map(({ actor, action }) => [actor, action]),
      [
        ['vera', 'dispute_accepted'],
        ['anna', 'dispute'],
      ],
    );
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
  }
});

it('a head’s own breach is judged by another head, who sees it; where nobody can be told, nobody says so', async () => {
  const telegram = await startFakeTelegram();
  telegram.addBot(BOT);
  const gleb = '  - { id: gleb, name: Глеб, role: head, telegram: 100005 }\n';
  const own = '  - { id: own, kind: webhook, owner: vera, head: vera, secret: env:SITE_SECRET }\n';
  const otklik = await startOtklik({ config: config(telegram.apiRoot, gleb, own) });
  try {
    const vera = telegram.user({ id: 100003, firstName: 'Вера' });
    const judge = telegram.user({ id: 100005, firstName: 'Глеб' });
    for (const user of [vera, judge]) user.writes(BOT, '/start');
    const { about, press } = inBot(telegram);
    const breached = async (id: string, client: string) => {
      await otklik.send(
        'own',
        message('client', id, Date.now(), { from: { side: 'client', id, name: client } }),
      );
      const ping = await about(vera.id, new RegExp(`${client} ждёт ответа`));
      const wait = async () => (await otklik.api<{ items: Listed[] }>('/waits')).body.items[0];
      await until(async () => (await wait())?.breached_at, { timeoutMs: 8_000, what: 'the breach' });
      await otklik.send('own', message('employee', id, Date.now()));
      await telegram.until(() => /Отвечено за/.test(ping.text), 8_000);
      await press(vera, ping, 'Не моя вина…');
      return ping;
    };
    const ping = await breached('t1', 'Иван');
    assert.match((await press(vera, ping, 'Не моя смена')) ?? '', /^Передано: решит Глеб/);
    const toDecide = await about(judge.id, /Вера оспаривает просрочку/);
    assert.match((await press(judge, toDecide, 'Принять')) ?? '', /Решение записано/);
    await about(vera.id, /Возражение принято: Иван/);

    otklik.edit(config(telegram.apiRoot, gleb.replace(', telegram: 100005', ''), own));
    await until(
      async () =>
        (await otklik.api<{ items: { id: string; linked: boolean }[] }>('/people')).body.items.some(
          ({ id, linked }) => id === 'gleb' && !linked,
        ),
      {
        what: 'the new configuration',
      },
    );
    const second = await breached('t2', 'Ольга');
    assert.match(
      (await press(vera, second, 'Не моя смена')) ?? '',
      /^Записано\. Решит Глеб, но сообщение туда не доходит/,
    );
  } finally {
    await otklik.stop();
    await telegram.close();
  }
});
