import { MINUTE, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs } from '@otklik/timing';

/** How a mailbox is read. Given from outside, so that tests need no real seconds. */
export interface MailPace extends Required<Backoff> {
  /** How often the folders are looked through, besides whenever the server tells of something in the inbox. */
  readonly lookEveryMs: number;
  /** How often a server is asked that does not tell by itself. */
  readonly askEveryMs: number;
  readonly socketTimeoutMs: number;
  /** How far back the first look goes. */
  readonly backMs: number;
}

export const MAIL_PACE: MailPace = {
  lookEveryMs: 20 * SECOND,
  askEveryMs: SECOND,
  // Twice that, and a half-open connection is noticed: within 90 seconds.
  socketTimeoutMs: 40 * SECOND,
  backMs: 24 * 60 * MINUTE,
  firstBackoffMs: 2 * SECOND,
  maxBackoffMs: 2 * MINUTE,
  random: Math.random,
};

/**
 * How long after a connection ended the next is made. Servers end long ones as a matter of course, and a mail may come
 * meanwhile: then at once. One that ends soon after it began is a fault, and waits longer each time.
 */
export function reconnectAfterMs(pace: MailPace, failures: number, lastedMs: number): number {
  return failures <= 1 && lastedMs >= MINUTE ? 0 : backoffMs(pace, Math.max(failures, 1));
}
