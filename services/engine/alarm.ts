import type { DurationMs, EpochMs } from '@otklik/domain';

/** Sleeps until a moment, or an earlier one that somebody names meanwhile. */
export interface Alarm {
  set(at: EpochMs): void;
  /** Forgets what was set so far. */
  clear(): void;
  /** Resolves at `latest` or at the earliest moment that was set since `clear`. */
  sleep(latest: EpochMs): Promise<DurationMs>;
  /** Ends the sleep at once. */
  ring(): void;
}

/** `sleep` resolves with how long it meant to sleep. */
export function createAlarm(now: () => EpochMs): Alarm {
  let earliest = Number.POSITIVE_INFINITY;
  let wakesAt = Number.NEGATIVE_INFINITY;
  let ring = () => {};
  return {
    set: (at) => {
      earliest = Math.min(earliest, at);
      if (at < wakesAt) ring();
    },
    clear: () => {
      earliest = Number.POSITIVE_INFINITY;
    },
    sleep: async (latest) => {
      const at = Math.min(latest, earliest);
      const forMs = Math.max(0, at - now());
      await new Promise<void>((resolve) => {
        wakesAt = at;
        const timer = setTimeout(resolve, forMs);
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wakesAt = Number.NEGATIVE_INFINITY;
      return forMs;
    },
    ring: () => ring(),
  };
}
