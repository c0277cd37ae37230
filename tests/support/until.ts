import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 5;

export interface Patience {
  /** Default: 5 s. */
  readonly timeoutMs?: number;
  /** What is waited for, for the error: «the wait is closed». */
  readonly what: string;
}

/**
 * Waits until the condition is truthy and returns its value. While it throws it is not met.
 * @throws when the time is up, with the condition's last exception as cause.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 5_000, what }: Patience,
): Promise<NonNullable<Exclude<T, false | '' | 0>>> {
  const giveUpAt = performance.now() + timeoutMs;
  let problem: unknown;
  do {
    try {
      const found = await condition();
      if (found) return found as NonNullable<Exclude<T, false | '' | 0>>;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    await pause(pollMs);
  } while (performance.now() < giveUpAt);
  throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`, { cause: problem });
}
