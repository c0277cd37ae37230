import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

interface Wait {
  readonly id: string;
  readonly thread: string;
  readonly outcome: string | null;
  readonly owner: string;
  readonly answered_by: string | null;
  readonly response_seconds: number | null;
  readonly breached_at: string | null;
  readonly taken_by: string | null;
  readonly timeline?: readonly { type: string; [key: string]: unknown }[];
}

const config = (receiver: Receiver) => `
version: 1
people:
  - { id: anna, name: Анна }
  - { id: boris, name: Борис }
  - { id: vera, name: Вера, role: head }
  - { id: gone, name: Глеб, away: ["2020-01-01..2099-01-01"] }
policies:
  default: { warn: 2s, breach: 4s, take_lease: 2s }
channels:
  - { id: site, kind: webhook, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
  - { id: orphan, kind: webhook, owner: gone, deputies: [boris], head: vera, secret: env:SITE_SECRET }
notify:
  webhook: { url: "${receiver.url}", secret: ${receiver.secret} }
`;

/** A promise of the product, so a bound and no benchmark. */
const IN_TIME_MS = 100;

describe.concurrent('the chain of a wait', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({ config: config(receiver) });
    // The first statement of each kind is planned and compiled; measure a warm system.
    await otklik.send('site', message('client', 'warm-up', Date.now() - 3_000));
    await until(() => receiver.steps('warm-up').length > 0, { what: 'the warm-up ping' });
    await otklik.send('site', message('employee', 'warm-up', Date.now()));
  });
  afterAll(async () => {
    await otklik?.stop();
    receiver.close();
  });
  const waitOf = async (thread: string): Promise<Wait | undefined> => {
    const { body } = await otklik.api<{ items: Wait[] }>('/waits?limit=500');
    return body.items.find((wait) => wait.thread === thread);
  };
  const arrivals = (client: string, from: number) =>
    receiver.steps(client).map(({ at, data }) => [at - from, data.step, data.stage, data.recipient]);

  it('reaches the owner at the warning, owner and deputies at the breach', async () => {
    const at = Date.now();
    assert.deepEqual((await otklik.send('site', message('client', 'nobody-answers', at))).body, {
      accepted: 1,
      duplicates: 0,
    });
    await until(() => receiver.steps('nobody-answers').length === 3, {
      timeoutMs: 6_000,
      what: 'three notices',
    });
    const seen = arrivals('nobody-answers', at).sort((a, b) =>
      String(a.slice(1)).localeCompare(String(b.slice(1))),
    );
    assert.deepEqual(
      seen.map(([, ...rest]) => rest),
      [
        [1, 'warned', 'anna'],
        [2, 'breached', 'anna'],
        [2, 'breached', 'boris'],
      ],
    );
    for (const [after, step] of seen) {
      const late = Number(after) - Number(step) * 2_000;
      assert.ok(late >= 0 && late <= IN_TIME_MS, `step ${step} came ${late} ms after its time`);
    }
  });

  it('stops at the answer, and says how long the client waited', async () => {
    const at = Date.now();
    await otklik.send('site', message('client', 'answered', at));
    await until(() => receiver.steps('answered').length === 1, { what: 'the warning' });
    await until(() => Date.now() >= at + 3_000, { what: 'three seconds' });
    await otklik.send('site', message('employee', 'answered', at + 3_000));
    const closed = await until(
      () => receiver.arrived.find(({ type, data }) => type === 'wait.closed' && data.client === 'answered'),
      { what: 'wait.closed' },
    );
    assert.deepEqual(
      [closed.data.outcome, closed.data.response_seconds, closed.data.answered_by],
      ['answered', 3, 'anna'],
    );
    await until(() => Date.now() >= at + 4_500, { what: 'the time of the breach and a little more' });
    assert.equal(receiver.steps('answered').length, 1);
  });

  it('is not stopped by a bot, nor started anew by a nag', async () => {
    const at = Date.now();
    await otklik.send('site', message('client', 'nags', at));
    await otklik.send('site', [
      message('bot', 'nags', at + 10),
      message('client', 'nags', at + 20, { text: 'Вы тут?' }),
    ]);
    await until(() => receiver.steps('nags').length === 1, { what: 'the warning' });
    assert.equal(receiver.steps('nags')[0]?.data.due_at, new Date(at + 2_000).toISOString());
  });

  it('stands still for the lease of the one who takes it, once', async () => {
    const at = Date.now();
    await otklik.send('site', message('client', 'taken', at));
    await until(() => receiver.steps('taken').length === 1, { what: 'the warning' });
    const wait = await waitOf('taken');
    const first = await otklik.api<Wait>(`/waits/${wait?.id}/take`, { method: 'POST' });
    assert.deepEqual([first.status, first.body.taken_by], [200, 'admin']);
    assert.equal((await otklik.api(`/waits/${wait?.id}/take`, { method: 'POST' })).status, 409);
    await until(() => receiver.steps('taken').length === 3, { timeoutMs: 8_000, what: 'the breach step' });
    assert.equal(receiver.steps('taken')[1]?.data.due_at, new Date(at + 6_000).toISOString());
  });

  it('asks the deputy when the owner is away', async () => {
    await otklik.send('orphan', message('client', 'owner-away', Date.now()));
    await until(() => receiver.steps('owner-away').length === 1, { what: 'the warning' });
    assert.equal(receiver.steps('owner-away')[0]?.data.recipient, 'boris');
  });

  it('asks the new owner after a hand-over', async () => {
    await otklik.send('site', message('client', 'handed', Date.now()));
    const wait = await until(() => waitOf('handed'), { what: 'the wait' });
    const handed = await otklik.api<Wait>(`/waits/${wait.id}/hand-over`, {
      method: 'POST',
      body: { to: 'vera' },
    });
    assert.deepEqual([handed.status, handed.body.owner], [200, 'vera']);
    await until(() => receiver.steps('handed').some(({ data }) => data.step === 1), { what: 'the warning' });
    assert.equal(receiver.steps('handed').find(({ data }) => data.step === 1)?.data.recipient, 'vera');
    assert.equal(
      (await otklik.api(`/waits/${wait.id}/hand-over`, { method: 'POST', body: { to: 'nobody' } })).status,
      400,
    );
  });

  it('ends when a person decides that no reply is needed', async () => {
    await otklik.send('site', message('client', 'thanks', Date.now(), { text: 'Спасибо!' }));
    const wait = await until(() => waitOf('thanks'), { what: 'the wait' });
    const decided = await otklik.api<Wait>(`/waits/${wait.id}/no-reply-needed`, { method: 'POST' });
    assert.deepEqual(
      [decided.status, decided.body.outcome, decided.body.answered_by],
      [200, 'no_reply_needed', 'admin'],
    );
  });

  it('takes a breach back when the answer was in time and only came late, and keeps that on record', async () => {
    const at = Date.now();
    await otklik.send('site', message('client', 'late-news', at));
    await until(async () => (await waitOf('late-news'))?.breached_at, {
      timeoutMs: 6_000,
      what: 'the breach',
    });
    await otklik.send('site', message('employee', 'late-news', at + 1_500));
    const wait = await until(async () => (await waitOf('late-news'))?.outcome && waitOf('late-news'), {
      what: 'the end',
    });
    assert.deepEqual([wait?.outcome, wait?.response_seconds, wait?.breached_at], ['answered', 1.5, null]);
    const { body } = await otklik.api<Wait>(`/waits/${wait?.id}`);
    const corrections = body.timeline
      ?.filter(({ type }) => type === 'correction')
      .map(({ field, reason }) => [field, reason]);
    assert.deepEqual(corrections, [
      ['warned_at', 'late_delivered_reply'],
      ['breached_at', 'late_delivered_reply'],
    ]);
  });

  it('counts a second delivery as a duplicate and changes nothing', async () => {
    const event = message('client', 'twice', Date.now());
    assert.deepEqual((await otklik.send('site', event)).body, { accepted: 1, duplicates: 0 });
    assert.deepEqual((await otklik.send('site', [event, event])).body, { accepted: 0, duplicates: 2 });
    await until(() => receiver.steps('twice').length === 1, { what: 'the warning' });
    assert.equal(
      receiver.arrived.filter(({ type, data }) => type === 'wait.opened' && data.client === 'twice').length,
      1,
    );
  });
});
