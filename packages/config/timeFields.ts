import type { DurationMs, EpochMs, IsoDate, TimeOfDay } from '@otklik/domain';
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from './duration.ts';
import { field, type Reading } from './fields.ts';
import { nearest } from './nearest.ts';
import { WEEKDAYS_PATTERN } from './weekdays.ts';

export function durationField(description: string, example: string, shortest: DurationMs = 1) {
  const read = (text: string): Reading<DurationMs> => {
    const duration = parseDuration(text);
    if (duration === null) return { problem: 'is not a duration' };
    return duration >= shortest ? { value: duration } : { problem: 'must be longer than nothing' };
  };
  return field(read, { description, examples: [example], pattern: DURATION_PATTERN });
}

const TIMEZONES = new Set(Intl.supportedValuesOf('timeZone'));

export function timezoneField(description: string) {
  const read = (text: string): Reading<string> => {
    if (isTimezone(text)) return { value: text };
    const meant = nearest(text, TIMEZONES);
    const problem = 'is no time zone of the IANA list';
    return meant === null ? { problem } : { problem, remedy: `Did you mean ${meant}?` };
  };
  return field(read, { description, examples: ['Europe/Moscow'] });
}

/** Names only: a fixed offset knows no summer time. */
function isTimezone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}

const DATE = '\\d{4}-\\d{2}-\\d{2}';
/** A JSON Schema pattern for the keys of `calendar.days`. */
export const DATE_PATTERN = `^${DATE}$`;
const AWAY_PATTERN = `^(${DATE})(?:\\.\\.(${DATE}))?$`;

/** `2026-12-01` or `2026-12-01..2026-12-14`, both days inclusive. */
export function awayField(description: string) {
  const problem = 'is no date or from..to';
  const read = (text: string): Reading<{ from: IsoDate; to: IsoDate }> => {
    const [, from, to = from] = new RegExp(AWAY_PATTERN).exec(text) ?? [];
    if (from === undefined || to === undefined) return { problem };
    for (const date of [from, to]) if (!isDate(date)) return { problem: `has no such day as ${date}` };
    return from <= to ? { value: { from, to } } : { problem: 'ends before it begins' };
  };
  return field(read, { description, examples: ['2026-12-01..2026-12-14'], pattern: AWAY_PATTERN });
}

export function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const WORK_PATTERN = `^(${TIME})-(${TIME}|24:00)$`;
const QUIET_PATTERN = `^(${TIME})-(${TIME})$`;

/** `09:00-13:00`; `24:00` is the end of the day. */
function intervalField(description: string) {
  const read = (text: string): Reading<{ from: TimeOfDay; to: TimeOfDay }> => {
    const [, from, to] = new RegExp(WORK_PATTERN).exec(text) ?? [];
    if (from === undefined || to === undefined) return { problem: 'is not HH:MM-HH:MM' };
    return from < to
      ? { value: { from, to } }
      : {
          problem: 'does not end after it begins',
          remedy: 'Split a night at 24:00, the rest goes to the next day',
        };
  };
  return field(read, { description, examples: ['09:00-13:00'], pattern: WORK_PATTERN });
}

/** `09:00-21:00`, within `widest`. */
export function dayHoursField(description: string, widest: { from: TimeOfDay; to: TimeOfDay }) {
  const read = (text: string): Reading<{ from: TimeOfDay; to: TimeOfDay }> => {
    const [, from, to] = new RegExp(WORK_PATTERN).exec(text) ?? [];
    if (from === undefined || to === undefined) return { problem: 'is not HH:MM-HH:MM' };
    if (from >= to) return { problem: 'does not end after it begins' };
    return from < widest.from || to > widest.to
      ? { problem: `is not within ${widest.from}-${widest.to}` }
      : { value: { from, to } };
  };
  return field(read, { description, examples: [`${widest.from}-${widest.to}`], pattern: WORK_PATTERN });
}

/** `09:00` */
export function timeField(description: string, example: TimeOfDay) {
  const pattern = `^${TIME}$`;
  const read = (text: string): Reading<TimeOfDay> =>
    new RegExp(pattern).test(text) ? { value: text } : { problem: 'is not HH:MM' };
  return field(read, { description, examples: [example], pattern });
}

/** Hours by weekday. */
export function hoursField(description: string) {
  const interval = intervalField('From-to within one day; 24:00 is the end of the day.');
  return z
    .record(
      z.string().regex(new RegExp(WEEKDAYS_PATTERN)),
      z.array(interval).meta({ description: 'Hours of these days.' }),
    )
    .meta({ description, examples: [{ 'mon-fri': ['09:00-13:00', '14:00-18:00'] }] });
}

/** `2026-11-23` */
export function dateField(description: string) {
  const read = (text: string): Reading<IsoDate> =>
    isDate(text) ? { value: text } : { problem: 'is no date as YYYY-MM-DD' };
  return field(read, { description, examples: ['2026-11-23'], pattern: DATE_PATTERN });
}

/** A day (its midnight in the company's zone) or a moment: see {@link momentIn}. */
export function sinceField(description: string) {
  const read = (text: string): Reading<string> =>
    momentIn(text, 'UTC') === null
      ? { problem: 'is neither a date nor a time with its offset' }
      : { value: text };
  return field(read, { description, examples: ['2026-12-01'] });
}

/** `2026-12-01` as it begins there, or `2026-12-01T09:00:00+03:00`; null when it is neither. */
export function momentIn(text: string, timezone: string): EpochMs | null {
  try {
    return isDate(text)
      ? Temporal.PlainDate.from(text).toZonedDateTime(timezone).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** `22:00-08:00`: may go over midnight. */
export function quietField(description: string) {
  const read = (text: string): Reading<{ from: TimeOfDay; to: TimeOfDay }> => {
    const [, from, to] = new RegExp(QUIET_PATTERN).exec(text) ?? [];
    if (from === undefined || to === undefined) return { problem: 'is not HH:MM-HH:MM' };
    return from === to ? { problem: 'is empty: it ends when it begins' } : { value: { from, to } };
  };
  return field(read, { description, examples: ['22:00-08:00'], pattern: QUIET_PATTERN });
}
