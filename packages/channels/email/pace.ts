import { MINUTE, SECOND } from '@otklik/domain';
import type { Pace } from '../telegram/pace.ts';

/** How a mailbox is read. Given from outside, so that tests need no real seconds. */
export interface MailPace extends Pick<Pace, 'firstBackoffMs' | 'maxBackoffMs' | 'random'> {
  /** How often the folders are looked through, besides whenever the server tells of something in the inbox. */
  readonly lookEveryMs: number;
  readonly socketTimeoutMs: number;
  /** How far back the first look goes. */
  readonly backMs: number;
}

export const MAIL_PACE: MailPace = {
  lookEveryMs: 20 * SECOND,
  // Twice that, and a half-open connection is noticed: within 90 seconds.
  socketTimeoutMs: 40 * SECOND,
  backMs: 24 * 60 * MINUTE,
  firstBackoffMs: 2 * SECOND,
  maxBackoffMs: 2 * MINUTE,
  random: Math.random,
};
