import type { EpochMs } from '@otklik/domain';
import { unixTime } from '../../provider/times.ts';

/** Asterisk's form: second of the beginning, and a counter. */
const MADE = /^(\d{10})\.\d+$/;

/**
 * Events and statistics may use ids of two channels made at once (`1599036844.83813`, `1599036844.83809`). Nobody
 * calls twice within a second.
 */
export function callKey(id: string, outside: string): string {
  // The country code may be missing.
  const digits = outside.replaceAll(/\D/g, '').slice(-9);
  const [, second] = MADE.exec(id) ?? [];
  return second === undefined || digits === '' ? id : `${second}/${digits}`;
}

/** Free of time zones; null when the id does not say. */
export const startedAt = (id: string): EpochMs | null => unixTime(MADE.exec(id)?.[1]);
