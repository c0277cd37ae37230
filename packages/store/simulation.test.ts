import assert from 'node:assert/strict';
import { type EpochMs, MINUTE, type Person, type ReplaySpan, SECOND, type Tally } from '@otklik/domain';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue, nextDueAt } from './clock.ts';
import { recordEvents } from './record.ts';
import { simulateHistory } from './simulation.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { message } from './testing/waits.ts';

const MORNING = at('10:00:00');
const SPAN: ReplaySpan = { from: MORNING, to: at('11:00:00'), until: at('14:00:00') };

/** Vera has quiet hours all the time, and Boris is away. */
const RULES = (() => {
  const rules = company({ away: { boris: '2026-11-23' } });
  const vera = rules.people.get('vera');
  if (!vera) throw new Error('Vera works here');
  const quiet: Person = { ...vera, quiet: { from: '09:00', to: '23:00' } };
  return { ...rules, people: new Map([...rules.people, ['vera', quiet]]) };
})();

const plain = (tally: Tally) => ({
  ...tally,
  people: [...tally.people].sort(([a], [b]) => a.localeCompare(b)),
  channels: [...tally.channels],
});

describe('a simulation', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  /** The engine's clock in virtual time: fires whatever is due before `end`. */
  const runTo = async (end: EpochMs) => {
    for (let due = await nextDueAt(store, []); due !== null && due < end; due = await nextDueAt(store, []))
      await fireDue(store, RULES, { now: due, upSince: MORNING, unread: [], limit: 1_000 });
  };
  /** Clients who ask every half minute on changing channels; the nth is answered after `waits[n]`, or never. */
  const record = async (waits: readonly (EpochMs | null)[]) => {
    const events = waits.flatMap((wait, n) => {
      const place = { channel: ['site', 'bot', 'line'][n % 3] ?? 'site', thread: `c${n}` };
      const asked = MORNING + n * 30 * SECOND;
      const question = message('client', asked, place);
      return wait === null ? [question] : [question, message('employee', asked + wait, place)];
    });
    for (const event of events.toSorted((a, b) => a.at - b.at)) {
      await runTo(event.at);
      await recordEvents(store, [event], RULES, event.at);
    }
    await runTo(SPAN.until + 1);
  };
  const WAITS = [1, 4, 6, null, 12, 2.5, 5, 30, 3, null, 0.5, 70].map((minutes) =>
    minutes === null ? null : minutes * MINUTE,
  );

  it('with the rules of the time gives what the engine did: breaches, steps, pings, what was held', async () => {
    await record(WAITS);
    const { recorded, current } = await simulateHistory(
      store,
      { current: RULES, proposed: RULES },
      SPAN,
      null,
    );
    assert.deepEqual(plain(current), plain(recorded));
    assert.deepEqual([recorded.waits, recorded.answered, recorded.breaches], [12, 10, 6]);
    assert.ok(recorded.held > 0 && recorded.pings > 0);
    assert.equal(recorded.people.get('vera')?.pings, 0);
    assert.equal(recorded.people.has('boris'), false);
  });

  it('with a wider window breaches less, and leaves the record as it was', async () => {
    await record(WAITS);
    const proposed = {
      ...RULES,
      channels: company({ policy: { warn: 6 * MINUTE, breach: 20 * MINUTE } }).channels,
    };
    const told = await simulateHistory(store, { current: RULES, proposed }, SPAN, null);
    assert.deepEqual([told.current.breaches, told.proposed.breaches], [6, 4]);
    const again = await simulateHistory(store, { current: RULES, proposed }, SPAN, null);
    assert.deepEqual(plain(again.recorded), plain(told.recorded));
  });

  it('counts only the channels that are asked for, and waits that opened in the time', async () => {
    await record(WAITS);
    const rules = { current: RULES, proposed: RULES };
    const bot = await simulateHistory(store, rules, SPAN, ['bot']);
    for (const tally of Object.values(bot)) {
      assert.deepEqual([...tally.channels.keys()], ['bot']);
      assert.equal(tally.waits, 4);
    }
    const half = await simulateHistory(store, rules, { ...SPAN, to: MORNING + 3 * MINUTE }, null);
    assert.deepEqual([half.recorded.waits, half.current.waits], [6, 6]);
    assert.deepEqual(plain(half.current), plain(half.recorded));
  });

  it('knows of a question before the time that is still unanswered by other rules', async () => {
    const place = { thread: 'one' };
    const nod = { wording: { formal: true, farewell: false, apology: false, thanks: false } };
    const talk = [
      message('client', MORNING - 20 * MINUTE, place),
      message('employee', MORNING - 19 * MINUTE, { ...place, ...nod }),
      message('client', MORNING + MINUTE, place),
    ];
    await recordEvents(store, talk, RULES, MORNING + MINUTE);
    const proposed = { ...RULES, channels: company({ counts: { formal: false } }).channels };
    const told = await simulateHistory(store, { current: RULES, proposed }, SPAN, null);
    // By the proposed rules the nod is no answer: the second question belongs to the wait from before the span.
    assert.deepEqual([told.current.waits, told.proposed.waits], [1, 0]);
  });
});
