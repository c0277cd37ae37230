import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { FakeAvito } from '../../packages/channels/avito/testing/fakeAvito.ts';
import { type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

const KEY = 'the-key-in-the-address';
const IN_TIME = { timeoutMs: 10_000 };

interface Wait {
  readonly channel: string;
  readonly thread: string;
  readonly also_on: string[];
  readonly client: string | null;
  readonly subject: { title: string; link: string | null } | null;
  readonly opened_at: string;
  readonly outcome: string | null;
  readonly answered_by: string | null;
  readonly answered_via: string | null;
}

const config = (avito: string, { url, secret }: Receiver) => `
version: 1
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru }
channels:
  - { id: line, kind: phone, provider: uis, owner: anna, key: ${KEY} }
  - { id: ads, kind: avito, owner: boris, user_id: "111", client_id: client-111, client_secret: the-secret, key: ${KEY}, api_root: "${avito}" }
notify: { webhook: { url: "${url}", secret: "${secret}" } }
`;

describe('Avito beside the company’s own line', () => {
  let avito: FakeAvito;
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());
  beforeEach(async () => {
    receiver.arrived.length = 0;
    avito = await FakeAvito.start();
    const value = { id: 333, title: 'Диван', price_string: '25 000 ₽', url: 'https://www.avito.ru/333' };
    avito.account('111').items = [{ ...value, price: 25_000 }];
  });
  afterEach(async () => {
    await otklik.stop();
    await avito.close();
  });

  const start = async () => {
    otklik = await startOtklik({ config: config(avito.root, receiver) });
  };
  /** `client`: the last digit of the number. */
  const lists = (callId: number, client: number, secondsAgo: number, waited: number, talk = 0) =>
    avito.account('111').calls.push({
      callId,
      itemId: 333,
      buyerPhone: `8916000000${client}`,
      virtualPhone: '79990000000',
      callTime: new Date(Date.now() - secondsAgo * 1_000).toISOString(),
      waitingDuration: waited,
      talkDuration: talk,
    });
  const line = async (event: string, call: number, client: number, secondsAgo: number, more: object = {}) => {
    const at = Math.floor(Date.now() / 1_000) - secondsAgo;
    const told = { event, at, call, client: `+7916000000${client}`, line: '74951234567', ...more };
    const url = `${otklik.base}/hooks/line?key=${KEY}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(told) });
    assert.equal(answer.status, 200);
  };
  const talk = async (call: number, client: number, began: number) => {
    const employee = { employee: '101' };
    await line('ringing', call, client, began);
    await line('answered', call, client, began - 5, employee);
    await line('ended', call, client, began - 35, { ...employee, talk: 30 });
  };
  const waits = async (state: 'open' | 'closed') =>
    (await otklik.api<{ items: Wait[] }>(`/waits?state=${state}`)).body.items;
  const steps = () => receiver.arrived.filter(({ type }) => type === 'wait.step');

  it('a call missed on both is one wait and one ping, and the call-back on the line closes it', async () => {
    lists(1, 1, 60, 20);
    await start();
    const told = await until(() => steps()[0], { ...IN_TIME, what: 'the word of the missed call' });
    assert.deepEqual([told.data.step, told.data.channel, told.data.recipient], [0, 'ads', 'boris']);
    await line('ringing', 7, 1, 58);
    await line('lost', 7, 1, 39);
    const joined = await until(async () => (await waits('open')).find(({ channel }) => channel === 'line'), {
      ...IN_TIME,
      what: 'the line’s own call',
    });
    assert.deepEqual([joined.thread, joined.also_on], ['+79160000001', ['ads']]);
    assert.deepEqual(joined.subject, { title: 'Диван, 25 000 ₽', link: 'https://www.avito.ru/333' });
    assert.equal((await waits('open')).length, 1);
    await line('out_answered', 8, 1, 2, { employee: '101' });
    const [closed, ...others] = await until(
      async () => {
        const all = await waits('closed');
        return all.length > 0 && all;
      },
      { ...IN_TIME, what: 'the call-back' },
    );
    assert.deepEqual(others, []);
    assert.deepEqual(
      [closed?.outcome, closed?.answered_by, closed?.answered_via],
      ['answered', '101', 'line'],
    );
    assert.deepEqual([await waits('open'), steps().length], [[], 1]);
  });

  it('a talk on the line that Avito tells a minute later, as a talk or as none, alarms nobody', async () => {
    await start();
    await talk(1, 1, 120);
    await talk(2, 2, 120);
    await talk(3, 3, 120);
    await until(async () => (await waits('closed')).length === 3, { ...IN_TIME, what: 'the talks' });
    lists(1, 1, 118, 5, 30); // as a talk
    lists(2, 2, 122, 5); // the forwarded leg is not counted, a clock behind
    lists(3, 3, 70, 5); // the same, its clock most of a minute ahead
    lists(4, 4, 70, 20); // never reached the line
    // The next look is a minute away; a new process looks at once.
    await otklik.kill9();
    await otklik.startAgain();
    const told = await until(() => steps()[0], { ...IN_TIME, what: 'the word of the missed call' });
    assert.equal(told.data.channel, 'ads');
    assert.deepEqual(
      (await waits('open')).map(({ thread }) => thread),
      ['+79160000004'],
    );
    const closed = await waits('closed');
    assert.deepEqual(
      closed
        .map(({ channel, thread, also_on, answered_by }) => [channel, thread, also_on[0], answered_by])
        .sort(),
      [1, 2, 3].map((client) => ['line', `+7916000000${client}`, 'ads', '101']),
    );
    assert.equal(steps().length, 1);
  });

  it('a talk that Avito tells first is one closed wait when the line tells it, too', async () => {
    lists(1, 1, 120, 5, 30);
    lists(2, 2, 120, 5, 30); // a voice menu picked up: nobody talked
    await start();
    await until(async () => (await waits('closed')).length === 2, { ...IN_TIME, what: 'Avito’s calls' });
    await talk(1, 1, 119);
    await line('ringing', 2, 2, 119);
    await line('lost', 2, 2, 84);
    const told = await until(() => steps()[0], { ...IN_TIME, what: 'the word of the missed call' });
    const open = await waits('open');
    assert.deepEqual([told.data.step, open.map(({ thread }) => thread)], [0, ['+79160000002']]);
    await until(async () => (await waits('closed'))[0]?.channel === 'line', {
      ...IN_TIME,
      what: 'the line’s own call',
    });
    assert.deepEqual(
      (await waits('closed')).map(({ thread, also_on }) => [thread, also_on]),
      [['+79160000001', ['ads']]],
    );
    assert.equal(steps().length, 1);
  });

  it('the list brings the advertisement and the name to a message that the webhook told without them', async () => {
    await start();
    const now = Math.floor(Date.now() / 1_000);
    const value = {
      id: 'm1',
      chat_id: 'u2i-1',
      user_id: 111,
      author_id: 222,
      created: now,
      type: 'text',
      chat_type: 'u2i',
      content: { text: 'Ещё продаёте?' },
    };
    const body = { id: 'e', version: 'v3.0.0', payload: { type: 'message', value } };
    const url = `${otklik.base}/hooks/ads?key=${KEY}`;
    assert.equal((await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status, 200);
    const plain = await until(async () => (await waits('open'))[0], { ...IN_TIME, what: 'the wait' });
    assert.deepEqual([plain.client, plain.subject], [null, null]);
    avito.says('111', 'u2i-1', 'm1', now * 1_000);
    const about = { id: 333, title: 'Диван', price_string: '25 000 ₽', url: 'https://www.avito.ru/333' };
    Object.assign(avito.account('111').chats[0] ?? {}, { context: { type: 'item', value: about } });
    await otklik.kill9();
    await otklik.startAgain();
    const known = await until(async () => (await waits('open')).find(({ subject }) => subject !== null), {
      ...IN_TIME,
      what: 'the advertisement',
    });
    assert.deepEqual(known.subject, { title: 'Диван, 25 000 ₽', link: 'https://www.avito.ru/333' });
    assert.deepEqual([known.client, known.opened_at], ['Иван', plain.opened_at]);
    assert.equal((await waits('open')).length, 1);
  });
});
