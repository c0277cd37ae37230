import { type EpochMs, SECOND } from '@otklik/domain';
import type { HandOver } from '../transports/transport.ts';

/** While a transport does not answer, its oldest notice is tried so often: as soon as it does, all that wait go out. */
const PROBE_EVERY_MS = 5 * SECOND;

export interface Availability {
  /** Whether the transport is back: this is the first thing that it has taken again. */
  isBack(result: HandOver): boolean;
  /** Whether it is time to try it again. Asked once for each try. */
  isProbeDue(now: EpochMs): boolean;
}

/** Whether a transport answers, as far as we have tried. */
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
