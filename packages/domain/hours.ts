import type { Calendar, Interval, Weekday } from './calendar.ts';
import { type EpochMs, HOUR } from './time.ts';

/** Whether the company works at this moment. Without a calendar it always does. */
export function isWorking(calendar: Calendar | null, at: EpochMs): boolean {
  if (!calendar) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.timezone);
  return intervalsOf(calendar, local.toPlainDate()).some(({ from, to }) => from <= at && at < to);
}

/** The first working moment at or after `at`. `at` itself when there is no calendar, or none within a year. */
export function nextWorking(calendar: Calendar | null, at: EpochMs): EpochMs {
  if (!calendar || isWorking(calendar, at)) return at;
  let day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.timezone).toPlainDate();
  for (let i = 0; i < 366; i++, day = day.add({ days: 1 })) {
    // An interval that a change of clocks leaves empty, or a day that a zone skips, is no answer.
    const next = intervalsOf(calendar, day).find(({ from }) => from >= at && isWorking(calendar, from));
    if (next) return next.from;
  }
  return at;
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
  const end = (intervals.at(-1)?.to ?? 0) - HOUR;
  return intervals.filter(({ from }) => from < end).map(({ from, to }) => ({ from, to: Math.min(to, end) }));
}

function momentOf(calendar: Calendar, day: Temporal.PlainDate, time: string): EpochMs {
  const [date, plainTime] = time === '24:00' ? [day.add({ days: 1 }), '00:00'] : [day, time];
  return date.toZonedDateTime({ timeZone: calendar.timezone, plainTime: Temporal.PlainTime.from(plainTime) })
    .epochMilliseconds;
}
