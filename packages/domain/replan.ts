import type { Calendar } from './calendar.ts';
import { type AskedSoFar, dueSteps, type OpenWait, type Replanned, rungsOf } from './dueSteps.ts';
import type { PeopleById } from './people.ts';
import type { Policy } from './policy.ts';
import type { EpochMs } from './time.ts';

/** An open wait under another policy. */
export interface NewPlan {
  readonly replanned: Replanned;
  /** New rungs that are due and ask nobody new. */
  readonly stepsDone: number;
  /** Passed before, and by the new policy too. */
  readonly warned: boolean;
  readonly breached: boolean;
  /** The notice of a missed call drops out: who was asked since knows. */
  readonly missedTold: boolean;
}

/**
 * Plans an open wait as if the new policy had always held (law 6). Nobody is asked twice (see {@link Replanned});
 * what only the new policy makes overdue is due at once. `lastStep`: its highest step number.
 */
export function replan(
  wait: OpenWait,
  asked: AskedSoFar,
  lastStep: number,
  policy: Policy,
  calendar: Calendar | null,
  people: PeopleById,
  now: EpochMs,
): NewPlan {
  const fresh: OpenWait = { ...wait, stepsDone: 0, missedAt: null, replanned: { asked, offset: 0 } };
  const due = dueSteps(fresh, policy, calendar, people, now);
  const left = [...due.fire, ...due.skipped].map(({ step }) => step);
  const stepsDone = left.length > 0 ? Math.min(...left) - 1 : due.stepsDone;
  return {
    // A rung that asks for the first time has used no number.
    replanned: { asked, offset: Math.max(0, lastStep - stepsDone) },
    stepsDone,
    warned: wait.warned && now >= wait.openedAt + policy.warn,
    breached: wait.breached && now >= wait.openedAt + policy.breach,
    missedTold: wait.missedAt !== null && wait.missedAt <= now && Object.keys(asked).length > 0,
  };
}

/** Everything that plans a wait: another text means a new plan. */
export const planText = (policy: Policy, calendar: Calendar | null): string =>
  JSON.stringify([
    policy.warn,
    policy.breach,
    rungsOf(policy),
    policy.afterHours,
    policy.missedCallAtOnce,
    // Elsewhere the calendar moves no due time.
    policy.afterHours === 'defer' && calendar !== null
      ? [calendar.timezone, [...calendar.hours], [...calendar.days]]
      : null,
  ]);
