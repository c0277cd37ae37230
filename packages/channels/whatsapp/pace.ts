import { type DurationMs, MINUTE, SECOND } from '@otklik/domain';

/** How the listener waits. Given from outside, so that tests need no real seconds. */
export interface WhatsappPace {
  readonly firstBackoffMs: DurationMs;
  readonly maxBackoffMs: DurationMs;
  /** In [0, 1). */
  readonly random: () => number;
  /** How long nothing that we missed may have come before we have caught up. */
  readonly quietMs: DurationMs;
  /** After so long online we count as caught up all the same: a server that never says so must not silence all alarms. */
  readonly drainMs: DurationMs;
  /** How often we look whether somebody wants a code to link by. */
  readonly wantedMs: DurationMs;
  /** How long the server may take to say that it has a message of ours. */
  readonly ackMs: DurationMs;
}

export const WHATSAPP_PACE: WhatsappPace = {
  firstBackoffMs: SECOND,
  maxBackoffMs: 2 * MINUTE,
  random: Math.random,
  quietMs: 3 * SECOND,
  drainMs: MINUTE,
  wantedMs: 2 * SECOND,
  ackMs: 15 * SECOND,
};
