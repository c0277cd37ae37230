import { type EpochMs, SECOND } from '@otklik/domain';
import type { HandOver } from '../transports/transport.ts';

/** Only the oldest notice is tried while a transport does not answer. Once it goes through, all do. */
const PROBE_EVERY_MS = 5 * SECOND;

export interface Availability {
  /** The transport took something again. */
  isBack(result: HandOver): boolean;
  /** Asked once for each try. */
  isProbeDue(now: EpochMs): boolean;
}

export function createAvailability(): Availability {
  let isAway = false;
  let probedAt = 0;
  return {
    isBack(result) {
      if (result.outcome === 'retry' && result.afterMs === null) isAway = true;
      const isBack = isAway && result.outcome === 'sent';
      if (isBack) isAway = false;
      return isBack;
    },
    isProbeDue(now) {
      if (!isAway || now - probedAt < PROBE_EVERY_MS) return false;
      probedAt = now;
      return true;
    },
  };
}
