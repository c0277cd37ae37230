import { SECOND } from '@otklik/domain';
import type { Backoff } from '@otklik/timing';

/** Timing of a receiver; injected for tests. */
export interface Pace extends Required<Backoff> {
  /** Long-poll timeout; 50 at most. */
  readonly pollSeconds: number;
}

export const TELEGRAM_PACE: Pace = {
  pollSeconds: 25,
  firstBackoffMs: SECOND,
  maxBackoffMs: 30 * SECOND,
  random: Math.random,
};
