import type { ChannelPeople, PeopleById, Person } from './people.ts';
import type { Role } from './policy.ts';
import type { EpochMs } from './time.ts';

/** Whether a person is there at all on that day, in their own time zone. */
export function isAway(person: Person, at: EpochMs): boolean {
  if (person.away.length === 0) return false;
  const today = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(person.timezone)
    .toPlainDate()
    .toString();
  return person.away.some(({ from, to }) => from <= today && today <= to);
}

/**
 * Who answers for a wait now: its owner; if they are away the first deputy who is there, then the head. When nobody
 * is there, the owner all the same, or whoever of them still works here: a wait is never without a person (law 6).
 */
export function personInCharge(
  owner: string,
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
): string {
  const there = (id: string): boolean => {
    const person = people.get(id);
    return person !== undefined && !isAway(person, at);
  };
  const inOrder = [owner, ...channel.deputies, ...(channel.head === null ? [] : [channel.head])];
  return inOrder.find(there) ?? inOrder.find((id) => people.has(id)) ?? owner;
}

/** The people whom a step reaches, resolved at the moment when it fires. Never empty: law 6. */
export function recipientsOf(
  roles: readonly Role[],
  owner: string,
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
): string[] {
  const reached = new Set<string>();
  for (const role of roles) {
    if (role === 'owner') reached.add(personInCharge(owner, channel, people, at));
    else if (role === 'head' && channel.head !== null) reached.add(channel.head);
    else if (role === 'deputies') {
      for (const id of channel.deputies) {
        const deputy = people.get(id);
        if (deputy && !isAway(deputy, at)) reached.add(id);
      }
    }
  }
  if (reached.size === 0) reached.add(personInCharge(owner, channel, people, at));
  return [...reached];
}
