import { type PlannedRules, planOf } from './clockRules.ts';
import { type AskedSoFar, dueSteps, nextRungAt, type OpenWait } from './dueSteps.ts';
import type { ChannelPeople } from './people.ts';
import { replan } from './replan.ts';
import { channelIn } from './rules.ts';
import { type EpochMs, SECOND } from './time.ts';
import type { Correction, WaitRow } from './waitRow.ts';

/** A recorded wait for `dueSteps`. */
export const openWaitOf = (wait: WaitRow, channel: ChannelPeople): OpenWait => ({
  owner: wait.owner,
  ownerWhy: wait.owner_why,
  channel,
  openedAt: wait.opened_at,
  history: wait.history,
  missedAt: wait.missed_told ? null : wait.missed_at,
  stepsDone: wait.steps_done,
  chainShift: wait.chain_shift_ms,
  warned: wait.warned_at !== null,
  breached: wait.breached_at !== null,
  replanned: wait.replanned,
});

/** Another policy than the channel's planned it. Without a digest, the window tells. */
export function isPlannedOtherwise(wait: WaitRow, rules: PlannedRules): boolean {
  if (wait.plan !== null) return wait.plan !== planOf(rules, wait.channel);
  const { warn, breach } = channelIn(rules, wait.channel).policy;
  return wait.warn_at !== wait.opened_at + warn || wait.breach_at !== wait.opened_at + breach;
}

/** When the clock must first look at an open wait, perhaps in the past; null: never. */
export function firstDue(wait: WaitRow, rules: PlannedRules): EpochMs | null {
  // The clock plans it anew before it fires anything.
  if (isPlannedOtherwise(wait, rules)) return wait.opened_at;
  const channel = channelIn(rules, wait.channel);
  const beforeAll = Number.MIN_SAFE_INTEGER;
  return dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, beforeAll)
    .nextDueAt;
}

/** When the chain of an open wait goes on; null: never, or it is to be planned anew. */
export function nextReminderAt(wait: WaitRow, rules: PlannedRules, now: EpochMs): EpochMs | null {
  if (wait.closed_at !== null || isPlannedOtherwise(wait, rules)) return null;
  const channel = channelIn(rules, wait.channel);
  return nextRungAt(openWaitOf(wait, channel), channel.policy, rules.calendar, now);
}

export interface StepsSoFar {
  readonly asked: AskedSoFar;
  /** The highest number of its steps. */
  readonly lastStep: number;
}

export const NOBODY_ASKED: StepsSoFar = { asked: {}, lastStep: 0 };

/** An open wait under its channel's present policy (law 6). */
export function underPresentPolicy(
  wait: WaitRow,
  before: StepsSoFar,
  rules: PlannedRules,
  now: EpochMs,
): { readonly wait: WaitRow; readonly corrections: readonly Correction[] } {
  const plan = planOf(rules, wait.channel);
  if (!isPlannedOtherwise(wait, rules))
    return { wait: wait.plan === plan ? wait : { ...wait, plan }, corrections: [] };
  const channel = channelIn(rules, wait.channel);
  const { policy } = channel;
  const open = openWaitOf(wait, channel);
  const next = replan(open, before.asked, before.lastStep, policy, rules.calendar, rules.people, now);
  const [warnAt, breachAt] = [wait.opened_at + policy.warn, wait.opened_at + policy.breach];
  // If it was overdue already, the policy is not the reason.
  const wasOverdue = wait.due_at !== null && wait.due_at < now - SECOND;
  const planned: WaitRow = {
    ...wait,
    plan,
    replanned: next.replanned,
    steps_done: next.stepsDone,
    missed_told: wait.missed_told || next.missedTold,
    warn_at: warnAt,
    breach_at: breachAt,
    warned_at: next.warned ? warnAt : null,
    breached_at: next.breached ? breachAt : null,
    policy_at: wasOverdue ? wait.policy_at : now,
  };
  const corrections = (['warned_at', 'breached_at'] as const).flatMap((field) => {
    const [was, became] = [wait[field], planned[field]];
    return was === null || was === became ? [] : [{ wait_id: wait.id, field, was, became, reason: 'policy' }];
  });
  return { wait: { ...planned, due_at: firstDue(planned, rules) }, corrections };
}
