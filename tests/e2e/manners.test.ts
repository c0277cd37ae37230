import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, type Otklik, startOtklik } from './otklik.ts';

const BOT = '700001:staff';
const config = (apiRoot: string) => `
version: 1
people:
  - { id: anna, name: Анна, telegram: 100001 }
policies:
  default: { warn: 1s, breach: 2s, steps: [{ at: 2s, notify: [owner] }] }
  strict: { counts_as_answer: { formal: false } }
channels:
  - { id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }
  - { id: line, kind: webhook, owner: anna, secret: env:SITE_SECRET }
  - { id: strict, kind: webhook, owner: anna, policy: strict, secret: env:SITE_SECRET }
notify: { telegram: { token: "${BOT}", api_root: "${apiRoot}" } }
`;

interface Wait {
  readonly id: string;
  readonly client: string;
  readonly closed_at: string | null;
  readonly breached_at: string | null;
  readonly outcome: string | null;
  readonly answered_with: string | null;
  readonly formal_answer: boolean;
  readonly farewell: boolean;
  readonly etiquette: { late: boolean; apology: boolean | null; thanks: boolean | null } | null;
}
interface OwnerRow {
  readonly owner: string;
  readonly formal: number;
  readonly late_replies: number;
  readonly apologised: number;
  readonly thanked: number;
  readonly no_reply_needed: number;
}

describe('what counts as an answer, and with what manners', () => {
  let telegram: FakeTelegram;
  let otklik: Otklik;
  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    otklik = await startOtklik({ config: config(telegram.apiRoot) });
    telegram.user({ id: 100001, firstName: 'Анна' }).writes(BOT, '/start');
  });
  afterAll(async () => {
    await otklik?.stop();
    await telegram.close();
  });

  const waitOf = async (client: string, fits: (wait: Wait) => boolean = () => true): Promise<Wait> =>
    until(
      async () =>
        (await otklik.api<{ items: Wait[] }>('/waits?limit=500')).body.items.find(
          (wait) => wait.client === client && fits(wait),
        ),
      { timeoutMs: 8_000, what: `the wait of ${client}` },
    );
  const closed = (client: string) => waitOf(client, ({ closed_at }) => closed_at !== null);
  const tells = (words: RegExp) =>
    telegram.until(() => telegram.chat(BOT, 100001).fromBot.find(({ text }) => words.test(text)), 8_000);
  const says = (channel: string, side: 'client' | 'employee' | 'bot', client: string, more: object = {}) =>
    otklik.send(channel, message(side, client, Date.now(), more));

  it('a late reply is judged for apology and thanks; the breach ping carries the words', async () => {
    await says('site', 'client', 'Иван');
    await tells(/Иван ждёт ответа слишком долго[\s\S]*Извинитесь за задержку и поблагодарите за ожидание/);
    await says('site', 'employee', 'Иван', {
      text: 'Извините за ожидание! Спасибо, что дождались. Да, есть.',
    });
    const polite = await closed('Иван');
    assert.deepEqual(polite.etiquette, { late: true, apology: true, thanks: true });
    await says('site', 'client', 'Ольга');
    await waitOf('Ольга', ({ breached_at }) => breached_at !== null);
    await says('site', 'employee', 'Ольга', { text: 'Да, есть в наличии.' });
    assert.deepEqual((await closed('Ольга')).etiquette, { late: true, apology: false, thanks: false });
  });

  it('of a missed call the ping opens with the question', async () => {
    const call = { direction: 'in', phase: 'ended', outcome: 'missed', talk_seconds: 0 };
    await says('line', 'client', 'Пётр', { id: 'c-1/ended', kind: 'call', text: null, call });
    const ping = await tells(/Пётр ждёт ответа слишком долго/);
    assert.match(ping.text, /^«Удобно ли сейчас говорить\?»/);
  });

  it('a nod is an answer only where the policy says so; a closing and a reaction are none', async () => {
    await says('site', 'client', 'Мария');
    await says('site', 'employee', 'Мария', { text: '+' });
    assert.deepEqual(
      [(await closed('Мария')).formal_answer, (await closed('Мария')).answered_with],
      [true, 'message'],
    );
    await says('strict', 'client', 'Яков');
    for (const event of [
      { text: 'ок' },
      { kind: 'closing', text: undefined },
      { kind: 'reaction', text: undefined },
    ])
      await says('strict', 'employee', 'Яков', event);
    await waitOf('Яков', ({ breached_at, closed_at }) => breached_at !== null && closed_at === null);
    await says('strict', 'employee', 'Яков', { text: 'Привезём завтра в 12.' });
    assert.equal((await closed('Яков')).outcome, 'answered');
  });

  it('a farewell is suggested as needing no reply, and closed only by a person', async () => {
    await says('site', 'client', 'Нина', { text: 'Спасибо!' });
    await tells(/Нина[\s\S]*Похоже на прощание/);
    const wait = await waitOf('Нина');
    assert.deepEqual([wait.farewell, wait.closed_at], [true, null]);
    await otklik.api(`/waits/${wait.id}/no-reply-needed`, { method: 'POST' });
    assert.equal((await closed('Нина')).outcome, 'no_reply_needed');
  });

  it('the owners’ report has the shares', async () => {
    const [anna] = (await otklik.api<{ items: OwnerRow[] }>('/reports/owners')).body.items;
    assert.ok(anna);
    assert.deepEqual(
      [anna.owner, anna.formal, anna.no_reply_needed, anna.apologised, anna.thanked],
      ['anna', 1, 1, 1, 1],
    );
    assert.ok(anna.late_replies >= 3);
    assert.deepEqual(telegram.violations, []);
  });
});
