import { type Calendar, type Locale, nextWorking } from '@otklik/domain';
import { undecreedYear } from './calendar.ts';
import { runsOf } from './describeDays.ts';
import { describeHours } from './describeHours.ts';
import { describeTexts } from './describeTexts.ts';
import type { Config } from './types.ts';

/** The company's working time through a year, a month a line; `otklik calendar` prints it. */
export function describeYear(config: Config, locale: Locale, year: number): string {
  const texts = describeTexts(locale);
  const { calendar, country } = config;
  if (calendar === null) return `${texts.hours}: ${texts.aroundTheClock}`;
  const months = Array.from({ length: 12 }, (_, i) => Temporal.PlainYearMonth.from({ year, month: i + 1 }));
  const worked = months.map(
    (month) =>
      Array.from({ length: month.daysInMonth }, (_, i) => month.toPlainDate({ day: i + 1 })).filter((day) =>
        isWorked(day, calendar),
      ).length,
  );
  const named = months.map((month) =>
    month.toPlainDate({ day: 1 }).toLocaleString(locale, { month: 'long' }),
  );
  const width = Math.max(...named.map(({ length }) => length));
  const lines = months.map((month, i) => {
    const special = runsOf(calendar, (date) => date.startsWith(month.toString())).map(({ kind, from, to }) =>
      texts.inMonth(kind, dayOf(from), dayOf(to)),
    );
    const days = String(worked[i]).padStart(4);
    return `  ${(named[i] ?? '').padEnd(width)}${days}  ${special.join('; ')}`.trimEnd();
  });
  const noon = Date.parse(`${year}-01-01T12:00:00Z`);
  const unknown = undecreedYear(country, noon) === year ? [texts.undecreed(year)] : [];
  return [
    `${year}: ${describeHours(calendar, locale)}`,
    texts.workingDays(worked.reduce((sum, days) => sum + days, 0)),
    ...lines,
    ...unknown,
  ].join('\n');
}

const dayOf = (date: string): number => Number(date.slice(-2));

function isWorked(day: Temporal.PlainDate, calendar: Calendar): boolean {
  const [from, to] = [day, day.add({ days: 1 })].map(
    (each) => each.toZonedDateTime(calendar.timezone).epochMilliseconds,
  );
  return from !== undefined && to !== undefined && nextWorking(calendar, from) < to;
}
