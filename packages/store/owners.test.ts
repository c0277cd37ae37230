import assert from 'node:assert/strict';
import { MINUTE, type WaitRow } from '@otklik/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { handOver } from './commands.ts';
import { timelineOf, waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { message, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');

describe('whose a wait is', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore();
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const now = async (wait: WaitRow) => {
    const [found] = await waitsById(opened.store, [wait.id]);
    assert.ok(found);
    return found;
  };

  it('an owner who is away leaves it to the deputy from the start, and the record says why', async () => {
    const rules = company({ away: { anna: '2026-11-23' } });
    const wait = await openWait(opened.store, OPENED, rules);
    assert.deepEqual([wait.owner, wait.owner_why, wait.first_owner], ['boris', 'owner_away', 'boris']);
    await handOver(opened.store, rules, wait.id, 'vera', 'vlad', OPENED + MINUTE);
    const handed = await now(wait);
    assert.deepEqual([handed.owner, handed.owner_why, handed.first_owner], ['vlad', 'handed_over', 'boris']);
    await fireDue(opened.store, rules, { now: OPENED + 3 * MINUTE, upSince: 0, unread: [], limit: 500 });
    const { steps } = await timelineOf(opened.store, handed);
    assert.deepEqual(steps[0]?.asked, [{ person: 'vlad', why: 'handed_over' }]);
  });

  it('whoever has as many open waits as the policy allows gets no new ones, also within one batch', async () => {
    const rules = company({ policy: { overload: 2 } });
    const batch = Array.from({ length: 5 }, () => message('client', at('12:00:00'), { channel: 'line' }));
    const { changes } = await recordEvents(opened.store, batch, rules, at('12:00:00'));
    assert.deepEqual(changes.map(({ wait }) => wait.owner).sort(), [
      'anna',
      'anna',
      'boris',
      'boris',
      'vlad',
    ]);
  });

  it('a wait that opens and closes in one batch loads nobody', async () => {
    await using fresh = await testStore();
    const rules = company({ policy: { overload: 1 } });
    const batch = [1, 2].flatMap((n) => [
      message('client', at('13:00:00'), { thread: `closed${n}` }),
      message('employee', at('13:01:00'), { thread: `closed${n}` }),
    ]);
    const { changes } = await recordEvents(fresh.store, batch, rules, at('13:02:00'));
    assert.deepEqual([...new Set(changes.map(({ wait }) => wait.owner))], ['anna']);
  });

  it('knows the other channels on which the client has asked, and by what they were answered', async () => {
    const rules = company({ policy: { overload: null } });
    const wait = await openWait(opened.store, at('14:00:00'), rules);
    const reply = message('employee', at('14:02:00'), {
      thread: wait.thread,
      wording: { formal: true, farewell: false, apology: false, thanks: false },
    });
    await recordEvents(opened.store, [reply], rules, at('14:02:00'));
    const closed = await now(wait);
    assert.deepEqual(
      [closed.answered_with, closed.formal_answer, closed.etiquette],
      ['message', true, { late: false, apology: false, thanks: false }],
    );
  });

  it('seconds for which our outage kept it from its owner are late delivered, not late answered (law 5)', async () => {
    const rules = company();
    const wait = await openWait(opened.store, at('15:00:00'), rules);
    const about = { now: at('15:20:00'), upSince: at('15:19:59'), unread: [], limit: 500 };
    await fireDue(opened.store, rules, about);
    assert.equal((await now(wait)).late_delivered, 10 * 60);
    const reply = message('employee', at('15:21:00'), { thread: wait.thread });
    await recordEvents(opened.store, [reply], rules, at('15:21:00'));
    assert.equal((await now(wait)).late_delivered, 10 * 60);
  });
});

describe('quiet hours', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore();
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  it('hold back what is for a head, never what is for whoever answers for the wait', async () => {
    const rules = company();
    const people = new Map(
      [...rules.people].map(([id, person]) => [id, { ...person, quiet: { from: '09:00', to: '11:00' } }]),
    );
    await openWait(opened.store, OPENED, { ...rules, people });
    for (const minutes of [3, 5, 10, 25])
      await fireDue(
        opened.store,
        { ...rules, people },
        { now: OPENED + minutes * MINUTE, upSince: 0, unread: [], limit: 500 },
      );
    const { rows } = await sql<{ recipient: string; step: number; held: boolean; at: number }>`
      select recipient, step, held, next_attempt_at as at from notices where state = 'pending' order by step, recipient`.execute(
      opened.store.db,
    );
    assert.deepEqual(
      rows.map((row) => [row.step, row.recipient, row.held, row.held ? row.at : null]),
      [
        [1, 'anna', false, null],
        [2, 'anna', false, null],
        [2, 'boris', true, at('11:00:00')],
        [2, 'vlad', true, at('11:00:00')],
        [4, 'vera', true, at('11:00:00')], // instead of the third: told once
      ],
    );
  });
});
