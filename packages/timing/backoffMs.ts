import type { DurationMs } from '@otklik/domain';

export interface Backoff {
  readonly firstBackoffMs: DurationMs;
  readonly maxBackoffMs: DurationMs;
  /** In [0, 1). Default: no jitter. */
  readonly random?: () => number;
}

/**
 * The pause after the `failures`th failure in a row (from 1): doubled each time, capped, up to a quarter shorter at
 * random so that replicas spread out.
 */
export function backoffMs(
  { firstBackoffMs, maxBackoffMs, random = () => 1 }: Backoff,
  failures: number,
): DurationMs {
  const full = Math.min(firstBackoffMs * 2 ** Math.max(0, failures - 1), maxBackoffMs);
  return Math.round(full * (0.75 + 0.25 * random()));
}
