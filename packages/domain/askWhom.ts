import type { TimeOfDay } from './calendar.ts';
import { isWorking } from './hours.ts';
import { anybody, type ChannelPeople, type PeopleById, type Person } from './people.ts';
import type { Role } from './policy.ts';
import type { EpochMs } from './time.ts';

/**
 * Why a person is asked about a wait. `handed_back`: whoever got it did not take it. `owner_away`, `overloaded`: they
 * stand in for the owner. `instead`: no transport reaches the one to ask (law 6).
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

export interface Asked {
  readonly person: string;
  readonly why: Why;
}

/** By a date of absence in their own time zone, or because they said «Я отошёл». */
export function isAway(person: Person, at: EpochMs): boolean {
  const { steppedOut } = person;
  if (steppedOut !== null && steppedOut.from <= at && at < steppedOut.until) return true;
  if (person.away.length === 0) return false;
  const today = localDate(at, person.timezone).toString();
  return person.away.some(({ from, to }) => from <= today && today <= to);
}

/** In the order of the rota, away or not. */
export function onDuty(channel: Pick<ChannelPeople, 'duty'>, at: EpochMs): string[] {
  return channel.duty
    .filter(({ hours }) => isWorking(hours, at))
    .flatMap(({ who, since, handover = '00:00', hours }) => {
      const days = Temporal.PlainDate.from(since).until(rotaDate(at, hours.timezone, handover), {
        largestUnit: 'days',
      }).days;
      const turn = Math.floor(days / 7) % who.length;
      return who.at(turn) ?? []; // turns before the first are negative: `at` counts them from the end
    });
}

/** Who gets a new wait: whose shift is on, else the owner, or a stand-in. */
export function ownerAt(
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
  /** Open waits by person, and how many stop new ones; null: no limit. */
  load: { readonly open: ReadonlyMap<string, number>; readonly limit: number } | null = null,
): Asked {
  const first =
    inOrder(channel, at).find(({ person }) => isThere(person, people, at)) ?? lastResort(channel, people);
  const isFull = (person: string): boolean => load !== null && (load.open.get(person) ?? 0) >= load.limit;
  if (!isFull(first.person)) return first;
  const spare = channel.deputies.find((id) => id !== first.person && isThere(id, people, at) && !isFull(id));
  return spare === undefined ? first : { person: spare, why: 'overloaded' };
}

/** Who gets the new waits of a person who is away (in `people` already), by channel. */
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
 * Who answers for a wait now: its owner if present and on duty, else {@link ownerAt}. When nobody is there, still
 * somebody (law 6).
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

/** Its owner, then the people of its channel; each once, away or not. */
export function chainOf(wait: { readonly owner: string }, channel: ChannelPeople, at: EpochMs): string[] {
  return [...new Set([wait.owner, ...inOrder(channel, at).map(({ person }) => person)])];
}

/** Any of them who works here, else whoever leads the company. */
function lastResort(channel: ChannelPeople, people: PeopleById): Asked {
  const all = [channel.owner, ...channel.deputies, ...(channel.head === null ? [] : [channel.head])];
  const person = all.find((id) => people.has(id)) ?? anybody(people)?.id ?? channel.owner;
  return { person, why: 'nobody_there' };
}

/** Whom a step reaches when it fires, the person in charge first. Never empty (law 6). */
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

/** Days begin at the handover. */
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
