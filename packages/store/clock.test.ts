import assert from 'node:assert/strict';
import { type ClockRules, type EpochMs, MINUTE, SECOND } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue, nextDueAt, type Tick } from './clock.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');

describe('the clock', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const fire = (
    now: EpochMs,
    said: { rules?: ClockRules; unread?: string[]; limit?: number; upSince?: EpochMs; by?: Store } = {},
  ): Promise<Tick> =>
    fireDue(said.by ?? store, said.rules ?? company(), {
      now,
      upSince: said.upSince ?? OPENED,
      unread: said.unread ?? [],
      limit: said.limit ?? 100,
    });
  const steps = async () =>
    (
      await sql<{ step: number; skipped: boolean; late_reason: string | null; recipients: string[] }>`
        select step, skipped, late_reason, recipients from steps order by wait_id, step`.execute(store.db)
    ).rows;
  const notices = async () =>
    (
      await sql<{ step: number; stage: string; recipient: string; late_reason: string | null }>`
        select step, stage, recipient, late_reason from notices order by wait_id, step, recipient`.execute(
        store.db,
      )
    ).rows;

  it('fires a step at its time and not before', async () => {
    await openWait(store, OPENED);
    assert.equal((await fire(at('10:02:59.999'))).waits, 0);
    const tick = await fire(at('10:03:00'));
    assert.deepEqual(
      tick.fired.map(({ wait, step }) => [wait.warned_at, step.step, step.asked, step.dueAt]),
      [[at('10:03:00'), 1, [{ person: 'anna', why: 'owner' }], at('10:03:00')]],
    );
    assert.deepEqual(await notices(), [{ step: 1, stage: 'warned', recipient: 'anna', late_reason: null }]);
  });

  it('fires each step once, however many clocks tick at once (law 7)', async () => {
    const clocks = [store, await opened.another(), await opened.another()];
    for (let i = 0; i < 40; i++) await openWait(store, OPENED);
    let looked = 0;
    while (looked < 40) {
      const ticks = await Promise.all(
        clocks.flatMap((by) => [
          fire(at('10:03:00'), { by, limit: 7 }),
          fire(at('10:03:00'), { by, limit: 7 }),
        ]),
      );
      looked += ticks.reduce((sum, { waits }) => sum + waits, 0);
    }
    assert.equal(looked, 40);
    assert.equal((await notices()).length, 40);
    assert.equal((await fire(at('10:03:00'))).waits, 0);
  });

  it('takes no more waits than it is allowed, the longest due first', async () => {
    const late = await openWait(store, OPENED);
    await openWait(store, OPENED + SECOND);
    const { fired } = await fire(at('10:04:00'), { limit: 1 });
    assert.deepEqual(
      fired.map(({ wait }) => wait.id),
      [late.id],
    );
  });

  it('after an outage fires the highest step only, says why it is late, and keeps the others on record', async () => {
    await openWait(store, OPENED);
    await fire(at('10:06:00'), { upSince: at('10:05:59') });
    assert.deepEqual(await steps(), [
      { step: 1, skipped: true, late_reason: null, recipients: ['anna'] },
      { step: 2, skipped: false, late_reason: 'outage', recipients: ['anna', 'boris', 'vlad'] },
    ]);
    assert.deepEqual(
      (await notices()).map(({ step, stage, recipient, late_reason }) => [
        step,
        stage,
        recipient,
        late_reason,
      ]),
      ['anna', 'boris', 'vlad'].map((who) => [2, 'breached', who, 'outage']),
    );
    assert.equal(await nextDueAt(store, []), at('10:10:00'));
  });

  it('says that the channel was late when the question came after its step was due', async () => {
    await openWait(store, OPENED, company(), { receivedAt: at('10:04:00') });
    await fire(at('10:04:01'));
    assert.deepEqual(
      (await steps()).map((step) => step.late_reason),
      ['delivery'],
    );
  });

  it('raises no alarm from a half-read channel, and does not wake for it (law 7)', async () => {
    await openWait(store, OPENED, company(), { channel: 'bot' });
    await openWait(store, OPENED + MINUTE);
    assert.equal((await fire(at('10:03:30'), { unread: ['bot'] })).waits, 0);
    assert.equal(await nextDueAt(store, ['bot']), at('10:04:00'));
    assert.equal(await nextDueAt(store, []), at('10:03:00'));
    assert.equal((await fire(at('10:03:30'))).waits, 1);
  });

  it('says which waits are breached now, once', async () => {
    const wait = await openWait(store, OPENED);
    assert.deepEqual((await fire(at('10:03:00'))).breached, []);
    const [breached, ...more] = (await fire(at('10:05:00'))).breached;
    assert.deepEqual([breached?.id, breached?.breached_at, more], [wait.id, at('10:05:00'), []]);
    assert.deepEqual((await fire(at('10:10:00'))).breached, []);
  });

  it('goes on with waits whose channel nobody knows any more', async () => {
    await openWait(store, OPENED);
    const { channels, ...rest } = company();
    const rules = { ...rest, channels: new Map([...channels].filter(([id]) => id !== 'site')) };
    const { fired } = await fire(at('10:03:00'), { rules });
    assert.deepEqual(
      fired.flatMap(({ step }) => step.asked.map(({ person }) => person)),
      ['anna'],
    );
    assert.equal(await nextDueAt(store, []), at('10:05:00'));
  });

  it('has nothing to wake for after the answer or at the end of the chain', async () => {
    const wait = await openWait(store, OPENED);
    await answer(store, wait, OPENED + SECOND);
    assert.equal(await nextDueAt(store, []), null);
    await openWait(store, OPENED);
    await fire(at('11:00:00'));
    assert.equal(await nextDueAt(store, []), null);
    assert.equal((await fire(at('12:00:00'))).waits, 0);
  });

  it('asks the deputy in the place of an owner who is away when the step fires (law 6)', async () => {
    await openWait(store, OPENED);
    await fire(at('10:03:00'), { rules: company({ away: { anna: '2026-11-23' } }) });
    assert.deepEqual(
      (await notices()).map(({ recipient }) => recipient),
      ['boris'],
    );
  });

  it('does not wait for a wait that somebody is changing: the next tick takes it', async () => {
    const wait = await openWait(store, OPENED);
    await store.db.transaction().execute(async (tx) => {
      await sql`select 1 from waits where id = ${wait.id} for update`.execute(tx);
      assert.equal((await fire(at('10:03:00'))).waits, 0);
    });
    assert.equal((await fire(at('10:03:00'))).waits, 1);
  });
});
