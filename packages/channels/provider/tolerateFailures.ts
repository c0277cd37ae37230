import type { EpochMs, Event } from '@otklik/domain';
import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';

/** More than a passing fault. */
const FAILURES_TO_GO_ON = 3;

export interface Found {
  readonly events: readonly Event[];
  readonly gaps: readonly LocalizedText[];
}

/**
 * A secondary list, such as comments. A failure is retried with the whole look; a lasting one becomes a gap, and is
 * made up for later.
 */
export function tolerateFailures<Args extends unknown[]>(
  read: (from: EpochMs, ...args: Args) => Promise<Found>,
  gapOf: (why: LocalizedText) => LocalizedText,
): (from: EpochMs, ...args: Args) => Promise<Found> {
  let failures = 0;
  let owed = Number.POSITIVE_INFINITY;
  return async (from, ...args) => {
    owed = Math.min(owed, from);
    try {
      const found = await read(owed, ...args);
      [failures, owed] = [0, Number.POSITIVE_INFINITY];
      return found;
    } catch (error) {
      if (!isPassing(error)) throw error;
      failures += 1;
      if (failures < FAILURES_TO_GO_ON) throw error;
      return { events: [], gaps: [gapOf(error.said)] };
    }
  };
}

const isPassing = (error: unknown): error is ProviderTrouble =>
  error instanceof ProviderTrouble && (error.status === null || error.status === 429 || error.status >= 500);
