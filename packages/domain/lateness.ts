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

/**
 * The reason of a lateness. What was due before we were up is late by an outage, however short.
 * `upSince`: since when the clock has been running and had read its channels (law 7).
 */
export function lateReason(step: {
  dueAt: EpochMs;
  firedAt: EpochMs;
  seenAt: EpochMs;
  upSince: EpochMs;
  /** When later knowledge made the wait what it is; null when none has. */
  correctedAt: EpochMs | null;
}): LateReason | null {
  const late = step.firedAt - step.dueAt;
  if (late <= IN_TIME && (step.dueAt >= step.upSince || late <= 0)) return null;
  if (step.correctedAt !== null && step.correctedAt > step.dueAt) return 'corrected';
  if (step.seenAt > step.dueAt) return step.seenAt <= step.upSince ? 'outage' : 'delivery';
  return step.dueAt < step.upSince ? 'outage' : 'overload';
}

/** Providers count whole seconds and take a moment: less than this is not late. */
const DELIVERY_TOLERANCE: DurationMs = 10 * SECOND;

/** Seconds of a wait that nobody could see, because the event reached us late (law 5). */
export function lateDelivered(openedAt: EpochMs, seenAt: EpochMs): number {
  const late = seenAt - openedAt;
  return late > DELIVERY_TOLERANCE ? late / SECOND : 0;
}
