import assert from 'node:assert/strict';
import type { WaitRow } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { acknowledgeWait, handOver, handOverAll } from './commands.ts';
import { returnUntaken } from './handBacks.ts';
import { listAudit, waitsById } from './reads.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');
const GIVEN = at('10:01:00');
/** The policy's lease is two minutes. */
const TOO_LATE = at('10:03:00');
const REACHED = { hasWays: true, waysOf: () => ['telegram'] as const, works: () => true };
const RULES = company({ transports: ['telegram'], reach: REACHED });

describe('what was handed over and not taken', () => {
  let opened: TestStore;
  let store: Store;
  let wait: WaitRow;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
    wait = await openWait(store, OPENED, RULES);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const look = (now: number, said: { ableSince?: number; unread?: string[] } = {}) =>
    returnUntaken(store, RULES, { now, ableSince: OPENED, unread: [], unrecorded: [], ...said });
  const shown = async (id = wait.id) => {
    const [row] = await waitsById(store, [id]);
    return [row?.owner, row?.owner_why, row?.handed?.state];
  };
  const told = async () => {
    const { rows } = await sql<{ recipient: string; due_at: number }>`
      select recipient, due_at from notices where step is null order by due_at, recipient`.execute(store.db);
    return rows.map(({ recipient, due_at }) => [recipient, due_at]);
  };
  const give = (to: string, now = GIVEN, by = 'anna') => handOver(store, RULES, wait.id, by, to, now);

  it('goes back when the lease has run out, and whose it is again is told once', async () => {
    await give('vlad');
    assert.deepEqual(await look(TOO_LATE - 1), []);
    assert.deepEqual(await shown(), ['vlad', 'handed_over', 'pending']);
    assert.deepEqual(await look(TOO_LATE), [wait.id]);
    assert.deepEqual(await look(TOO_LATE + 1), []);
    assert.deepEqual(await shown(), ['anna', 'handed_back', 'returned']);
    assert.deepEqual(await told(), [
      ['vlad', GIVEN],
      ['anna', TOO_LATE],
    ]);
    const [last] = await listAudit(store, 1, null);
    assert.deepEqual(
      [last?.actor, last?.action, last?.details],
      ['otklik', 'hand_back', { from: 'vlad', to: 'anna' }],
    );
  });

  it('stays with whoever takes it, also with one who had taken it before', async () => {
    await acknowledgeWait(store, RULES, wait.id, 'vlad', OPENED);
    await give('vlad');
    assert.equal((await acknowledgeWait(store, RULES, wait.id, 'vlad', GIVEN + 1)).outcome, 'done');
    assert.equal((await acknowledgeWait(store, RULES, wait.id, 'vlad', GIVEN + 2)).outcome, 'refused');
    assert.deepEqual(await look(TOO_LATE), []);
    assert.deepEqual(await shown(), ['vlad', 'handed_over', 'accepted']);
  });

  it('is nobody’s any more when the client has an answer', async () => {
    await give('vlad');
    await answer(store, wait, GIVEN + 1);
    assert.deepEqual(await look(TOO_LATE), []);
    assert.deepEqual(await told(), [['vlad', GIVEN]]);
  });

  it('goes back to whoever handed it on last', async () => {
    await give('vlad');
    await give('boris', GIVEN + 1, 'vlad');
    assert.deepEqual(await look(TOO_LATE), []);
    assert.deepEqual(await look(TOO_LATE + 1), [wait.id]);
    assert.deepEqual(await shown(), ['vlad', 'handed_back', 'returned']);
  });

  it('does not go back while an answer may lie unread, nor before what people pressed meanwhile is heard', async () => {
    await give('vlad');
    assert.deepEqual(await look(TOO_LATE, { unread: ['site'] }), []);
    assert.deepEqual(await look(TOO_LATE, { ableSince: TOO_LATE - 1 }), []);
    assert.deepEqual(await look(TOO_LATE), [wait.id]);
  });

  it('stays where it is with whoever gave it to themselves, and where nobody is written to', async () => {
    await give('vera', GIVEN, 'vera');
    assert.deepEqual(await shown(), ['vera', 'handed_over', 'accepted']);
    await handOver(store, company(), wait.id, 'vera', 'vlad', GIVEN + 1);
    assert.deepEqual(await look(TOO_LATE + 1), []);
    assert.deepEqual(await shown(), ['vlad', 'handed_over', 'accepted']);
  });

  it('of many at once whoever takes one takes all, and they are told of at one moment', async () => {
    const other = await openWait(store, OPENED + 1, RULES, { thread: 'chat-2' });
    assert.equal(await handOverAll(store, RULES, 'anna', 'vera', 'vlad', GIVEN), 2);
    const { rows } = await sql<{ at: number }>`
      select distinct next_attempt_at as at from notices where recipient = 'vlad'`.execute(store.db);
    assert.deepEqual(rows, [{ at: GIVEN }]);
    await acknowledgeWait(store, RULES, other.id, 'vlad', GIVEN + 1);
    assert.deepEqual(await look(TOO_LATE), []);
    assert.deepEqual(
      [await shown(), await shown(other.id)].map(([, , state]) => state),
      ['accepted', 'accepted'],
    );
  });
});
