import type { Calendar } from './calendar.ts';
import { type AskedSoFar, dueSteps, type OpenWait, type Replanned, rungsOf } from './dueSteps.ts';
import type { PeopleById } from './people.ts';
import type { Policy } from './policy.ts';
import type { EpochMs } from './time.ts';

/** What becomes of an open wait whose policy is another one now. */
export interface NewPlan {
  readonly replanned: Replanned;
  /** How many rungs of the new chain are behind it: those that are due and ask nobody who was not asked already. */
  readonly stepsDone: number;
  /** Whether the window's marks, where they were passed, are passed by the new policy too. */
  readonly warned: boolean;
  readonly breached: boolean;
  /** Whether the word of a missed call falls out: whoever was asked since is told nothing new by it. */
  readonly missedTold: boolean;
}

/**
 * Plans an open wait anew as if the new policy had been in force since its opening (law 6). Whom the old one asked is not
 * asked again (see {@link Replanned}); what is overdue only by the new one is due at once. `lastStep` is the highest number
 * that a step of the wait has.
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
    // Numbers go on from where they stood: of a rung that is asked for the first time none is used yet.
    replanned: { asked, offset: Math.max(0, lastStep - stepsDone) },
    stepsDone,
    warned: wait.warned && now >= wait.openedAt + policy.warn,
    breached: wait.breached && now >= wait.openedAt + policy.breach,
    missedTold: wait.missedAt !== null && wait.missedAt <= now && Object.keys(asked).length > 0,
  };
}

/** All of a policy by which a wait is planned, as a text: a wait whose plan has another is planned anew. */
export const planText = (policy: Policy, calendar: Calendar | null): string =>
  JSON.stringify([
    policy.warn,
    policy.breach,
    rungsOf(policy),
    policy.afterHours,
    policy.missedCallAtOnce,
    // Only there the calendar moves due times.
    policy.afterHours === 'defer' && calendar !== null
      ? [calendar.timezone, [...calendar.hours], [...calendar.days]]
      : null,
  ]);
