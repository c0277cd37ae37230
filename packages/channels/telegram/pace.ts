import { SECOND } from '@otklik/domain';
import type { Backoff } from '@otklik/timing';

/** How a receiver waits. Given from outside, so that tests need no real seconds. */
export interface Pace extends Required<Backoff> {
  /** How long Telegram may hold a `getUpdates` that has nothing to say; at most 50. */
  readonly pollSeconds: number;
}

export const TELEGRAM_PACE: Pace = {
  pollSeconds: 25,
  firstBackoffMs: SECOND,
  maxBackoffMs: 30 * SECOND,
  random: Math.random,
};
