import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 5;

export interface Patience {
  /** How long to wait, 5 s when left out. */
  readonly timeoutMs?: number;
  /** What is being waited for, for the error: «the wait is closed». */
  readonly what: string;
}

/**
 * Waits until the condition gives something truthy, and gives that on. A condition that throws is not yet met.
 * @throws when the time is up; the condition's last exception is its cause.
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
