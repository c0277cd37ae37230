import type { Asked } from './askWhom.ts';
import type { PeopleById, Person } from './people.ts';
import type { EpochMs } from './time.ts';

/** When a person's present quiet hours end; null outside them. */
export function quietUntil(person: Person, at: EpochMs): EpochMs | null {
  const { quiet, timezone } = person;
  if (quiet === null) return null;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const today = local.toPlainDate();
  const on = (date: Temporal.PlainDate, time: string): EpochMs =>
    date.toZonedDateTime({ timeZone: timezone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  const overMidnight = quiet.to <= quiet.from;
  // Quiet hours that began yesterday, and today's.
  for (const from of [today.subtract({ days: 1 }), today]) {
    const to = overMidnight ? from.add({ days: 1 }) : from;
    if (on(from, quiet.from) <= at && at < on(to, quiet.to)) return on(to, quiet.to);
  }
  return null;
}

/**
 * Until when a ping is held; null: sent at once. Only people who stand by have quiet hours, not whoever answers for
 * the wait or has the shift.
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
