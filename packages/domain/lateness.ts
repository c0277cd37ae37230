import { type DurationMs, type EpochMs, SECOND } from './time.ts';

/**
 * Why a step fired late, for the person who reads it; null when it was in time. `outage`: we were down. `backlog`: events
 * that we had taken were not yet recorded. `delivery`: the event reached us late. `corrected`: later knowledge moved the
 * wait. `policy`: only a new policy makes it due. `overload`: the clock itself was late. `quiet`: quiet hours held the
 * notice. `slept`: the machine was suspended, or its clock set forward. `transport`: the messenger took the notice late.
 */
export type LateReason =
  | 'outage'
  | 'backlog'
  | 'delivery'
  | 'corrected'
  | 'policy'
  | 'overload'
  | 'quiet'
  | 'slept'
  | 'transport';

const IN_TIME: DurationMs = SECOND;

/** A time between two moments. */
export interface TimeSpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** What the clock knows of a step that it fires. */
export interface FiredStep {
  readonly dueAt: EpochMs;
  readonly firedAt: EpochMs;
  readonly seenAt: EpochMs;
  /** Since when the clock has been running and had read its channels (law 7). */
  readonly upSince: EpochMs;
  /** Since when it could fire without a break: the database answered, the machine was awake. */
  readonly ableSince: EpochMs;
  /** When later knowledge made the wait what it is; null when none has. */
  readonly correctedAt: EpochMs | null;
  /** When a new policy planned the wait anew; null when none has. */
  readonly policyAt: EpochMs | null;
  /** When the machine last slept; null: never. */
  readonly slept: TimeSpan | null;
  /** When steps of this client were last held back, because events of their channels were unrecorded; null: never. */
  readonly held: TimeSpan | null;
  /** Whether such events are unrecorded even now. */
  readonly unrecorded: boolean;
  /** When its channel was last held back because it was half read; null: never. */
  readonly unreadUntil: EpochMs | null;
  /** When the clock was given this due time; null when that is not known. */
  readonly plannedAt: EpochMs | null;
  /** A hand-over ended a lease: what that had put off is due at once, and nothing was late. */
  readonly handedOver: boolean;
}

/**
 * The reason of a lateness. What was due before we were up is late by an outage, however short. While answers may be on
 * their way a step says so even when it is in time.
 */
export function lateReason(step: FiredStep): LateReason | null {
  const { dueAt, seenAt, upSince, slept, held } = step;
  const late = step.firedAt - dueAt;
  if (late <= IN_TIME && (dueAt >= upSince || late <= 0)) return step.unrecorded ? 'backlog' : null;
  if (step.correctedAt !== null && step.correctedAt > dueAt) return 'corrected';
  if (step.policyAt !== null && step.policyAt > dueAt) return 'policy';
  if (seenAt > dueAt) return seenAt <= upSince ? 'outage' : 'delivery';
  if (slept !== null && slept.from <= dueAt && dueAt <= slept.to) return 'slept';
  if (dueAt < upSince) return 'outage';
  if (step.unrecorded || (held !== null && dueAt <= held.to)) return 'backlog';
  if (dueAt < step.ableSince || dueAt <= (step.unreadUntil ?? Number.NEGATIVE_INFINITY)) return 'outage';
  if (step.plannedAt === null || step.plannedAt <= dueAt || step.firedAt - step.plannedAt > IN_TIME)
    return 'overload';
  return step.handedOver ? null : 'backlog';
}

/**
 * By how much the clock itself fired a step too late (`otklik_step_lateness_seconds`): from when it was due and the clock had
 * been given it. What was delivered, recorded, corrected or planned late could not be fired before that. null: then the clock
 * was not up, or the machine slept, or its alarm was held, so that nothing can be said of the clock.
 */
export function clockLateness({
  dueAt,
  firedAt,
  seenAt,
  upSince,
  ableSince,
  correctedAt,
  policyAt,
  slept,
  held,
  unreadUntil,
  plannedAt,
}: FiredStep): DurationMs | null {
  const never = Number.NEGATIVE_INFINITY;
  const freeSince = Math.max(upSince, ableSince, slept?.to ?? never, held?.to ?? never, unreadUntil ?? never);
  const given = Math.max(dueAt, seenAt, correctedAt ?? never, plannedAt ?? never, policyAt ?? never);
  return given < freeSince ? null : Math.max(0, firedAt - given);
}

/** Providers count whole seconds and take a moment: less than this is not late. */
const DELIVERY_TOLERANCE: DurationMs = 10 * SECOND;

/** Seconds of a wait that nobody could see, because the event reached us late (law 5). */
export function lateDelivered(openedAt: EpochMs, seenAt: EpochMs): number {
  const late = seenAt - openedAt;
  return late > DELIVERY_TOLERANCE ? late / SECOND : 0;
}
