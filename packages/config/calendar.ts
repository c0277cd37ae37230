import type { EpochMs, Interval, IsoDate, SpecialDay, Weekday } from '@otklik/domain';
import type { Checking } from './checking.ts';
import type { Path, Report } from './fault.ts';
import { isDecreed, russianDays } from './holidays/russia.ts';
import { type CalendarEntry, calendarSchema } from './schema.ts';
import { lookUp, nameOf } from './subjects.ts';
import { isDate } from './timeFields.ts';
import { parseWeekdays } from './weekdays.ts';

export type Hours = Map<Weekday, Interval[]>;
type HoursEntry = NonNullable<CalendarEntry['hours']>;
type Days = ReadonlyMap<IsoDate, SpecialDay>;

/** The calendar's parts; null when no hours are given or the calendar is faulty by its shape. */
export function resolveCalendar(
  checking: Checking,
  now: EpochMs,
): { hours: Hours; days: Days; country: string | null } | null {
  const parsed = calendarSchema.safeParse(lookUp(checking.document.value, ['calendar']));
  if (!parsed.success) return null;
  const { country, hours: entries = {}, days: own = {} } = parsed.data;
  checkCountry(country, checking, now);
  checkDays(own, checking.report);
  checkHours(entries, ['calendar', 'hours'], checking);
  const hours = hoursFrom(entries);
  if (hours.size > 0)
    return { hours, days: new Map([...daysOf(country), ...ownDays(own)]), country: country ?? null };
  if (country !== undefined || Object.keys(own).length > 0)
    checking.warn(
      ['calendar'],
      'calendar has no hours, so its days off change nothing: no wait is after hours',
      'Write  hours: { mon-fri: ["09:00-18:00"] }',
    );
  return null;
}

/** Far enough for the longest wait, and for a process that runs for years. */
const YEARS = Array.from({ length: 12 }, (_, i) => 2025 + i);

const daysOf = (country: string | undefined): Days => (country === 'RU' ? russianDays(YEARS) : new Map());

const DAYS_AHEAD = 60;

/**
 * The year, now or within two months, of which this version does not know what the government moves; null: there is none.
 * Own days do not make it known: nobody can tell whether they are all.
 */
export function undecreedYear(country: string | null, now: EpochMs): number | null {
  if (country !== 'RU') return null;
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').toPlainDate();
  const years = [today.year, today.add({ days: DAYS_AHEAD }).year];
  return years.find((year) => !isDecreed(year)) ?? null;
}

function checkCountry(country: string | undefined, { report, warn }: Checking, now: EpochMs): void {
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
  const year = undecreedYear(country, now);
  if (year === null) return;
  warn(
    path,
    `the days that the government moves in ${year} are not known to this version`,
    `Update Otklik, or write them under  calendar.days , as  "${year}-12-31": off`,
    'key',
  );
}

function checkDays(days: NonNullable<CalendarEntry['days']>, report: Report): void {
  for (const date of Object.keys(days))
    if (!isDate(date))
      report(
        ['calendar', 'days', date],
        `calendar.days: there is no such day as ${date}`,
        'Write YYYY-MM-DD',
        'key',
      );
}

const ownDays = (days: NonNullable<CalendarEntry['days']>): [IsoDate, SpecialDay][] =>
  Object.entries(days).map(([date, kind]) => [
    date,
    kind === 'off' || kind === 'short' ? { kind } : { kind: 'working', like: 1, short: kind !== 'working' },
  ]);

/** Each day's hours in order. */
export function hoursFrom(entries: HoursEntry): Hours {
  return new Map(
    Object.entries(entries).flatMap(([days, intervals]) => {
      const ordered = inOrder(intervals);
      return (parseWeekdays(days) ?? []).map((day): [Weekday, Interval[]] => [day, ordered]);
    }),
  );
}

/** Reports days that are named twice and hours that overlap; `section` is where the hours stand. */
export function checkHours(entries: HoursEntry, section: Path, { document, report }: Checking): void {
  const seen = new Set<Weekday>();
  for (const [days, intervals] of Object.entries(entries)) {
    const path = [...section, days];
    checkOverlap(inOrder(intervals), path, nameOf(path, document), report);
    for (const day of parseWeekdays(days) ?? []) {
      if (seen.has(day)) {
        const message = `${nameOf(section, document)}: "${days}" names a day a second time`;
        report(path, message, 'Name each day once', 'key');
      }
      seen.add(day);
    }
  }
}

const inOrder = (intervals: readonly Interval[]): Interval[] =>
  intervals.toSorted((one, other) => (one.from < other.from ? -1 : 1));

function checkOverlap(ordered: readonly Interval[], path: Path, name: string, report: Report): void {
  for (const [index, { from, to }] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined || before.to <= from) continue;
    const both = `${before.from}-${before.to} and ${from}-${to}`;
    report(path, `${name}: ${both} overlap`, 'Write them as one, or move one');
  }
}
