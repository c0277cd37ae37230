import type { Calendar, Interval, Weekday } from './calendar.ts';
import { type DurationMs, type EpochMs, HOUR } from './time.ts';

/** Always true without a calendar. */
export function isWorking(calendar: Calendar | null, at: EpochMs): boolean {
  if (!calendar) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.timezone);
  return intervalsOf(calendar, local.toPlainDate()).some(({ from, to }) => from <= at && at < to);
}

/** Whether any work is done on that date of the calendar's zone. Always true without a calendar. */
export const isWorkingDay = (calendar: Calendar | null, date: Temporal.PlainDate): boolean =>
  calendar === null || intervalsOf(calendar, date).length > 0;

/** At or after `at`; `at` itself without a calendar or working time within a year. */
export const nextWorking = (calendar: Calendar | null, at: EpochMs): EpochMs => afterWorking(calendar, at, 0);

/** When this much working time has passed. Without a calendar, or working time within a year, all time counts. */
export function afterWorking(calendar: Calendar | null, from: EpochMs, duration: DurationMs): EpochMs {
  if (!calendar) return from + duration;
  let left = duration;
  let day = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(calendar.timezone).toPlainDate();
  for (let i = 0; i < 366; i++, day = day.add({ days: 1 })) {
    for (const interval of intervalsOf(calendar, day)) {
      const start = Math.max(from, interval.from);
      // A change of clocks may leave an interval empty, and a zone may skip a day.
      if (start >= interval.to || !isWorking(calendar, start)) continue;
      if (start + left < interval.to) return start + left;
      left -= interval.to - start;
    }
  }
  return from + duration;
}

/** In the calendar's zone, so that changes of clocks come out right. */
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
