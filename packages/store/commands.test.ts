import assert from 'node:assert/strict';
import { MINUTE, nextReminderAt } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at, story } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import {
  acknowledgeWait,
  beginCall,
  type Commanded,
  callFailed,
  handOver,
  noReplyNeeded,
  releaseWait,
} from './commands.ts';
import { listAudit, waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, message, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');
const RULES = company();

describe('what people decide', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const dueSteps = async (id: string) => {
    const { rows } = await sql<{ step: number; due_at: number; recipients: string[] }>`
      select step, due_at, recipients from steps where wait_id = ${id} order by step`.execute(store.db);
    return rows.map(({ step, due_at, recipients }) => [step, due_at, recipients.join('+')]);
  };
  const tick = (now: number) => fireDue(store, RULES, { now, upSince: OPENED, unread: [], limit: 10 });
  const reasonOf = (result: Commanded) => (result.outcome === 'refused' ? result.reason : result.outcome);
  const audited = async () => (await listAudit(store, 10, null)).map(({ actor, action }) => [actor, action]);

  it('a take holds the chain for the lease, and the next step counts from where it stood', async () => {
    const wait = await openWait(store, OPENED);
    await tick(at('10:03:00'));
    const taken = await acknowledgeWait(store, RULES, wait.id, 'anna', at('10:03:30'));
    assert.deepEqual([taken.wait?.taken_by, taken.wait?.taken_until], ['anna', at('10:05:30')]);
    assert.ok(taken.wait);
    assert.equal(nextReminderAt(taken.wait, RULES, at('10:03:30')), at('10:07:00'));
    await tick(at('10:05:00'));
    const breached = (await waitsById(store, [wait.id]))[0];
    assert.equal(breached?.breached_at, at('10:05:00'), 'the client waits as long as they wait');
    await tick(at('10:07:00'));
    assert.deepEqual(await dueSteps(wait.id), [
      [1, at('10:03:00'), 'anna'],
      [2, at('10:07:00'), 'anna+boris+vlad'],
    ]);
  });

  it('a take before the warning holds that too', async () => {
    const wait = await openWait(store, OPENED);
    await acknowledgeWait(store, RULES, wait.id, 'anna', at('10:01:00'));
    assert.deepEqual((await tick(at('10:03:00'))).fired, []);
    assert.equal((await tick(at('10:05:00'))).fired[0]?.step.dueAt, at('10:05:00'));
  });

  it('whoever lets a wait go gives the rest of the lease back: the chain goes on from where it stood', async () => {
    const wait = await openWait(store, OPENED);
    await tick(at('10:03:00'));
    await acknowledgeWait(store, RULES, wait.id, 'anna', at('10:03:30'));
    assert.equal(reasonOf(await releaseWait(store, RULES, wait.id, 'boris', at('10:04:00'))), 'not_taken');
    const released = await releaseWait(store, RULES, wait.id, 'anna', at('10:04:00'));
    assert.deepEqual([released.wait?.taken_by, released.wait?.taken_until], [null, null]);
    assert.ok(released.wait);
    assert.equal(nextReminderAt(released.wait, RULES, at('10:04:00')), at('10:05:30'));
    assert.equal(reasonOf(await releaseWait(store, RULES, wait.id, 'anna', at('10:04:01'))), 'not_taken');
    assert.equal(reasonOf(await acknowledgeWait(store, RULES, wait.id, 'boris', at('10:04:02'))), 'done');
    assert.deepEqual(
      (await audited()).map(([, action]) => action),
      ['take', 'release', 'take'],
    );
  });

  it('a lease that has run out cannot be given back', async () => {
    const wait = await openWait(store, OPENED);
    await acknowledgeWait(store, RULES, wait.id, 'anna', at('10:01:00'));
    assert.equal(reasonOf(await releaseWait(store, RULES, wait.id, 'anna', at('10:03:00'))), 'not_taken');
    assert.equal((await tick(at('10:05:00'))).fired[0]?.step.dueAt, at('10:05:00'));
  });

  it('one who takes at the same time as another gets it, the other is told; nobody takes twice', async () => {
    const wait = await openWait(store, OPENED);
    const both = await Promise.all(
      ['anna', 'boris'].map((who) => acknowledgeWait(store, RULES, wait.id, who, at('10:01:00'))),
    );
    assert.deepEqual(both.map(reasonOf).sort(), ['done', 'taken_by_other']);
    const holder = both.find(({ outcome }) => outcome === 'done')?.wait?.taken_by ?? '';
    assert.equal(
      reasonOf(await acknowledgeWait(store, RULES, wait.id, holder, at('10:04:00'))),
      'already_taken',
    );
    const other = holder === 'anna' ? 'boris' : 'anna';
    assert.equal(
      reasonOf(await acknowledgeWait(store, RULES, wait.id, other, at('10:02:59'))),
      'taken_by_other',
    );
    assert.equal(reasonOf(await acknowledgeWait(store, RULES, wait.id, other, at('10:03:01'))), 'done');
  });

  it('a hand-over tells the new owner at once and changes whom the chain asks, not when', async () => {
    const rules = company({ transports: ['telegram', 'webhook'] });
    const wait = await openWait(store, OPENED, rules);
    const handed = await handOver(store, rules, wait.id, 'anna', 'vlad', at('10:01:00'));
    assert.deepEqual([handed.wait?.owner, handed.wait?.first_owner], ['vlad', 'anna']);
    const { rows } = await sql<{ recipient: string; transport: string; due_at: number; step: number | null }>`
      select recipient, transport, due_at, step from notices where wait_id = ${wait.id}`.execute(store.db);
    assert.deepEqual(rows, [
      { recipient: 'vlad', transport: 'telegram', due_at: at('10:01:00'), step: null },
    ]);
    await tick(at('10:03:00'));
    assert.deepEqual(await dueSteps(wait.id), [[1, at('10:03:00'), 'vlad']]);
  });

  it('a hand-over ends what is left of a lease', async () => {
    const wait = await openWait(store, OPENED);
    await acknowledgeWait(store, RULES, wait.id, 'anna', at('10:01:00'));
    const handed = await handOver(store, RULES, wait.id, 'anna', 'boris', at('10:01:30'));
    assert.deepEqual([handed.wait?.taken_by, handed.wait?.taken_until], [null, null]);
    assert.equal((await tick(at('10:05:00'))).fired[0]?.step.dueAt, at('10:03:30'));
  });

  it('a hand-over after a lease has run out takes nothing away from the chain', async () => {
    const wait = await openWait(store, OPENED);
    await acknowledgeWait(store, RULES, wait.id, 'anna', at('10:01:00'));
    await handOver(store, RULES, wait.id, 'anna', 'boris', at('10:04:00'));
    assert.equal((await tick(at('10:05:00'))).fired[0]?.step.dueAt, at('10:05:00'));
  });

  it('a hand-over goes to somebody else who is known', async () => {
    const wait = await openWait(store, OPENED);
    assert.equal(reasonOf(await handOver(store, RULES, wait.id, 'anna', 'nobody', OPENED)), 'unknown_person');
    assert.equal(reasonOf(await handOver(store, RULES, wait.id, 'anna', 'anna', OPENED)), 'same_owner');
    assert.deepEqual(await audited(), []);
  });

  it('no reply needed ends the wait by a decision of that person, and counts as such', async () => {
    const wait = await openWait(store, OPENED);
    const decided = await noReplyNeeded(store, RULES, wait.id, 'anna', OPENED + MINUTE);
    assert.deepEqual(
      [decided.wait?.outcome, decided.wait?.answered_by, decided.wait?.closed_at, decided.wait?.due_at],
      ['no_reply_needed', 'anna', OPENED + MINUTE, null],
    );
    assert.deepEqual(await audited(), [['anna', 'no_reply_needed']]);
  });

  it('two who decide at once decide once', async () => {
    const wait = await openWait(store, OPENED);
    const both = await Promise.all(
      ['anna', 'boris'].map((who) => noReplyNeeded(store, RULES, wait.id, who, OPENED + MINUTE)),
    );
    assert.deepEqual(both.map(reasonOf).sort(), ['already_closed', 'done']);
  });

  it('a decision and an answer that come at once do not lock each other out', async () => {
    for (let round = 0; round < 15; round++) {
      const wait = await openWait(store, OPENED);
      await Promise.all([
        noReplyNeeded(store, RULES, wait.id, 'anna', OPENED + MINUTE),
        answer(store, wait, OPENED + MINUTE),
        acknowledgeWait(store, RULES, wait.id, 'boris', OPENED + MINUTE),
      ]);
      const [after] = await waitsById(store, [wait.id]);
      assert.ok(after?.closed_at !== null);
    }
  });

  const call = (id: string, by: string, press: string, now: number) =>
    beginCall(store, RULES, id, by, { via: 'line', press, typed: null }, now).then(reasonOf);

  it('whoever calls back is on it: the chain holds for the lease, once', async () => {
    const wait = await openWait(store, OPENED);
    assert.equal(await call(wait.id, 'anna', 'p1', at('10:01:00')), 'done');
    const [taken] = await waitsById(store, [wait.id]);
    assert.deepEqual(
      [taken?.taken_by, taken?.taken_until, taken?.takers],
      ['anna', at('10:03:00'), ['anna']],
    );
    assert.equal(
      await call(wait.id, 'anna', 'p2', at('10:04:00')),
      'done',
      'a second call is no second take',
    );
    assert.equal((await waitsById(store, [wait.id]))[0]?.chain_shift_ms, 2 * MINUTE);
    assert.deepEqual(await audited(), [
      ['anna', 'call'],
      ['anna', 'call'],
    ]);
  });

  it('a call that was placed for a typed number answers who typed it, and joins nobody', async () => {
    const number = '+79990007700';
    const author = { id: 'c', name: 'Иван', phone: null, email: null, typed: { phone: number, email: null } };
    const wait = await openWait(store, OPENED, RULES, { thread: 'form', author });
    const other = await openWait(store, OPENED, RULES, { thread: 'other', author });
    const order = { via: 'line', press: 'p1', typed: number };
    assert.equal((await beginCall(store, RULES, wait.id, 'boris', order, at('10:01:00'))).outcome, 'done');
    const tell = (table: string) => recordEvents(store, story(table), RULES, at('10:09:00'));
    const standing = async () =>
      (await waitsById(store, [wait.id, other.id])).map((each) => [
        each.thread,
        each.closed_at,
        each.answered_by,
      ]);
    await tell(`10:01:03 line/${number} unknown call k1/ringing out`);
    await tell(`10:01:20 line/${number} unknown call k1/answered out`);
    const fresh = (await tell(`10:06:20 line/${number} unknown call k1/ended out answered talk=300`)).fresh;
    assert.deepEqual(
      fresh.map(({ channel }) => channel),
      ['line'],
    );
    // A call to another number answers nobody.
    await tell(`10:07:00 line/${number} unknown call k2/ended out answered talk=60`);
    assert.deepEqual((await standing()).sort(), [
      ['form', at('10:01:20'), 'boris'],
      ['other', null, null],
    ]);
  });

  it('a call is not ordered twice: not within 20 s, not by one press that comes again, not by two at once', async () => {
    const wait = await openWait(store, OPENED);
    const both = await Promise.all(['p1', 'p2'].map((press) => call(wait.id, 'anna', press, at('10:01:00'))));
    assert.deepEqual(both.sort(), ['done', 'just_called']);
    assert.equal(await call(wait.id, 'anna', 'p3', at('10:01:19')), 'just_called');
    assert.equal(await call(wait.id, 'anna', 'p3', at('10:01:20')), 'done');
    assert.equal(await call(wait.id, 'anna', 'p3', at('10:09:00')), 'just_called');
  });

  it('what the exchange refused can be ordered again at once, what nobody knows cannot', async () => {
    const wait = await openWait(store, OPENED);
    await call(wait.id, 'anna', 'p1', at('10:01:00'));
    await callFailed(store, wait.id, 'anna', 'refused', 'line', at('10:01:01'));
    assert.equal(await call(wait.id, 'anna', 'p2', at('10:01:02')), 'done');
    await callFailed(store, wait.id, 'anna', 'unknown', 'line', at('10:01:03'));
    assert.equal(await call(wait.id, 'anna', 'p3', at('10:01:04')), 'just_called');
    assert.deepEqual(
      (await audited()).map(([, action]) => action),
      ['call_unknown', 'call', 'call_refused', 'call'],
    );
  });

  it('nobody calls a client whom another is on, nor one who waits no more', async () => {
    const wait = await openWait(store, OPENED);
    await acknowledgeWait(store, RULES, wait.id, 'boris', at('10:01:00'));
    assert.equal(await call(wait.id, 'anna', 'p1', at('10:02:00')), 'taken_by_other');
    assert.equal(await call(wait.id, 'anna', 'p1', at('10:03:01')), 'done');
    await answer(store, wait, at('10:04:00'));
    assert.equal(await call(wait.id, 'anna', 'p2', at('10:05:00')), 'already_closed');
  });

  describe('the number by which a client who waits can be called', () => {
    const numberOf = async (id: string) => (await waitsById(store, [id]))[0]?.client_phone;
    const from = (phone: string | null, email: string | null = null) => ({
      author: { id: 'c', name: 'Иван', phone, email },
    });

    it('is the one that their thread attests', async () => {
      const wait = await openWait(store, OPENED, RULES, { thread: 'a', ...from('+79160000001') });
      assert.equal(await numberOf(wait.id), '+79160000001');
      const silent = await openWait(store, OPENED, RULES, { thread: 'b', ...from(null) });
      assert.equal(await numberOf(silent.id), null);
    });

    it('is that of another channel of theirs where their own tells none', async () => {
      const mail = 'ivan@example.ru';
      await recordEvents(
        store,
        [message('client', OPENED, { channel: 'bot', thread: 'chat', ...from('+79160000001', mail) })],
        company({ apart: 'all' }),
        OPENED,
      );
      const wait = await openWait(store, OPENED, company({ apart: 'all' }), {
        thread: 'mail',
        ...from(null, mail),
      });
      assert.equal(await numberOf(wait.id), '+79160000001');
    });

    it('is none where several are attested: whose they are nobody knows', async () => {
      const wait = await openWait(store, OPENED, RULES, { thread: 'a', ...from('+79160000001') });
      await recordEvents(
        store,
        [message('client', OPENED + 1, { thread: 'a', ...from('+79160000002') })],
        RULES,
        OPENED + 1,
      );
      assert.equal(await numberOf(wait.id), null);
    });

    it('is forgotten with the wait', async () => {
      const wait = await openWait(store, OPENED, RULES, { thread: 'a', ...from('+79160000001') });
      await answer(store, wait, OPENED + MINUTE);
      assert.equal(await numberOf(wait.id), null);
    });
  });

  it('nothing can be decided about a wait that is over or that never was', async () => {
    const wait = await openWait(store, OPENED);
    await answer(store, wait, OPENED + MINUTE);
    const never = '00000000-0000-4000-8000-000000000000';
    for (const [id, reason] of [
      [wait.id, 'already_closed'],
      [never, 'unknown_wait'],
    ] as const) {
      assert.equal(reasonOf(await acknowledgeWait(store, RULES, id, 'anna', OPENED)), reason);
      assert.equal(reasonOf(await handOver(store, RULES, id, 'anna', 'boris', OPENED)), reason);
      assert.equal(reasonOf(await noReplyNeeded(store, RULES, id, 'anna', OPENED)), reason);
    }
    assert.deepEqual(await audited(), []);
  });

  it('who and when is on record', async () => {
    const wait = await openWait(store, OPENED);
    await acknowledgeWait(store, RULES, wait.id, 'anna', OPENED + 1);
    await handOver(store, RULES, wait.id, 'anna', 'boris', OPENED + 2);
    assert.deepEqual(
      (await listAudit(store, 10, null)).map(({ position: _, ...entry }) => entry),
      [
        { at: OPENED + 2, actor: 'anna', action: 'hand_over', wait_id: wait.id, details: { to: 'boris' } },
        { at: OPENED + 1, actor: 'anna', action: 'take', wait_id: wait.id, details: {} },
      ],
    );
  });
});
