import type { Asked } from './askWhom.ts';
import type { PeopleById, Person } from './people.ts';
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

/**
 * Until when a step's ping to one of those whom it asks is held back; null when it goes out at once. Who answers for a
 * wait is never quiet, nor is whoever has the shift (`duty`): only those who stand by are.
 */
export function heldUntil(
  { person: id, why }: Asked,
  people: PeopleById,
  duty: readonly string[],
  at: EpochMs,
): EpochMs | null {
  const person = people.get(id);
  const standsBy = (why === 'deputies' || why === 'head') && !duty.includes(id);
  return person !== undefined && standsBy ? quietUntil(person, at) : null;
}
