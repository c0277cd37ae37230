import { type EpochMs, HOUR, MINUTE } from './time.ts';

/** Longer absences belong in the configuration. */
const LONGEST = 24 * HOUR;

/**
 * When «Я отошёл» ends: `30m`, `2h`, `14:30` (today, else tomorrow) in their zone. Without words at the end of their
 * day: a forgotten «Я на месте» costs no second day.
 * @returns null for other words.
 */
export function awayUntil(words: string, now: EpochMs, timezone: string): EpochMs | null {
  const said = words.trim().toLowerCase();
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  if (said === '') return here.startOfDay().add({ days: 1 }).epochMilliseconds;
  const lasting = /^(\d{1,4})\s*(m|min|мин|м|h|ч)\.?$/.exec(said);
  if (lasting) {
    const length = Number(lasting[1]) * (/^[hч]/.test(lasting[2] ?? '') ? HOUR : MINUTE);
    return length > 0 && length <= LONGEST ? now + length : null;
  }
  const clock = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(said);
  if (!clock) return null;
  const today = here.withPlainTime({ hour: Number(clock[1]), minute: Number(clock[2]) });
  return (today.epochMilliseconds > now ? today : today.add({ days: 1 })).epochMilliseconds;
}
