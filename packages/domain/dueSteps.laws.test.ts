import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { type Due, dueSteps, type OpenWait, rungsOf, type Step } from './dueSteps.ts';
import { isWorking } from './hours.ts';
import type { Policy, Role, Rung } from './policy.ts';
import { calendar, openWait, people, policy } from './testing/company.ts';
import { MINUTE, SECOND } from './time.ts';

const PEOPLE = people();
const OFFICE = calendar({ 1: '09:00-10:04 10:20-18:00' });

const roles = fc.subarray<Role>(['owner', 'deputies', 'head'], { minLength: 1 });
const offset = fc.integer({ min: 0, max: 20 }).map((halfMinutes) => halfMinutes * 30 * SECOND);
const rung: fc.Arbitrary<Rung> = fc.oneof(
  fc.record({ at: offset, notify: roles }),
  fc.record({
    every: fc.integer({ min: 1, max: 5 }).map((n) => n * MINUTE),
    times: fc.integer({ min: 1, max: 3 }),
    notify: roles,
  }),
);
const somePolicy: fc.Arbitrary<Policy> = fc
  .record({
    steps: fc.array(rung, { maxLength: 6 }),
    afterHours: fc.constantFrom('same' as const, 'owner_only' as const, 'defer' as const),
    warn: fc.integer({ min: 1, max: 4 }).map((n) => n * MINUTE),
    more: fc.integer({ min: 1, max: 4 }).map((n) => n * MINUTE),
  })
  .map(({ steps, afterHours, warn, more }) => policy({ steps, afterHours, warn, breach: warn + more }));

/** What the clock does next: sleeps to the time it was told, some time longer, wakes early, looks twice; or somebody takes the wait. */
type Wake =
  | { readonly kind: 'told' | 'again' | 'take' }
  | { readonly kind: 'after' | 'late'; readonly ms: number };
const wake: fc.Arbitrary<Wake> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Wake>({ kind: 'told' }) },
  fc.constant<Wake>({ kind: 'again' }),
  fc.constant<Wake>({ kind: 'take' }),
  fc.record({ kind: fc.constant('after' as const), ms: fc.integer({ min: 0, max: 2 * MINUTE }) }),
  fc.record({ kind: fc.constant('late' as const), ms: fc.integer({ min: 0, max: 12 * MINUTE }) }),
);

interface Look {
  readonly now: number;
  readonly wait: OpenWait;
  readonly due: Due;
}

/** Every look of such a clock at one wait, and a last one long after the end of the chain. */
function looksOf(wakes: readonly Wake[], rules: Policy): Look[] {
  const looks: Look[] = [];
  let wait = openWait();
  let now = wait.openedAt;
  const look = () => {
    const due = dueSteps(wait, rules, OFFICE, PEOPLE, now);
    looks.push({ now, wait, due });
    const done = wait.stepsDone + due.fire.length + due.skipped.length;
    wait = { ...wait, stepsDone: done, warned: due.warned, breached: due.breached };
    return due.nextDueAt;
  };
  let told = look();
  for (const step of wakes) {
    if (step.kind === 'take') wait = { ...wait, chainShift: wait.chainShift + rules.takeLease };
    else if (step.kind === 'told') now = Math.max(now, told ?? now);
    else if (step.kind === 'late') now = Math.max(now, told ?? now) + step.ms;
    else if (step.kind === 'after') now += step.ms;
    told = look();
  }
  now += 7 * 24 * 60 * MINUTE;
  look();
  return looks;
}

const clocked = (name: string, check: (looks: Look[], rules: Policy) => void) =>
  test(name, () => {
    fc.assert(
      fc.property(fc.array(wake, { maxLength: 20 }), somePolicy, (wakes, rules) =>
        check(looksOf(wakes, rules), rules),
      ),
      { numRuns: 1_000 },
    );
  });

clocked('each rung fires or is skipped exactly once, in order (law 7)', (looks, rules) => {
  const done = looks.flatMap(({ due }) => [...due.skipped, ...due.fire].map(({ step }) => step));
  assert.deepEqual(
    done,
    rungsOf(rules).map((_, index) => index + 1),
  );
});

clocked('no rung fires before its time, which counts from the opening whatever came late', (looks, rules) => {
  const offsets = rungsOf(rules).map((rung) => rung.offset);
  for (const { now, wait, due } of looks) {
    for (const step of [...due.fire, ...due.skipped]) {
      assert.ok(step.dueAt <= now);
      const set = wait.openedAt + (offsets[step.step - 1] ?? Number.NaN) + wait.chainShift;
      if (rules.afterHours === 'defer') assert.ok(step.dueAt >= set && isWorking(OFFICE, step.dueAt));
      else assert.equal(step.dueAt, set);
    }
  }
});

clocked('of all that is due only the highest fires, and what is due at the same time with it', (looks) => {
  for (const { due } of looks) {
    const [highest] = due.fire;
    assert.ok(due.skipped.length === 0 || highest !== undefined);
    for (const step of due.fire) assert.equal(step.dueAt, highest?.dueAt);
    for (const step of due.skipped)
      assert.ok(highest && step.dueAt < highest.dueAt && step.step < highest.step);
  }
});

clocked(
  'of several overdue rungs everyone is asked whom one of them names, and nobody twice (law 7)',
  (looks) => {
    for (const { due } of looks) {
      const people = (steps: readonly Step[]) =>
        steps.flatMap(({ asked }) => asked.map(({ person }) => person));
      assert.deepEqual(new Set(people(due.fire)), new Set([...people(due.fire), ...people(due.skipped)]));
      for (const step of due.fire) assert.equal(new Set(people([step])).size, step.asked.length);
    }
  },
);

clocked('the next look is later than now, and passes over no rung and no mark', (looks, rules) => {
  for (const { now, wait, due } of looks) {
    const done = wait.stepsDone + due.fire.length + due.skipped.length;
    const later = { ...wait, stepsDone: done };
    const next = due.nextDueAt;
    if (next === null) {
      assert.equal(done, rungsOf(rules).length);
      assert.ok(due.warned && due.breached);
      continue;
    }
    assert.ok(next > now);
    const before = dueSteps(later, rules, OFFICE, PEOPLE, next - 1);
    assert.deepEqual([before.fire, before.warned, before.breached], [[], due.warned, due.breached]);
    const then = dueSteps(later, rules, OFFICE, PEOPLE, next);
    assert.ok(then.fire.length > 0 || then.warned !== due.warned || then.breached !== due.breached);
  }
});

clocked('every step reaches somebody (law 6), and says the stage of the wait as it fires', (looks, rules) => {
  for (const { now, wait, due } of looks) {
    for (const step of due.fire) {
      assert.ok(step.asked.length > 0);
      assert.equal(step.stage, now >= wait.openedAt + rules.breach ? 'breached' : 'warned');
      if (
        rules.afterHours === 'owner_only' &&
        [...due.fire, ...due.skipped].every(({ dueAt }) => !isWorking(OFFICE, dueAt))
      )
        assert.deepEqual(
          step.asked.map(({ person }) => person),
          ['anna'],
        );
    }
  }
});

clocked(
  'what is history asks nobody, passes no mark and is never looked at again (law 7)',
  (looks, rules) => {
    for (const { now, wait } of looks)
      assert.deepEqual(dueSteps({ ...wait, history: true }, rules, OFFICE, PEOPLE, now), {
        fire: [],
        skipped: [],
        warned: false,
        breached: false,
        stepsDone: wait.stepsDone,
        nextDueAt: null,
      });
  },
);

clocked('a wait that is taken asks nobody for as long as the lease lasts', (looks, rules) => {
  looks.forEach((look, i) => {
    const before = looks[i - 1];
    if (!before || look.wait.chainShift === before.wait.chainShift) return;
    for (const after of looks.slice(i))
      if (after.now < before.now + rules.takeLease) assert.deepEqual(after.due.fire, []);
  });
});
