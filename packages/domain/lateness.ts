import { type DurationMs, type EpochMs, SECOND } from './time.ts';

/**
 * Why a step fired late; null: in time.
 * `outage`: we were down. `backlog`: acknowledged events were unrecorded. `delivery`: the event reached us late.
 * `corrected`: later knowledge moved the wait. `policy`: only a new policy makes it due. `overload`: the clock was late.
 * `quiet`: held by quiet hours. `slept`: the machine was suspended or its clock set forward. `transport`: the messenger took it late.
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

export interface TimeSpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface FiredStep {
  readonly dueAt: EpochMs;
  readonly firedAt: EpochMs;
  readonly seenAt: EpochMs;
  /** The clock runs and its channels are read (law 7). */
  readonly upSince: EpochMs;
  /** It could fire without a break: database there, machine awake. */
  readonly ableSince: EpochMs;
  /** When later knowledge last changed the wait. */
  readonly correctedAt: EpochMs | null;
  /** When a new policy planned the wait. */
  readonly policyAt: EpochMs | null;
  /** The machine's last sleep. */
  readonly slept: TimeSpan | null;
  /** When this client's steps were last held for unrecorded events. */
  readonly held: TimeSpan | null;
  /** Such events are unrecorded even now. */
  readonly unrecorded: boolean;
  /** Until when its channel was last held as half read. */
  readonly unreadUntil: EpochMs | null;
  /** When the clock got this due time; null: unknown. */
  readonly plannedAt: EpochMs | null;
  /** Due at once because a hand-over ended a lease: not late. */
  readonly handedOver: boolean;
}

/**
 * What was due before we were up is late by an outage. While answers may be on their way, even a step in time says
 * so.
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
 * The clock's own part (`otklik_step_lateness_seconds`), from when a step was due and the clock could know it. null:
 * the clock was down, the machine slept, or the alarm was held.
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

/** Providers count whole seconds: less is not late. */
const DELIVERY_TOLERANCE: DurationMs = 10 * SECOND;

/** Seconds that nobody could see, as the event came late (law 5). */
export function lateDelivered(openedAt: EpochMs, seenAt: EpochMs): number {
  const late = seenAt - openedAt;
  return late > DELIVERY_TOLERANCE ? late / SECOND : 0;
}
