import type { EpochMs } from '@otklik/domain';

/**
 * `2026-11-23 10:00:00` in a zone; null when it is no time. Takes the later of the repeated autumn hour: an earlier
 * one would add an hour of waiting.
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

/** `2026-11-23 10:00:00` in a zone. */
export function wallClock(at: number, timezone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDateTime();
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ');
}

/** Seconds or milliseconds since 1970, number or digits; null for anything else. */
export function unixTime(value: unknown): EpochMs | null {
  const number = typeof value === 'string' && /^\d{9,13}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 1e8) return null;
  return Math.round(number < 1e11 ? number * 1_000 : number);
}

/** ISO 8601 or RFC 2822; null for anything else. A bare number would be read as a year. */
export function dateTime(value: unknown): EpochMs | null {
  const at = typeof value === 'string' && value.trim().length >= 10 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** Seconds, number or digits; 0 for anything else. */
export function seconds(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,6}(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? Math.min(number, 86_400) : 0;
}
