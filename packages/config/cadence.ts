import type { CadencePlan, Interval, TimeOfDay, Weekday } from '@otklik/domain';
import type { Checking } from './checking.ts';
import type { ConfigFile } from './schema.ts';
import { parseWeekdays } from './weekdays.ts';

/** Where nobody knows a client's zone (clause S8). */
const UNKNOWN: Interval = { from: '10:00', to: '20:00' };

/** null: nobody is tried again. */
export function cadenceFrom(entry: ConfigFile['cadence']): CadencePlan | null {
  if (entry == null || entry.start === 'off') return null;
  const { from, to } = entry.hours;
  return {
    sameDay: entry.same_day,
    hours: { known: { from, to }, unknown: { from: later(from, UNKNOWN.from), to: earlier(to, UNKNOWN.to) } },
    skip: new Set(entry.skip.flatMap((day): Weekday[] => parseWeekdays(day) ?? [])),
    days: entry.plan.map((each) => ({ day: each.day, do: each.do })),
    dayLength: entry.day_length ?? null,
  };
}

/** `HH:MM` sorts as text. */
const later = (a: TimeOfDay, b: TimeOfDay): TimeOfDay => (a > b ? a : b);
const earlier = (a: TimeOfDay, b: TimeOfDay): TimeOfDay => (a < b ? a : b);

/** Days must come in order, each once. */
export function checkCadence(entry: ConfigFile['cadence'], { report, warn }: Checking): void {
  if (entry == null) return;
  entry.plan.forEach(({ day }, index) => {
    const before = entry.plan[index - 1]?.day ?? 0;
    if (day <= before)
      report(
        ['cadence', 'plan', index, 'day'],
        `cadence: day ${day} does not come after day ${before}`,
        'Put the days in order, each once',
      );
  });
  if (entry.day_length !== undefined)
    warn(
      ['cadence', 'day_length'],
      'cadence: day_length is for tests: hours, calendar and skip do not apply',
      'Leave it out for real clients',
    );
}
