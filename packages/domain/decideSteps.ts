import { onDuty } from './askWhom.ts';
import type { ClockRules } from './clockRules.ts';
import { type Due, dueSteps, type Step } from './dueSteps.ts';
import { clockLateness, type FiredStep, type LateReason, lateReason, type TimeSpan } from './lateness.ts';
import { type NewNotice, newNotice } from './notice.ts';
import { type PassedOver, reachable } from './passedOver.ts';
import { openWaitOf, type StepsSoFar, underPresentPolicy } from './planned.ts';
import { heldUntil } from './quiet.ts';
import { channelIn } from './rules.ts';
import { type DurationMs, type EpochMs, SECOND } from './time.ts';
import type { Correction, WaitChange, WaitRow } from './waitRow.ts';

/** With what the record says beside it. */
export interface DueWait {
  readonly wait: WaitRow;
  /** Needed only when another policy planned it. */
  readonly soFar: StepsSoFar;
  /** When the clock got this due time; null: unknown. */
  readonly plannedAt: EpochMs | null;
  /** How far the machine's clock was set back since it was recorded: the wait keeps the time that it began with. */
  readonly behindMs: DurationMs;
  /** When its client's steps were last held for unrecorded events. */
  readonly held: TimeSpan | null;
  /** Such events are unrecorded even now. */
  readonly unrecorded: boolean;
  /** Until when its channel was half read. */
  readonly unreadUntil: EpochMs | null;
}

export interface ClockState {
  readonly now: EpochMs;
  /** It runs and its channels are read. */
  readonly upSince: EpochMs;
  /** It could fire without a break. */
  readonly ableSince: EpochMs;
  readonly slept: TimeSpan | null;
}

/** Fired, or skipped because a later one fired. */
export interface RecordedStep extends Step {
  readonly waitId: string;
  readonly skipped: boolean;
  readonly lateReason: LateReason | null;
}

export interface FiredNow {
  readonly wait: WaitRow;
  readonly step: Step;
  readonly lateReason: LateReason | null;
  /** null: nothing can be said of the clock. */
  readonly clockLateness: DurationMs | null;
}

export interface StepChanges {
  readonly wait: WaitRow;
  readonly corrections: readonly Correction[];
  readonly changes: readonly Extract<WaitChange, 'warned' | 'breached'>[];
  readonly steps: readonly RecordedStep[];
  readonly fired: readonly FiredNow[];
  readonly notices: readonly NewNotice[];
  readonly passedOver: readonly PassedOver[];
}

/** A due wait: which rungs fire, who is told, what is on record afterwards (clause S4, laws 4, 6 and 7). */
export function decideSteps(due: DueWait, rules: ClockRules, clock: ClockState): StepChanges {
  if (due.wait.closed_at !== null || due.wait.voided_at !== null)
    return { ...NOTHING, wait: { ...due.wait, due_at: null } };
  const now = clock.now + due.behindMs;
  // Rungs must be of the policy in force before one fires.
  const { wait, corrections } = underPresentPolicy(due.wait, due.soFar, rules, now);
  const channel = channelIn(rules, wait.channel);
  const steps = dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, now);
  const after = afterwards(wait, steps, now, clock.upSince);
  const told = steps.fire.map((step) => fire(step, wait, after, due, rules, clock));
  return {
    wait: after,
    corrections,
    changes: [
      ...(!wait.warned_at && after.warned_at ? (['warned'] as const) : []),
      ...(!wait.breached_at && after.breached_at ? (['breached'] as const) : []),
    ],
    steps: [
      ...steps.skipped.map((step) => ({
        ...asShown(step, due),
        waitId: wait.id,
        skipped: true,
        lateReason: null,
      })),
      ...told.map(({ step }) => step),
    ],
    fired: told.map(({ fired }) => fired),
    notices: told.flatMap(({ notices }) => notices),
    passedOver: told.flatMap(({ passedOver }) => passedOver),
  };
}

const NOTHING = { corrections: [], changes: [], steps: [], fired: [], notices: [], passedOver: [] };

/** With the due time by the machine's present clock. */
const asShown = (step: Step, { behindMs }: DueWait): Step => ({ ...step, dueAt: step.dueAt - behindMs });

function afterwards(wait: WaitRow, due: Due, now: EpochMs, upSince: EpochMs): WaitRow {
  const overdue = Math.max(0, ...due.fire.map(({ dueAt }) => now - dueAt)) / SECOND;
  const isByPolicy = (dueAt: EpochMs) => wait.policy_at !== null && dueAt < wait.policy_at;
  const isOurFault = due.fire.some(({ dueAt }) => dueAt < upSince && !isByPolicy(dueAt));
  const outage = isOurFault ? Math.max(wait.outage_seconds, overdue) : wait.outage_seconds;
  const passed = [...due.fire, ...due.skipped];
  return {
    ...wait,
    outage_seconds: outage,
    late_delivered: Math.max(wait.late_delivered, outage),
    warned_at: due.warned ? wait.warn_at : null,
    breached_at: due.breached ? wait.breach_at : null,
    steps_done: due.stepsDone,
    missed_told: wait.missed_told || passed.some(({ step }) => step === 0),
    due_at: due.nextDueAt,
  };
}

function fire(step: Step, wait: WaitRow, after: WaitRow, due: DueWait, rules: ClockRules, clock: ClockState) {
  const firedStep = firedStepOf(step, wait, due, clock);
  const late = lateReason(firedStep);
  const shown = asShown(step, due);
  const { asked, passedOver } = reachable(wait, shown, rules, clock.now);
  const told = { ...shown, asked };
  return {
    step: { ...told, waitId: wait.id, skipped: false, lateReason: late },
    fired: { wait: after, step, lateReason: late, clockLateness: clockLateness(firedStep) },
    notices: noticesOf(wait, told, late, passedOver, rules, clock.now),
    passedOver,
  };
}

const firedStepOf = (step: Step, wait: WaitRow, due: DueWait, clock: ClockState): FiredStep => ({
  dueAt: step.dueAt,
  firedAt: clock.now + due.behindMs,
  seenAt: step.step === 0 ? (wait.missed_seen_at ?? wait.seen_at) : wait.seen_at,
  upSince: clock.upSince,
  ableSince: clock.ableSince,
  correctedAt: wait.corrected_at,
  policyAt: wait.policy_at,
  slept: clock.slept,
  held: due.held,
  unrecorded: due.unrecorded,
  unreadUntil: due.unreadUntil,
  plannedAt: due.plannedAt,
  handedOver: wait.owner_why === 'handed_over' || wait.owner_why === 'handed_back',
});

function noticesOf(
  wait: WaitRow,
  step: Step,
  late: LateReason | null,
  passedOver: readonly PassedOver[],
  rules: ClockRules,
  now: EpochMs,
): NewNotice[] {
  const duty = onDuty(channelIn(rules, wait.channel), now);
  return step.asked.flatMap((asked) => {
    const { person: recipient } = asked;
    const person = rules.people.get(recipient);
    const insteadOf = passedOver.find(({ instead }) => instead.includes(recipient))?.person;
    // Stand-ins are told now, quiet hours or not.
    const quiet = insteadOf === undefined ? heldUntil(asked, rules.people, duty, now) : null;
    return (person ? rules.transportsOf(person) : []).map((transport) =>
      newNotice({
        ...(quiet !== null && { held: true, not_before: quiet }),
        type: 'wait.step',
        wait_id: wait.id,
        channel: wait.channel,
        step: step.step,
        stage: step.stage,
        recipient,
        transport,
        due_at: step.dueAt,
        late_reason: late,
        ...(asked.why === 'instead' && insteadOf !== undefined && { instead_of: insteadOf }),
      }),
    );
  });
}
