import type { TimeOfDay } from './calendar.ts';
import { isWorking } from './hours.ts';
import { anybody, type ChannelPeople, type PeopleById, type Person } from './people.ts';
import type { Role } from './policy.ts';
import type { EpochMs } from './time.ts';

/**
 * Why somebody answers for a wait, or is asked about it: they are the channel's owner; have the shift; were handed it; got it
 * back because whoever they had handed it to did not take it; stand in for an owner who is away, off duty, or has too many waits already; a step names them by their role; nobody
 * of the channel is there, and somebody must know; or they are asked in the place of somebody whom no transport reaches (law 6).
 */
export type Why =
  | 'owner'
  | 'on_duty'
  | 'handed_over'
  | 'handed_back'
  | 'owner_away'
  | 'overloaded'
  | 'deputies'
  | 'head'
  | 'nobody_there'
  | 'instead';

/** A person whom a step reaches. */
export interface Asked {
  readonly person: string;
  readonly why: Why;
}

/** Whether a person is away: by a date of absence in their own time zone, or because they said «Я отошёл». */
export function isAway(person: Person, at: EpochMs): boolean {
  const { steppedOut } = person;
  if (steppedOut !== null && steppedOut.from <= at && at < steppedOut.until) return true;
  if (person.away.length === 0) return false;
  const today = localDate(at, person.timezone).toString();
  return person.away.some(({ from, to }) => from <= today && today <= to);
}

/** Whose shifts are on at a moment, in the order of the rota, whether they are there or not. */
export function onDuty(channel: Pick<ChannelPeople, 'duty'>, at: EpochMs): string[] {
  return channel.duty
    .filter(({ hours }) => isWorking(hours, at))
    .flatMap(({ who, since, handover = '00:00', hours }) => {
      const days = Temporal.PlainDate.from(since).until(rotaDate(at, hours.timezone, handover), {
        largestUnit: 'days',
      }).days;
      const turn = Math.floor(days / 7) % who.length;
      return who.at(turn) ?? []; // of a negative turn `at` counts from the end, as weeks before the first do
    });
}

/** Who a wait is given to when it opens: whose shift is on, else the owner; if they are away whoever stands in. */
export function ownerAt(
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
  /** How many waits each has open, and from how many on they get no new ones; null: no limit. */
  load: { readonly open: ReadonlyMap<string, number>; readonly limit: number } | null = null,
): Asked {
  const first =
    inOrder(channel, at).find(({ person }) => isThere(person, people, at)) ?? lastResort(channel, people);
  const isFull = (person: string): boolean => load !== null && (load.open.get(person) ?? 0) >= load.limit;
  if (!isFull(first.person)) return first;
  const spare = channel.deputies.find((id) => id !== first.person && isThere(id, people, at) && !isFull(id));
  return spare === undefined ? first : { person: spare, why: 'overloaded' };
}

/**
 * Whom the new waits of a person's channels go to while that person is away: of each channel whose waits would be theirs now.
 * `people` has them away already.
 */
export function standInsFor<Channel extends ChannelPeople>(
  person: Person,
  channels: Iterable<Channel>,
  people: PeopleById,
  at: EpochMs,
): { readonly channel: Channel; readonly asked: Asked }[] {
  const there = new Map([...people, [person.id, { ...person, away: [], steppedOut: null }]]);
  return [...channels].flatMap((channel) =>
    ownerAt(channel, there, at).person === person.id
      ? [{ channel, asked: ownerAt(channel, people, at) }]
      : [],
  );
}

/**
 * Who answers for a wait now: its owner while they are there and on duty, else as {@link ownerAt}. When nobody is
 * there, the owner all the same, or whoever of the channel still works here: a wait is never without a person (law 6).
 */
export function personInCharge(
  wait: { readonly owner: string; readonly ownerWhy: Why },
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
): Asked {
  const own: Asked = { person: wait.owner, why: wait.ownerWhy };
  const shiftIsOver = wait.ownerWhy === 'on_duty' && !onDuty(channel, at).includes(wait.owner);
  const order = [...(shiftIsOver ? [] : [own]), ...inOrder(channel, at)];
  return (
    order.find(({ person }) => isThere(person, people, at)) ??
    (people.has(wait.owner) ? { person: wait.owner, why: 'nobody_there' } : lastResort(channel, people))
  );
}

const isThere = (id: string, people: PeopleById, at: EpochMs): boolean => {
  const person = people.get(id);
  return person !== undefined && !isAway(person, at);
};

function inOrder(channel: ChannelPeople, at: EpochMs): Asked[] {
  const shifts = onDuty(channel, at).map((person): Asked => ({ person, why: 'on_duty' }));
  const others = [...channel.deputies, ...(channel.head === null ? [] : [channel.head])];
  return [
    ...shifts,
    { person: channel.owner, why: shifts.length > 0 ? 'owner_away' : 'owner' },
    ...others.map((person): Asked => ({ person, why: 'owner_away' })),
  ];
}

/** The chain of a wait, first to last, each once, whether they are there or not: its owner, then the people of the channel. */
export function chainOf(wait: { readonly owner: string }, channel: ChannelPeople, at: EpochMs): string[] {
  return [...new Set([wait.owner, ...inOrder(channel, at).map(({ person }) => person)])];
}

/** Nobody is there: whoever of them works here at all; of a channel that is gone with its people, whoever leads the company. */
function lastResort(channel: ChannelPeople, people: PeopleById): Asked {
  const all = [channel.owner, ...channel.deputies, ...(channel.head === null ? [] : [channel.head])];
  const person = all.find((id) => people.has(id)) ?? anybody(people)?.id ?? channel.owner;
  return { person, why: 'nobody_there' };
}

/** The people whom a step reaches, resolved at the moment when it fires; the one in charge first. Never empty: law 6. */
export function recipientsOf(
  roles: readonly Role[],
  wait: { readonly owner: string; readonly ownerWhy: Why },
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
): Asked[] {
  const inCharge = personInCharge(wait, channel, people, at);
  const deputies = channel.deputies
    .filter((id) => isThere(id, people, at))
    .map((person): Asked => ({ person, why: 'deputies' }));
  const head: Asked[] =
    channel.head !== null && isThere(channel.head, people, at) ? [{ person: channel.head, why: 'head' }] : [];
  const reached = [
    ...(roles.includes('owner') ? [inCharge] : []),
    ...(roles.includes('deputies') ? deputies : []),
    ...(roles.includes('head') ? head : []),
  ];
  const once = new Map<string, Asked>();
  for (const asked of reached) if (!once.has(asked.person)) once.set(asked.person, asked);
  return once.size > 0 ? [...once.values()] : [inCharge];
}

/** The date by a rota whose days begin at the handover. */
function rotaDate(at: EpochMs, timezone: string, handover: TimeOfDay): Temporal.PlainDate {
  const { hour, minute } = Temporal.PlainTime.from(handover);
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timezone)
    .toPlainDateTime()
    .subtract({ hours: hour, minutes: minute })
    .toPlainDate();
}

const localDate = (at: EpochMs, timezone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
