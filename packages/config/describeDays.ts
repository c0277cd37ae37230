import type { Calendar, EpochMs, IsoDate } from '@otklik/domain';
import type { DayKind, Texts } from './describeTexts.ts';

/** Days in a row that differ alike. */
export interface Run {
  readonly kind: DayKind;
  readonly from: IsoDate;
  readonly to: IsoDate;
}

/** The next few dates that differ from their weekday, days in a row drawn together; null when there are none ahead. */
export function describeDays(calendar: Calendar, texts: Texts, now: EpochMs): string | null {
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(calendar.timezone)
    .toPlainDate()
    .toString();
  const ahead = runsOf(calendar, (date) => date >= today).slice(0, SHOWN);
  const told = ahead.map(({ kind, from, to }) => texts.days(texts.day[kind], from, to));
  return told.length === 0 ? null : told.join('; ');
}

const SHOWN = 4;

/** The calendar's special dates of which that is true, in order. */
export function runsOf({ days }: Calendar, isWanted: (date: IsoDate) => boolean): Run[] {
  const wanted = [...days].filter(([date]) => isWanted(date)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const runs: Run[] = [];
  for (const [date, day] of wanted) {
    const kind: DayKind = day.kind === 'working' && day.short ? 'working-short' : day.kind;
    const last = runs.at(-1);
    if (last?.kind === kind && Temporal.PlainDate.from(last.to).add({ days: 1 }).equals(date))
      runs[runs.length - 1] = { ...last, to: date };
    else runs.push({ kind, from: date, to: date });
  }
  return runs;
}
