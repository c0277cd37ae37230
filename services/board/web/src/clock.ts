import { useSyncExternalStore } from 'react';

const TICK_MS = 250;

/** One ticking clock for the whole page, set by the server's. It stands still between ticks so that one paint shows one moment. */
function startClock() {
  let skewMs = 0;
  let bestRoundTripMs = Number.POSITIVE_INFINITY;
  let now = Date.now();
  const listeners = new Set<() => void>();
  const tick = () => {
    now = Date.now() + skewMs;
    for (const listener of listeners) listener();
  };
  setInterval(tick, TICK_MS);
  return {
    /** Server time, milliseconds since the epoch. */
    now: () => now,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Learns the browser's skew from one question; the quickest answer so far is trusted most. */
    correct(serverNow: number, askedAt: number, answeredAt: number) {
      const roundTripMs = answeredAt - askedAt;
      if (roundTripMs > bestRoundTripMs * 2 + 50) return;
      bestRoundTripMs = Math.min(bestRoundTripMs, roundTripMs);
      skewMs = serverNow - (askedAt + answeredAt) / 2;
      tick();
    },
  };
}

export const clock = startClock();

/** Redraws the caller only when `read(now)` gives another value. It must be a string, number, boolean or null. */
export function useClock<Value extends string | number | boolean | null>(
  read: (now: number) => Value,
): Value {
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()));
}
