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
  /** When the machine last slept; null: never. */
  readonly slept: TimeSpan | null;
  /** When steps of this client were last held back, because events of their channels were unrecorded; null: never. */
  readonly held: TimeSpan | null;
  /** Whether such events are unrecorded even now. */
  readonly unrecorded: boolean;
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
  if (seenAt > dueAt) return seenAt <= upSince ? 'outage' : 'delivery';
  if (slept !== null && slept.from <= dueAt && dueAt <= slept.to) return 'slept';
  if (dueAt < upSince) return 'outage';
  if (step.unrecorded || (held !== null && dueAt <= held.to)) return 'backlog';
  return dueAt < step.ableSince ? 'outage' : 'overload';
}

/**
 * From when on the clock could have fired a step: it was due and known, the clock ran, the machine was awake, and no
 * unrecorded answer held it. What it is late from then on is the clock's own lateness.
 */
export function couldFireAt({
  dueAt,
  seenAt,
  upSince,
  ableSince,
  correctedAt,
  slept,
  held,
}: FiredStep): EpochMs {
  return Math.max(
    dueAt,
    seenAt,
    upSince,
    ableSince,
    correctedAt ?? dueAt,
    slept?.to ?? dueAt,
    held?.to ?? dueAt,
  );
}

/** Providers count whole seconds and take a moment: less than this is not late. */
const DELIVERY_TOLERANCE: DurationMs = 10 * SECOND;

/** Seconds of a wait that nobody could see, because the event reached us late (law 5). */
export function lateDelivered(openedAt: EpochMs, seenAt: EpochMs): number {
  const late = seenAt - openedAt;
  return late > DELIVERY_TOLERANCE ? late / SECOND : 0;
}
