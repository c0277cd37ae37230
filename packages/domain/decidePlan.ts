import { personInCharge } from './askWhom.ts';
import type { PlannedRules } from './clockRules.ts';
import { dueSteps } from './dueSteps.ts';
import { firstDue, openWaitOf, type StepsSoFar, underPresentPolicy } from './planned.ts';
import { channelIn, type Rules } from './rules.ts';
import type { EpochMs } from './time.ts';
import type { Correction, WaitRow } from './waitRow.ts';

/** What another configuration changes of an open wait. */
export interface PlanChange {
  readonly wait: WaitRow;
  readonly corrections: readonly Correction[];
  /** Somebody sees the difference; not when a plan was only written down. */
  readonly isShown: boolean;
  /** The owner, if they have left. */
  readonly ownerLeft: string | null;
  /** The new owner must be told: who left was asked, and they were not. */
  readonly isOwnerTold: boolean;
}

/**
 * An open wait under the rules in force (law 6): another policy plans it anew, whoever left hands over, and a chain
 * that was cut short goes on. null: no change.
 */
export function decidePlan(
  wait: WaitRow,
  before: StepsSoFar,
  rules: PlannedRules,
  now: EpochMs,
): PlanChange | null {
  const { wait: planned, corrections } = underPresentPolicy(wait, before, rules, now);
  const owned = ownedBySomebody(planned, rules, now);
  const isSilenced = owned.due_at === null && isUnfinished(owned, rules, now);
  const after = isSilenced ? { ...owned, due_at: firstDue(owned, rules) } : owned;
  if (after === wait) return null;
  const isLeft = after.owner !== wait.owner;
  const isOnlyNoted = wait.plan === null && after.policy_at === wait.policy_at;
  return {
    wait: after,
    corrections,
    isShown: isLeft || isSilenced || (after.plan !== wait.plan && !isOnlyNoted),
    ownerLeft: isLeft ? wait.owner : null,
    isOwnerTold: isLeft && isAsked(before, wait.owner) && !isAsked(before, after.owner),
  };
}

const isAsked = ({ asked }: StepsSoFar, person: string): boolean =>
  Object.values(asked).some((people) => (people[person] ?? 0) > 0);

function ownedBySomebody(wait: WaitRow, rules: Rules, now: EpochMs): WaitRow {
  if (rules.people.has(wait.owner)) return wait;
  const held = { owner: wait.owner, ownerWhy: wait.owner_why };
  const { person, why } = personInCharge(held, channelIn(rules, wait.channel), rules.people, now);
  return person === wait.owner ? wait : { ...wait, owner: person, owner_why: why };
}

/** Whether its chain would still do something. */
function isUnfinished(wait: WaitRow, rules: Rules, now: EpochMs): boolean {
  const channel = channelIn(rules, wait.channel);
  const due = dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, now);
  const passesMark = due.warned !== (wait.warned_at !== null) || due.breached !== (wait.breached_at !== null);
  return due.fire.length > 0 || due.nextDueAt !== null || passesMark;
}
