import { MINUTE, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs } from '@otklik/timing';

/** Timing of a mailbox; injected for tests. */
export interface MailPace extends Required<Backoff> {
  /** How often all folders are looked through, besides notifications. */
  readonly lookEveryMs: number;
  /** How often servers without notifications are asked. */
  readonly askEveryMs: number;
  readonly socketTimeoutMs: number;
  /** How far back the first look goes. */
  readonly backMs: number;
}

export const MAIL_PACE: MailPace = {
  lookEveryMs: 20 * SECOND,
  askEveryMs: SECOND,
  // A half-open connection is noticed within 90 seconds.
  socketTimeoutMs: 40 * SECOND,
  backMs: 24 * 60 * MINUTE,
  firstBackoffMs: 2 * SECOND,
  maxBackoffMs: 2 * MINUTE,
  random: Math.random,
};

/** None after a long connection, which servers end routinely. A short one is a fault and backs off. */
export function reconnectAfterMs(pace: MailPace, failures: number, lastedMs: number): number {
  return failures <= 1 && lastedMs >= MINUTE ? 0 : backoffMs(pace, Math.max(failures, 1));
}
