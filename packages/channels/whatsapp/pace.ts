import { type DurationMs, MINUTE, SECOND } from '@otklik/domain';

/** Timing of the listener; injected for tests. */
export interface WhatsappPace {
  readonly firstBackoffMs: DurationMs;
  readonly maxBackoffMs: DurationMs;
  /** In [0, 1). */
  readonly random: () => number;
  /** After this silence of the backlog it counts as caught up. */
  readonly quietMs: DurationMs;
  /** After this long online it counts as caught up: a silent server must not silence alarms. */
  readonly drainMs: DurationMs;
  /** How often to look for a request for a code. */
  readonly wantedMs: DurationMs;
  /** How long the server's ack may take. */
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
