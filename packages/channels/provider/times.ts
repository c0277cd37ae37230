import type { EpochMs } from '@otklik/domain';

/**
 * `2026-11-23 10:00:00` by a clock of that zone; null when it is no such time. In the hour that comes twice in autumn it is the
 * later: what lies ahead is capped by our receipt, while an hour too early would be a client who has waited an hour.
 */
export function localTime(text: string | undefined, timezone: string): EpochMs | null {
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? '');
  if (!plain) return null;
  try {
    const local = Temporal.PlainDateTime.from(`${plain[1]}T${plain[2]}`);
    return local.toZonedDateTime(timezone, { disambiguation: 'later' }).epochMilliseconds;
  } catch {
    return null;
  }
}

/** `2026-11-23 10:00:00` on the clock of that zone. */
export function wallClock(at: number, timezone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDateTime();
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ');
}

/** Seconds or milliseconds since 1970, as a number or in digits; null when it is neither. */
export function unixTime(value: unknown): EpochMs | null {
  const number = typeof value === 'string' && /^\d{9,13}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 1e8) return null;
  return Math.round(number < 1e11 ? number * 1_000 : number);
}

/** A date with its time, by ISO 8601 or RFC 2822; null when it is neither: a bare number would be read as a year. */
export function dateTime(value: unknown): EpochMs | null {
  const at = typeof value === 'string' && value.trim().length >= 10 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** A count of seconds, as a number or in digits; 0 when it is neither. */
export function seconds(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,6}(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? Math.min(number, 86_400) : 0;
}
