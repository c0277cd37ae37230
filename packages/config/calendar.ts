import type { Interval, IsoDate, SpecialDay, Weekday } from '@otklik/domain';
import type { Checking } from './checking.ts';
import type { Path, Report } from './fault.ts';
import { isDecreed, russianDays } from './holidays/russia.ts';
import { type CalendarEntry, calendarSchema } from './schema.ts';
import { lookUp } from './subjects.ts';
import { isDate } from './timeFields.ts';
import { parseWeekdays } from './weekdays.ts';

type Hours = Map<Weekday, Interval[]>;

/** The calendar's parts; null when no hours are given or the calendar is faulty by its shape. */
export function resolveCalendar(checking: Checking): { hours: Hours; days: Days } | null {
  const { document, report } = checking;
  const parsed = calendarSchema.safeParse(lookUp(document.value, ['calendar']));
  if (!parsed.success) return null;
  const { country, hours: written, days: own } = parsed.data;
  checkCountry(country, checking);
  const hours = readHours(written ?? {}, report);
  return hours === null
    ? null
    : { hours, days: new Map([...daysOf(country), ...ownDays(own ?? {}, report)]) };
}

type Days = ReadonlyMap<IsoDate, SpecialDay>;

/** Far enough for the longest wait, and for a process that runs for years. */
const YEARS = Array.from({ length: 12 }, (_, i) => 2025 + i);
const LAST_DECREED = Math.max(...YEARS.filter(isDecreed));

const daysOf = (country: string | undefined): Days => (country === 'RU' ? russianDays(YEARS) : new Map());

function checkCountry(country: string | undefined, { report, warn }: Checking): void {
  if (country === undefined) return;
  const path = ['calendar', 'country'];
  if (country !== 'RU') {
    report(
      path,
      `calendar.country: the holidays of ${country} are not known to this version`,
      'Leave it out and write the days off under  calendar.days',
    );
    return;
  }
  const year = Temporal.Now.plainDateISO().add({ days: 60 }).year;
  if (year > LAST_DECREED)
    warn(
      path,
      `the days that the government moves in ${year} are not known to this version`,
      `Write them under  calendar.days , as  "${year}-01-11": off`,
      'key',
    );
}

function ownDays(days: NonNullable<CalendarEntry['days']>, report: Report): Days {
  const read = new Map<IsoDate, SpecialDay>();
  for (const [date, kind] of Object.entries(days)) {
    if (!isDate(date))
      report(
        ['calendar', 'days', date],
        `calendar.days: there is no such day as ${date}`,
        'Write YYYY-MM-DD',
        'key',
      );
    read.set(date, kind === 'working' ? { kind, like: 1, short: false } : { kind });
  }
  return read;
}

/** Each day's hours in order; `section` is where they stand. Reports days that are named twice and hours that overlap. */
export function readHours(
  entries: NonNullable<CalendarEntry['hours']>,
  report: Report,
  section: Path = ['calendar', 'hours'],
): Hours | null {
  const hours: Hours = new Map();
  for (const [days, intervals] of Object.entries(entries)) {
    const path = [...section, days];
    const ordered = intervals.toSorted((one, other) => (one.from < other.from ? -1 : 1));
    checkOverlap(ordered, path, report);
    for (const day of parseWeekdays(days) ?? []) {
      if (hours.has(day))
        report(
          path,
          `${section.join('.')}: "${days}" names a day a second time`,
          'Name each day once',
          'key',
        );
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
    report(path, `${path.join('.')}: ${both} overlap`, 'Write them as one, or move one');
  }
}
