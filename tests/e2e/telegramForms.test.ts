import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FakeConnection } from '../fakes/telegram/connection.ts';
import { FakeGroup } from '../fakes/telegram/group.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

const TOKEN = '700001:clients';
const ANNA = { id: 100_001, firstName: 'Анна' };
const IVAN = { id: 8_880_007, firstName: 'Иван' };
const MARIA = { id: 8_880_008, firstName: 'Мария' };

interface Wait {
  readonly client: string;
  readonly thread: string;
  readonly outcome: string | null;
  readonly answered_by: string | null;
}

describe('Telegram beyond the bot’s private chats, through the whole program', () => {
  let telegram: FakeTelegram;
  let receiver: Receiver;
  let otklik: Otklik;
  const bot = () => telegram.bot(TOKEN);
  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(TOKEN);
    receiver = await startReceiver();
    otklik = await startOtklik({
      config: `
version: 1
people: [{ id: anna, name: Анна, telegram: ${ANNA.id} }]
policies: { default: { warn: 1s, breach: 1m } }
channels: [{ id: tg, kind: telegram, owner: anna, token: "${TOKEN}", api_root: "${telegram.apiRoot}" }]
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`,
    });
  });
  afterAll(async () => {
    await otklik.stop();
    receiver.close();
    assert.deepEqual(telegram.violations, []);
    await telegram.close();
  });

  const waits = async () => (await otklik.api<{ items: Wait[] }>('/waits')).body.items;
  const heard = (type: string) => receiver.arrived.filter((notice) => notice.type === type);

  it('a comment under a post is pinged for, and closed by the owner’s answer in the group', async () => {
    const group = new FakeGroup(bot(), -1_002_200_000_001, { title: 'Магазин', linked: -1_001_100_000_001 });
    const asked = group.writes(IVAN, 'Сколько стоит?', { replyTo: group.post('Новинки') });
    await until(() => receiver.steps('Иван').length > 0, { what: 'the ping' });
    group.writes(ANNA, 'Сто рублей', { replyTo: asked });
    const wait = await until(async () => (await waits()).find(({ outcome }) => outcome !== null), {
      what: 'the answer',
    });
    assert.deepEqual([wait.outcome, wait.answered_by], ['answered', 'anna']);
  });

  it('an employee’s own account: the ping, their answer in their own Telegram, and the alarm when it is cut off', async () => {
    const connection = new FakeConnection(bot(), 'bc_1', ANNA);
    connection.announces();
    connection.clientWrites(MARIA, 'Есть в наличии?');
    await until(() => receiver.steps('Мария').length > 0, { what: 'the ping' });
    connection.sendsAutomatically(MARIA, 'Мы ответим утром');
    connection.ownerWrites(MARIA, 'Да, две');
    const closed = await until(() => heard('wait.closed').find(({ data }) => data.client === 'Мария'), {
      what: 'the answer',
    });
    assert.equal(closed.data.answered_by, 'anna');
    connection.disconnects();
    const down = await until(() => heard('channel.down')[0], { what: 'the alarm' });
    assert.match(String(down.data.problem), /Анна/);
    connection.connectsAnew('bc_2');
    await until(() => heard('channel.up').length > 1, { what: 'the all-clear' });
  });

  it('an update of a kind that nobody knows is kept, counted, and holds up nothing', async () => {
    bot().queue.add({ telepathy: { id: 1 } }, IVAN.id, Date.now() + 60_000, 1);
    bot().poll?.wake();
    const metrics = async () => {
      const answer = await fetch(new URL('/metrics', otklik.base));
      return answer.text();
    };
    await until(
      async () =>
        (await metrics()).includes('otklik_events_rejected_total{channel="tg",reason="not_understood"} 1'),
      { what: 'the count' },
    );
    telegram.user(IVAN).writes(TOKEN, 'Я тут');
    await until(async () => (await waits()).some(({ thread }) => thread === String(IVAN.id)), {
      what: 'the wait',
    });
  });
});
