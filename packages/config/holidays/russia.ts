import type { IsoDate, SpecialDay } from '@otklik/domain';

/**
 * Days off of the five-day week that are known by decree, as `MM-DD` or `MM-DD..MM-DD`; `short` are the eves on which
 * work ends an hour earlier (article 95 of the Labour Code), `working` the Saturdays that were moved.
 * 2025: Government decree 1335 of 4 October 2024. 2026: Government decree 1466 of 24 September 2025.
 * 2027: Government decree 1187 of 17 September 2026 (2 January to 5 November, 3 January to 31 December, 20 February to 22 February).
 */
const DECREED: Readonly<Record<number, { off: string; short: string; working: string }>> = {
  2025: {
    off: '01-01..01-08 02-23 03-08 05-01..05-02 05-08..05-09 06-12..06-13 11-03..11-04 12-31',
    short: '03-07 04-30 06-11',
    working: '11-01',
  },
  2026: {
    off: '01-01..01-11 02-23 03-08..03-09 05-01 05-09..05-11 06-12 11-04 12-31',
    short: '04-30 05-08 06-11 11-03',
    working: '',
  },
  2027: {
    off: '01-01..01-08 02-22..02-23 03-08 05-01 05-03 05-09..05-10 06-12 06-14 11-04..11-05 12-31',
    short: '04-30 06-11 11-03',
    working: '02-20',
  },
};

/** Article 112 of the Labour Code: what every year has, whatever the decree moves. */
const JANUARY = '01-01..01-08';
const BY_LAW = ['02-23', '03-08', '05-01', '05-09', '06-12', '11-04'];

/** Whether the government's moves of that year are known to this version. */
export const isDecreed = (year: number): boolean => DECREED[year] !== undefined;

/** Holidays, eves and moved days of these years. Of a year without a decree only what the law itself says. */
export function russianDays(years: readonly number[]): Map<IsoDate, SpecialDay> {
  return new Map(years.flatMap((year) => [...(DECREED[year] ? decreed(year, DECREED[year]) : byLaw(year))]));
}

function decreed(year: number, { off, short, working }: (typeof DECREED)[number]): [IsoDate, SpecialDay][] {
  return [
    ...dates(year, off).map((date): [IsoDate, SpecialDay] => [date, { kind: 'off' }]),
    ...dates(year, short).map((date): [IsoDate, SpecialDay] => [date, { kind: 'short' }]),
    // Those that are known are eves: of the days off into which they moved.
    ...dates(year, working).map((date): [IsoDate, SpecialDay] => [
      date,
      { kind: 'working', like: 1, short: true },
    ]),
  ];
}

/** A holiday that falls on a day off moves to the next working day, but for those of January; an eve that is worked is shorter. */
function byLaw(year: number): Map<IsoDate, SpecialDay> {
  const days = new Map<IsoDate, SpecialDay>(dates(year, JANUARY).map((date) => [date, { kind: 'off' }]));
  const isOff = (day: Temporal.PlainDate) => day.dayOfWeek > 5 || days.get(day.toString())?.kind === 'off';
  const holidays = BY_LAW.map((date) => Temporal.PlainDate.from(`${year}-${date}`));
  for (const holiday of holidays) days.set(holiday.toString(), { kind: 'off' });
  for (const holiday of holidays.filter(({ dayOfWeek }) => dayOfWeek > 5)) {
    let moved = holiday;
    while (isOff(moved)) moved = moved.add({ days: 1 });
    days.set(moved.toString(), { kind: 'off' });
  }
  for (const eve of [...holidays, Temporal.PlainDate.from(`${year + 1}-01-01`)].map((day) =>
    day.subtract({ days: 1 }),
  ))
    if (!isOff(eve)) days.set(eve.toString(), { kind: 'short' });
  return days;
}

/** `01-01..01-03 02-23` to dates of that year. */
function dates(year: number, text: string): IsoDate[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [from = '', to = from] = part.split('..');
      const first = Temporal.PlainDate.from(`${year}-${from}`);
      const length = first.until(`${year}-${to}`, { largestUnit: 'days' }).days + 1;
      return Array.from({ length }, (_, i) => first.add({ days: i }).toString());
    });
}
