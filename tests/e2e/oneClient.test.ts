import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { message, type Otklik, startOtklik, startReceiver } from './otklik.ts';

const config = (url: string, secret: string) => `
version: 1
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
policies: { default: { warn: 2s, breach: 4s, steps: [{ at: 2s, notify: [owner] }, { at: 4s, notify: [owner] }] } }
channels:
  - { id: line, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }
  - { id: site, kind: webhook, owner: boris, head: vera, secret: env:SITE_SECRET, attests: [phone] }
  - { id: form, kind: webhook, owner: boris, head: vera, secret: env:SITE_SECRET }
notify: { webhook: { url: "${url}", secret: "${secret}" } }
`;

interface Wait {
  readonly id: string;
  readonly channel: string;
  readonly client: string;
  readonly also_on: string[];
  readonly opened_at: string;
  readonly outcome: string | null;
  readonly answered_via: string | null;
}

const ivan = (phone: string | null) => ({ from: { side: 'client', id: 'ivan', name: 'Иван Петров', phone } });
const missedCall = (id: string, phone: string, at: number) => ({
  ...message('client', phone, at, ivan(phone)),
  id: `${id}/ended`,
  kind: 'call',
  text: null,
  call: { direction: 'in', phase: 'ended', outcome: 'missed', talk_seconds: 0 },
});

const waits = async (otklik: Otklik, state: 'open' | 'closed') =>
  (await otklik.api<{ items: Wait[] }>(`/waits?state=${state}`)).body.items;

it('a missed call and a message of one number are one wait with one chain, and a join by hand is taken back', async () => {
  const receiver = await startReceiver();
  const otklik = await startOtklik({ config: config(receiver.url, receiver.secret) });
  try {
    const phone = '+79990000001';
    const called = Date.now();
    await otklik.send('line', missedCall('c-1', phone, called));
    await otklik.send('site', message('client', 'chat-1', called + 500, ivan(phone)));
    const joined = () =>
      until(
        async () => {
          const open = await waits(otklik, 'open');
          return open.length === 1 && open[0]?.also_on.includes('site') ? open[0] : null;
        },
        { timeoutMs: 8_000, what: 'one wait of the two' },
      );
    const wait = await joined();
    assert.deepEqual([wait.channel, Date.parse(wait.opened_at)], ['line', called]);
    // The first step may name the number: the call may come before the message with the name.
    const steps = () =>
      receiver.arrived.filter(({ type, data }) => type === 'wait.step' && data.wait === wait.id);
    await until(() => steps().length === 3, { timeoutMs: 8_000, what: 'the chain' });
    assert.deepEqual(
      steps().map(({ data }) => [data.wait, data.step, data.recipient]),
      [
        [wait.id, 0, 'anna'], // the missed call, at once
        [wait.id, 1, 'anna'],
        [wait.id, 2, 'anna'],
      ],
    );
    await otklik.send('site', message('employee', 'chat-1', Date.now()));
    const closed = await until(async () => (await waits(otklik, 'closed'))[0], {
      timeoutMs: 8_000,
      what: 'the answer',
    });
    assert.deepEqual([closed.id, closed.outcome, closed.answered_via], [wait.id, 'answered', 'site']);

    // A stranger who types the number of a waiting client waits on their own, under their own name.
    const vera = '+79990000002';
    const typing = { from: { side: 'client', id: 'x', name: 'Чужой', phone: vera } };
    const owner = { side: 'client', id: vera, name: 'Вера Жданова', phone: vera };
    await otklik.send('line', { ...missedCall('c-2', vera, Date.now()), from: owner });
    await otklik.send('form', message('client', 'form-1', Date.now(), typing));
    const apart = await until(
      async () => {
        const open = await waits(otklik, 'open');
        return open.length === 2 && open;
      },
      { timeoutMs: 8_000, what: 'two waits' },
    );
    assert.deepEqual(
      apart.map(({ channel, client, also_on }) => [channel, client, also_on]),
      [
        ['form', 'Чужой', []],
        ['line', 'Вера Жданова', []],
      ],
    );
    await otklik.send('form', message('employee', 'form-1', Date.now()));
    const left = await until(
      async () => {
        const open = await waits(otklik, 'open');
        return open.length === 1 && open;
      },
      { timeoutMs: 8_000, what: 'the answer to the stranger' },
    );
    assert.deepEqual(
      left.map(({ channel }) => channel),
      ['line'],
      'the wait of the number’s owner goes on',
    );
    const [typed] = (
      await otklik.api<{ items: { a: { id: string }; b: { id: string }; reason: string; value: string }[] }>(
        '/clients/suggestions',
      )
    ).body.items;
    assert.deepEqual([typed?.reason, typed?.value], ['typed_handle', '+7…0002']);
    const two = { a: typed?.a.id, b: typed?.b.id };
    assert.equal((await otklik.api('/clients/dismiss', { method: 'POST', body: two })).status, 204);
    await otklik.send('line', message('employee', vera, Date.now()));
    await until(async () => (await waits(otklik, 'open')).length === 0, {
      timeoutMs: 8_000,
      what: 'the answer',
    });

    // A name only suggests; a head joins, and undoes it.
    await otklik.send('line', message('client', 'sms-7', Date.now(), ivan(null)));
    await until(async () => (await waits(otklik, 'open')).length === 1, {
      timeoutMs: 8_000,
      what: 'the SMS',
    });
    const { items } = (
      await otklik.api<{ items: { a: { id: string }; b: { id: string }; reason: string }[] }>(
        '/clients/suggestions',
      )
    ).body;
    assert.deepEqual(items, []); // the joined client is on this channel already
    await otklik.send('site', message('client', 'chat-2', Date.now(), ivan(null)));
    const suggestion = await until(
      async () =>
        (
          await otklik.api<{ items: { a: { id: string }; b: { id: string }; reason: string }[] }>(
            '/clients/suggestions',
          )
        ).body.items[0],
      { timeoutMs: 8_000, what: 'a suggestion' },
    );
    assert.equal(suggestion.reason, 'same_name');
    const body = { a: suggestion.a.id, b: suggestion.b.id };
    const made = await otklik.api<{ id: string }>('/clients/join', { method: 'POST', body });
    assert.equal(made.status, 200);
    assert.equal((await waits(otklik, 'open')).length, 1);
    const undone = await otklik.api(`/clients/joins/${made.body.id}/undo`, { method: 'POST' });
    assert.equal(undone.status, 204);
    assert.equal((await waits(otklik, 'open')).length, 2);
  } finally {
    await otklik.stop();
    receiver.close();
  }
});
