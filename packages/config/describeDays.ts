import type { Calendar, EpochMs, IsoDate, SpecialDay } from '@otklik/domain';
import type { Texts } from './describeTexts.ts';

interface Run {
  readonly kind: SpecialDay['kind'];
  readonly from: IsoDate;
  to: IsoDate;
}

/** The next few dates that differ from their weekday, days in a row drawn together; null when there are none ahead. */
export function describeDays({ days, timezone }: Calendar, texts: Texts, now: EpochMs): string | null {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  const ahead = [...days].filter(([date]) => date >= today.toString()).toSorted(byDate);
  const runs: Run[] = [];
  for (const [date, { kind }] of ahead) {
    const last = runs.at(-1);
    if (last?.kind === kind && Temporal.PlainDate.from(last.to).add({ days: 1 }).equals(date)) last.to = date;
    else runs.push({ kind, from: date, to: date });
  }
  const told = runs.slice(0, SHOWN).map(({ kind, from, to }) => texts.days(texts.day[kind], from, to));
  return told.length === 0 ? null : told.join('; ');
}

const SHOWN = 4;

const byDate = ([one]: readonly [IsoDate, SpecialDay], [other]: readonly [IsoDate, SpecialDay]): number =>
  one < other ? -1 : 1;
