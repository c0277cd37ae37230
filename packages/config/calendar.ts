import type { Interval, Weekday } from '@otklik/domain';
import type { Checking } from './checking.ts';
import type { Path, Report } from './fault.ts';
import { type CalendarEntry, calendarSchema } from './schema.ts';
import { lookUp } from './subjects.ts';
import { parseWeekdays } from './weekdays.ts';

type Hours = Map<Weekday, Interval[]>;

/** The working hours by weekday, each day's in order; null when none are given or the calendar is faulty by its shape. */
export function resolveHours({ document, report, warn }: Checking): Hours | null {
  const parsed = calendarSchema.safeParse(lookUp(document.value, ['calendar']));
  if (!parsed.success) return null;
  if (parsed.data.country !== undefined) {
    const remedy = 'Until then a public holiday counts as the weekday that it falls on';
    warn(['calendar', 'country'], 'holidays of calendar.country are not applied yet', remedy, 'key');
  }
  return readHours(parsed.data.hours ?? {}, report);
}

function readHours(entries: NonNullable<CalendarEntry['hours']>, report: Report): Hours | null {
  const hours: Hours = new Map();
  for (const [days, intervals] of Object.entries(entries)) {
    const path = ['calendar', 'hours', days];
    const ordered = intervals.toSorted((one, other) => (one.from < other.from ? -1 : 1));
    checkOverlap(ordered, path, report);
    for (const day of parseWeekdays(days) ?? []) {
      if (hours.has(day))
        report(path, `calendar.hours: "${days}" names a day a second time`, 'Name each day once', 'key');
      hours.set(day, ordered);
    }
  }
  return hours.size === 0 ? null : hours;
}

function checkOverlap(ordered: readonly Interval[], path: Path, report: Report): void {
  for (const [index, { from, to }] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined || before.to <= from) continue;
    const both = `${before.from}-${before.to} and ${from}-${to}`;
    report(path, `calendar.hours.${path.at(-1)}: ${both} overlap`, 'Write them as one, or move one');
  }
}
