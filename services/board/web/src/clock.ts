import { useSyncExternalStore } from 'react';

const TICK_MS = 250;

/** One clock for the page, set by the server's. It stands between ticks, so that one paint shows one moment. */
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
    /** Milliseconds since 1970. */
    now: () => now,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Learns the browser's skew; the quickest answer is trusted most. */
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

/** Redraws only when `read(now)` changes. */
export function useClock<Value extends string | number | boolean | null>(
  read: (now: number) => Value,
): Value {
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()));
}
