import type { EpochMs } from '@otklik/domain';
import { unixTime } from '../../provider/times.ts';

/** As Asterisk makes them: the second in which the call began, and a counter. */
const MADE = /^(\d{10})\.\d+$/;

/**
 * One name for a call. The events of a call in and the statistics may have it under the ids of two channels that were made for
 * it at once, `1599036844.83813` and `1599036844.83809`; nobody makes two calls within one second, so that the second and
 * the number tell which call it is.
 */
export function callKey(id: string, outside: string): string {
  // With and without the code of the country.
  const digits = outside.replaceAll(/\D/g, '').slice(-9);
  const [, second] = MADE.exec(id) ?? [];
  return second === undefined || digits === '' ? id : `${second}/${digits}`;
}

/** When the call began, which needs no zone; null when the id does not say. */
export const startedAt = (id: string): EpochMs | null => unixTime(MADE.exec(id)?.[1]);
