import assert from 'node:assert/strict';
import { type CadencePlan, HOUR } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at, story } from '../domain/testing/story.ts';
import { fireCadences } from './cadenceClock.ts';
import { recordEvents } from './record.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const PLAN: CadencePlan = {
  sameDay: { from: 2 * HOUR, to: 3 * HOUR },
  hours: { known: { from: '09:00', to: '21:00' }, unknown: { from: '09:00', to: '21:00' } },
  skip: new Set(),
  days: [{ day: 1, do: ['task'] }],
  dayLength: null,
};
const RULES = company({ cadence: { plan: PLAN, zone: 'UTC' } });
/** The second call of the day is due. */
const DUE = at('12:30:00');

const unexpected = (error: unknown): never => assert.fail(String(error));

describe('call-back plans', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  /** They called in vain, and so did we. */
  const missed = (phone: string) =>
    recordEvents(
      store,
      story(`10:00:00 line/${phone} client   call a${phone}/ended in missed
             10:01:00 line/${phone} employee call b${phone}/ended out no_answer`),
      RULES,
      at('10:01:00'),
    );
  const fire = (look: { unread?: string[] } = {}, failed: (error: unknown) => void = unexpected) =>
    fireCadences(store, RULES, { now: DUE, unread: [], unrecorded: [], ...look }, failed);
  const states = async () => {
    const { rows } = await sql<{ state: string; end_reason: string | null }>`
      select state, end_reason from cadences order by started_at, id`.execute(store.db);
    return rows.map(({ state, end_reason }) => [state, end_reason]);
  };

  it('make an attempt once, by whichever clock', async () => {
    await missed('+7001');
    const made = (await Promise.all([fire(), fire()])).flat();
    assert.deepEqual(
      made.map(({ day, do: action }) => [day, action]),
      [[1, 'call']],
    );
    assert.deepEqual(await fire(), []);
  });

  it('begin nothing while an answer may lie unread', async () => {
    await missed('+7001');
    assert.deepEqual(await fire({ unread: ['line'] }), []);
    assert.equal((await fire()).length, 1);
  });

  it('end in the transaction that records the client’s word', async () => {
    await missed('+7001');
    await recordEvents(store, story('11:00:00 line/+7001 client call c/ringing in'), RULES, at('11:00:00'));
    assert.deepEqual(await states(), [['ended', 'client_turned_up']]);
    assert.deepEqual(await fire(), []);
  });

  it('end when the call was none in vain after all', async () => {
    await missed('+7001');
    await recordEvents(
      store,
      story('10:00:30 line/+7001 employee call d/ended out answered talk=10'),
      RULES,
      at('10:40:00'),
    );
    assert.deepEqual(await states(), [['ended', 'reached']]);
  });

  it('go on for the others where one cannot', async () => {
    await missed('+7001');
    await sql`update cadences set plan = '{}', due_at = ${new Date(at('10:02:00'))}`.execute(store.db);
    await missed('+7002');
    const errors: unknown[] = [];
    assert.equal((await fire({}, (error) => errors.push(error))).length, 1);
    assert.equal(errors.length, 1);
  });
});
