import type { Calendar, IsoDate, TimeOfDay } from './calendar.ts';
import type { EpochMs } from './time.ts';
import type { PersonalTransport } from './transport.ts';

export type Locale = 'ru' | 'en';

/** Words for a person, in each language. */
export type LocalizedText = Readonly<Record<Locale, string>>;

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
  /** For what is not urgent (see {@link isQuiet}), in their own time zone, perhaps over midnight. */
  readonly quiet: { readonly from: TimeOfDay; readonly to: TimeOfDay } | null;
  /** «Я отошёл»; ends by itself. */
  readonly steppedOut: { readonly from: EpochMs; readonly until: EpochMs } | null;
  /** Transports in the order of trying; missing ones are skipped. */
  readonly reach: readonly PersonalTransport[];
  /** What refuses them until something gets through or the address changes. */
  readonly deadEnds: readonly DeadEnd[];
}

/** Takes nothing for them any more: they blocked the bot, the mailbox is gone. */
export interface DeadEnd {
  readonly transport: PersonalTransport;
  readonly since: EpochMs;
  /** In the provider's words. */
  readonly problem: string;
}

/** Its person stands in for the owner meanwhile. */
export interface DutyShift {
  /** Several take turns, a week each. */
  readonly who: readonly string[];
  /** The first day of the first person's week, by the configuration a Monday. */
  readonly since: IsoDate;
  /** When weeks turn over, so that a night is one person's. Default: midnight. */
  readonly handover?: TimeOfDay;
  /** Its zone decides about days and weeks. */
  readonly hours: Calendar;
}

export const peopleOf = ({ owner, deputies, duty }: ChannelPeople): readonly string[] => [
  owner,
  ...deputies,
  ...duty.flatMap(({ who }) => who),
];

/** Linking an account acts as that person on every channel, so all of theirs must be the head's. */
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
   * Names of people on the channel (an extension, an admin's id), each of one person only. A call back rings the
   * first.
   */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
}

export type PeopleById = ReadonlyMap<string, Person>;

/** The last resort: a head, else the first. null: nobody works here. */
export function anybody(people: PeopleById): Person | null {
  const all = [...people.values()];
  return all.find(({ role }) => role === 'head') ?? all[0] ?? null;
}
