import { setTimeout as wait } from 'node:timers/promises';
import { type DurationMs, SECOND } from '@otklik/domain';

/** How a receiver waits. Given from outside, so that tests need no real seconds. */
export interface Pace {
  /** How long Telegram may hold a `getUpdates` that has nothing to say; at most 50. */
  readonly pollSeconds: number;
  readonly firstBackoffMs: DurationMs;
  readonly maxBackoffMs: DurationMs;
  /** In [0, 1). */
  readonly random: () => number;
}

export const TELEGRAM_PACE: Pace = {
  pollSeconds: 25,
  firstBackoffMs: SECOND,
  maxBackoffMs: 30 * SECOND,
  random: Math.random,
};

/** How long to wait after the `failures`th failure in a row (from 1): doubling, capped, with a quarter of it by chance so that replicas spread out. */
export function backoffMs(
  pace: Pick<Pace, 'firstBackoffMs' | 'maxBackoffMs' | 'random'>,
  failures: number,
): DurationMs {
  const full = Math.min(pace.firstBackoffMs * 2 ** (failures - 1), pace.maxBackoffMs);
  return Math.round(full * (0.75 + 0.25 * pace.random()));
}

/** Waits that long, or until the signal. Never rejects. */
export async function pause(ms: DurationMs, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
