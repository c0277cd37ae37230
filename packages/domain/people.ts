import type { Calendar, IsoDate, TimeOfDay } from './calendar.ts';
import type { EpochMs } from './time.ts';
import type { PersonalTransport } from './transport.ts';

export type Locale = 'ru' | 'en';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: 'owner' | 'head';
  /** User id. */
  readonly telegram: number | null;
  readonly email: string | null;
  readonly locale: Locale;
  /** IANA. */
  readonly timezone: string;
  /** Both dates inclusive, in their own time zone. */
  readonly away: readonly { readonly from: IsoDate; readonly to: IsoDate }[];
  /** When what is not urgent waits (see {@link isQuiet}), in their own time zone, perhaps over midnight. */
  readonly quiet: { readonly from: TimeOfDay; readonly to: TimeOfDay } | null;
  /** «Я отошёл»; ends by itself. */
  readonly steppedOut: { readonly from: EpochMs; readonly until: EpochMs } | null;
  /** Transports in the order of trying; missing ones are skipped. */
  readonly reach: readonly PersonalTransport[];
  /** What refuses them until something gets through or the address changes. */
  readonly deadEnds: readonly DeadEnd[];
}

/** A transport that takes nothing for a person any more: they blocked the bot, the mailbox is gone. */
export interface DeadEnd {
  readonly transport: PersonalTransport;
  readonly since: EpochMs;
  /** In the provider's words. */
  readonly problem: string;
}

/** Whoever has a shift of a channel's rota stands in for its owner meanwhile. */
export interface DutyShift {
  /** Several take turns, a week each. */
  readonly who: readonly string[];
  /** The first day of a week of the first person; weeks turn over on its weekday, by the configuration a Monday. */
  readonly since: IsoDate;
  /** When on that day, so that a night is one person's. Default: midnight. */
  readonly handover?: TimeOfDay;
  /** When the shift is on; its zone decides about days and weeks. */
  readonly hours: Calendar;
}

export const peopleOf = ({ owner, deputies, duty }: ChannelPeople): readonly string[] => [
  owner,
  ...deputies,
  ...duty.flatMap(({ who }) => who),
];

/**
 * Linking an account acts as that person on every channel, so a head may do it only for people all of whose channels
 * are theirs.
 */
export function mayLink(head: string, person: string, channels: Iterable<ChannelPeople>): boolean {
  if (head === person) return true;
  const theirs = [...channels].filter(
    (channel) => channel.head === person || peopleOf(channel).includes(person),
  );
  return theirs.length > 0 && theirs.every((channel) => channel.head === head);
}

/** Clause S2. The owner is never missing (law 6). */
export interface ChannelPeople {
  /** Answers whenever no shift is on. */
  readonly owner: string;
  /** Of concurrent shifts the first counts whose person is there. */
  readonly duty: readonly DutyShift[];
  readonly deputies: readonly string[];
  readonly head: string | null;
  /**
   * What the channel knows people by (an extension, an admin's id), by person. No account belongs to two people; a
   * call back rings the first.
   */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
}

export type PeopleById = ReadonlyMap<string, Person>;

/** Whom to ask when nobody else is left: a head, else the first. null: nobody works here. */
export function anybody(people: PeopleById): Person | null {
  const all = [...people.values()];
  return all.find(({ role }) => role === 'head') ?? all[0] ?? null;
}
