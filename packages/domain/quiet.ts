import type { Person } from './people.ts';
import type { EpochMs } from './time.ts';

/** When the quiet hours end in which a person is at this moment; null when they are in none. */
export function quietUntil(person: Person, at: EpochMs): EpochMs | null {
  const { quiet, timezone } = person;
  if (quiet === null) return null;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const today = local.toPlainDate();
  const on = (date: Temporal.PlainDate, time: string): EpochMs =>
    date.toZonedDateTime({ timeZone: timezone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  const overMidnight = quiet.to <= quiet.from;
  // The quiet hours that began yesterday, and those that begin today.
  for (const from of [today.subtract({ days: 1 }), today]) {
    const to = overMidnight ? from.add({ days: 1 }) : from;
    if (on(from, quiet.from) <= at && at < on(to, quiet.to)) return on(to, quiet.to);
  }
  return null;
}
