import type { Calendar, Interval, Weekday } from './calendar.ts';
import { type DurationMs, type EpochMs, HOUR } from './time.ts';

/** Whether the company works at this moment. Without a calendar it always does. */
export function isWorking(calendar: Calendar | null, at: EpochMs): boolean {
  if (!calendar) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.timezone);
  return intervalsOf(calendar, local.toPlainDate()).some(({ from, to }) => from <= at && at < to);
}

/** The first working moment at or after `at`. `at` itself when there is no calendar, or none within a year. */
export const nextWorking = (calendar: Calendar | null, at: EpochMs): EpochMs => afterWorking(calendar, at, 0);

/**
 * The moment when so much working time has passed since `from`: itself a working one. Without a calendar all time is
 * working time; so it is when none is within a year.
 */
export function afterWorking(calendar: Calendar | null, from: EpochMs, duration: DurationMs): EpochMs {
  if (!calendar) return from + duration;
  let left = duration;
  let day = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(calendar.timezone).toPlainDate();
  for (let i = 0; i < 366; i++, day = day.add({ days: 1 })) {
    for (const interval of intervalsOf(calendar, day)) {
      const start = Math.max(from, interval.from);
      // An interval that a change of clocks leaves empty, or a day that a zone skips, is no answer.
      if (start >= interval.to || !isWorking(calendar, start)) continue;
      if (start + left < interval.to) return start + left;
      left -= interval.to - start;
    }
  }
  return from + duration;
}

/** A day's working intervals as moments, in order. Read in the calendar's zone, so that a change of clocks is right. */
function intervalsOf(calendar: Calendar, day: Temporal.PlainDate): { from: EpochMs; to: EpochMs }[] {
  const special = calendar.days.get(day.toString());
  if (special?.kind === 'off') return [];
  const weekday = special?.kind === 'working' ? special.like : (day.dayOfWeek as Weekday);
  const intervals = (calendar.hours.get(weekday) ?? [])
    .map((interval: Interval) => ({
      from: momentOf(calendar, day, interval.from),
      to: momentOf(calendar, day, interval.to),
    }))
    .sort((a, b) => a.from - b.from);
  return special?.kind === 'short' || (special?.kind === 'working' && special.short)
    ? withoutLastHour(intervals)
    : intervals;
}

function withoutLastHour(intervals: readonly { from: EpochMs; to: EpochMs }[]) {
  const end = Math.max(...intervals.map(({ to }) => to)) - HOUR;
  return intervals.filter(({ from }) => from < end).map(({ from, to }) => ({ from, to: Math.min(to, end) }));
}

function momentOf(calendar: Calendar, day: Temporal.PlainDate, time: string): EpochMs {
  const [date, plainTime] = time === '24:00' ? [day.add({ days: 1 }), '00:00'] : [day, time];
  return date.toZonedDateTime({ timeZone: calendar.timezone, plainTime: Temporal.PlainTime.from(plainTime) })
    .epochMilliseconds;
}
