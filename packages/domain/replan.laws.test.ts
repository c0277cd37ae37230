import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { type AskedSoFar, dueSteps, type OpenWait, rungsOf, type Stage } from './dueSteps.ts';
import type { Policy, Role, Rung } from './policy.ts';
import { replan } from './replan.ts';
import { openWait, people, policy } from './testing/company.ts';
import { type EpochMs, MINUTE } from './time.ts';

const WHO: Readonly<Record<Role, readonly string[]>> = {
  owner: ['anna'],
  deputies: ['boris', 'vlad'],
  head: ['vera'],
};
const PEOPLE = people();
const OPENED = openWait().openedAt;

const roles = fc.uniqueArray(fc.constantFrom<Role>('owner', 'deputies', 'head'), { minLength: 1 });
const rung: fc.Arbitrary<Rung> = fc.record({
  at: fc.integer({ min: 1, max: 30 }).map((minutes) => minutes * MINUTE),
  notify: roles,
});
const policies: fc.Arbitrary<Policy> = fc
  .record({
    warn: fc.integer({ min: 1, max: 10 }),
    more: fc.integer({ min: 1, max: 15 }),
    steps: fc.array(rung, { minLength: 1, maxLength: 5 }),
  })
  .map(({ warn, more, steps }) =>
    policy({ warn: warn * MINUTE, breach: (warn + more) * MINUTE, steps, missedCallAtOnce: false }),
  );
/** Half a minute beside every rung, so that none is due in the very moment of the edit. */
const moments = fc.integer({ min: 0, max: 40 }).map((minutes) => OPENED + minutes * MINUTE + MINUTE / 2);

interface Asking {
  readonly at: EpochMs;
  readonly person: string;
  readonly step: number;
  readonly stage: Stage;
}

/** A clock without lateness, from one moment up to another. */
function play(
  start: OpenWait,
  by: Policy,
  from: EpochMs,
  until: EpochMs,
): { wait: OpenWait; asked: Asking[] } {
  const asked: Asking[] = [];
  let wait = start;
  let next: EpochMs | null = from;
  while (next !== null && next <= until) {
    const now: EpochMs = Math.max(next, from);
    const due = dueSteps(wait, by, null, PEOPLE, now);
    for (const { step, stage, asked: whom } of due.fire)
      asked.push(...whom.map(({ person }) => ({ at: now, person, step, stage })));
    wait = { ...wait, stepsDone: due.stepsDone, warned: due.warned, breached: due.breached };
    next = due.nextDueAt;
  }
  return { wait, asked };
}

function countOf(asked: readonly Asking[]): AskedSoFar {
  const counts: Partial<Record<Stage, Record<string, number>>> = {};
  for (const { stage, person } of asked)
    counts[stage] = { ...counts[stage], [person]: (counts[stage]?.[person] ?? 0) + 1 };
  return counts;
}

const END = OPENED + 100 * MINUTE;
const lastOf = (asked: readonly Asking[]) => Math.max(0, ...asked.map(({ step }) => step));

/** The wait as the edit finds it, and as the new policy plans it. */
function edited(before: Policy, after: Policy, now: EpochMs) {
  const { wait, asked } = play(openWait(), before, OPENED, now);
  return { wait, asked, planned: planned(wait, asked, after, now) };
}

function planned(wait: OpenWait, asked: readonly Asking[], after: Policy, now: EpochMs): OpenWait {
  return { ...wait, ...replan(wait, countOf(asked), lastOf(asked), after, null, PEOPLE, now) };
}

test('whom the new policy asks is asked as often as it says, those that the old one has asked counted; nobody once more', () => {
  fc.assert(
    fc.property(policies, policies, moments, (before, after, now) => {
      const { asked, planned: wait } = edited(before, after, now);
      const told = play(wait, after, now, END).asked;
      const counts = countOf(asked);
      for (const person of Object.values(WHO).flat()) {
        const wanted = rungsOf(after)
          .filter(({ notify }) => notify.some((role) => WHO[role].includes(person)))
          .map(({ offset }) => ({
            at: OPENED + offset,
            stage: offset >= after.breach ? ('breached' as const) : ('warned' as const),
          }));
        const timesBy = (stage: Stage, at: EpochMs) =>
          wanted.filter((each) => each.stage === stage && each.at <= at).length;
        const more = (stage: Stage, at: EpochMs) => timesBy(stage, at) > (counts[stage]?.[person] ?? 0);
        const overdue = wanted.filter(({ at }) => at <= now);
        const highest = overdue.some(({ stage }) => stage === 'breached') ? 'breached' : 'warned';
        const expected = [
          ...(overdue.length > 0 && more(highest, now) ? [now] : []),
          ...wanted.filter(({ at, stage }) => at > now && more(stage, at)).map(({ at }) => at),
        ];
        const got = told.filter((each) => each.person === person).map(({ at }) => at);
        // Rungs of one time are one asking by the clock, and as many steps.
        assert.deepEqual([...new Set(got)].toSorted(), [...new Set(expected)].toSorted(), person);
      }
    }),
  );
});

test('no step bears a number that another step of the wait has', () => {
  fc.assert(
    fc.property(policies, policies, policies, moments, moments, (first, second, third, one, other) => {
      const [now, later] = [Math.min(one, other), Math.max(one, other)];
      const { asked, planned: wait } = edited(first, second, now);
      const between = play(wait, second, now, later);
      const all = [...asked, ...between.asked];
      const last = play(planned(between.wait, all, third, later), third, later, END);
      const numbers = [asked, between.asked, last.asked].map((part) => new Set(part.map(({ step }) => step)));
      assert.equal(
        new Set(numbers.flatMap((part) => [...part])).size,
        numbers.reduce((sum, { size }) => sum + size, 0),
      );
    }),
  );
});

test('planned anew twice it goes on as planned once', () => {
  fc.assert(
    fc.property(policies, policies, moments, (before, after, now) => {
      const { asked, planned: once } = edited(before, after, now);
      const twice = planned(once, asked, after, now);
      assert.deepEqual(twice, once);
    }),
  );
});

test('a policy that has not changed changes nothing', () => {
  fc.assert(
    fc.property(policies, moments, (same, now) => {
      const { wait, planned: anew } = edited(same, same, now);
      const times = (from: OpenWait) =>
        play(from, same, now, END).asked.map(({ at, person }) => `${at} ${person}`);
      assert.deepEqual(times(anew).toSorted(), times(wait).toSorted());
    }),
  );
});

test('marks that the new policy denies are gone, and no mark comes by planning alone', () => {
  fc.assert(
    fc.property(policies, policies, moments, (before, after, now) => {
      const { wait, planned: anew } = edited(before, after, now);
      assert.equal(anew.breached, wait.breached && now >= OPENED + after.breach);
      assert.equal(anew.warned, wait.warned && now >= OPENED + after.warn);
    }),
  );
});
