import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { type Otklik, startOtklik, startReceiver } from './otklik.ts';

const KEY = 'the-key-in-the-address';
const CLIENT = '+79160000001';

const config = (url: string, secret: string) => `
version: 1
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
channels: [{ id: line, kind: phone, provider: uis, owner: anna, head: vera, key: ${KEY}, accounts: { anna: ["101", "7"] } }]
notify: { webhook: { url: "${url}", secret: "${secret}" } }
`;

interface Wait {
  readonly id: string;
  readonly thread: string;
  readonly opened_at: string;
  readonly closed_at: string;
  readonly outcome: string;
  readonly answered_by: string;
  readonly response_seconds: number;
}

const post = (otklik: Otklik, told: object, key = KEY) =>
  fetch(`${otklik.base}/hooks/line?key=${key}`, { method: 'POST', body: JSON.stringify(told) });

it('a missed call is told at once, and the call-back closes it with its seconds and by whose telephone it was', async () => {
  const receiver = await startReceiver();
  const otklik = await startOtklik({ config: config(receiver.url, receiver.secret) });
  try {
    const now = Math.floor(Date.now() / 1_000);
    const call = { client: CLIENT, line: '74951234567' };
    assert.equal(
      (await post(otklik, { event: 'ringing', at: now - 20, call: 1, ...call }, 'a-forged-key-of-16')).status,
      401,
    );
    assert.equal((await post(otklik, { event: 'ringing', at: now - 20, call: 1, ...call })).status, 200);
    assert.equal((await post(otklik, { event: 'lost', at: now - 5, call: 1, ...call })).status, 200);
    const told = await until(() => receiver.arrived.find(({ type }) => type === 'wait.step'), {
      timeoutMs: 8_000,
      what: 'the word of the missed call',
    });
    assert.deepEqual([told.data.step, told.data.stage, told.data.recipient], [0, 'waiting', 'anna']);
    await post(otklik, { event: 'out_answered', at: now - 2, call: 2, employee: '101', ...call });
    const closed = await until(
      async () => (await otklik.api<{ items: Wait[] }>('/waits?state=closed')).body.items[0],
      { timeoutMs: 8_000, what: 'the end' },
    );
    assert.deepEqual(
      [closed.thread, closed.outcome, closed.answered_by, closed.response_seconds],
      [CLIENT, 'answered', 'anna', 18],
    );
    assert.equal(receiver.arrived.filter(({ type }) => type === 'wait.step').length, 1);
    const { body } = await otklik.api<{ timeline: { author?: string }[] }>(`/waits/${closed.id}`);
    assert.equal(body.timeline.filter(({ author }) => author === 'anna').length, 1);
  } finally {
    await otklik.stop();
    receiver.close();
  }
});

it('«channel test» goes the whole way and says each step', async () => {
  const receiver = await startReceiver();
  const otklik = await startOtklik({ config: config(receiver.url, receiver.secret) });
  try {
    const { body } = await otklik.api<{ ok: boolean; steps: { ok: boolean; said: { en: string } }[] }>(
      '/channels/line/test',
      { method: 'POST' },
    );
    const said = body.steps.map(({ said: { en } }) => en);
    assert.ok(body.ok, said.join('\n'));
    assert.deepEqual(
      said.map((text) => text.replace(/[:;(].*/, '')),
      [
        'The event was posted to /hooks/line',
        'Understood as, of the client',
        'A wait was opened',
        'The missed call is told at once',
        'The wait of the test was closed',
      ],
    );
    // No trace in lists, reports and metrics.
    for (const list of ['/waits', '/waits?state=open', '/waits?state=closed', '/reports/owners'])
      assert.deepEqual((await otklik.api<{ items: unknown[] }>(list)).body.items, [], list);
    const times = await otklik.api<{ items: unknown[] }>('/reports/response-times?group_by=channel');
    assert.deepEqual(times.body.items, []);
    const metrics = await (await fetch(`${otklik.base}/metrics`)).text();
    const told = metrics
      .split('\n')
      .filter((line) => /^otklik_(events_received|ingest_lag|waits|breaches|response)/.test(line))
      .filter((line) => /channel="line"/.test(line) && !/ 0$/.test(line));
    assert.deepEqual(told, []);
  } finally {
    await otklik.stop();
    receiver.close();
  }
});
