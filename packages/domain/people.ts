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
  /** Telegram user id, or null. */
  readonly telegram: number | null;
  readonly email: string | null;
  readonly locale: Locale;
  /** IANA time zone. */
  readonly timezone: string;
  /** Absences, both dates inclusive, in the person's own time zone. */
  readonly away: readonly { readonly from: IsoDate; readonly to: IsoDate }[];
  /** When what is not urgent for them waits (see {@link isQuiet}), in their own time zone. May go over midnight. */
  readonly quiet: { readonly from: TimeOfDay; readonly to: TimeOfDay } | null;
  /** «Я отошёл»: said by themselves, ends by itself; null while they are there. */
  readonly steppedOut: { readonly from: EpochMs; readonly until: EpochMs } | null;
  /** By what to reach them, first to last; what they do not have is passed over. */
  readonly reach: readonly PersonalTransport[];
  /** What refuses them for good, until something gets through or the address changes. */
  readonly deadEnds: readonly DeadEnd[];
}

/** A transport that does not take anything for a person any more: they blocked the bot, their mailbox is gone. */
export interface DeadEnd {
  readonly transport: PersonalTransport;
  readonly since: EpochMs;
  /** What the provider said. */
  readonly problem: string;
}

/** A place in a channel's rota: whoever has it stands in the owner's place while it lasts. */
export interface DutyShift {
  /** One person, or several who take turns, a week each. */
  readonly who: readonly string[];
  /** The first day of a week of the first of them: a Monday by the configuration; weeks turn over on its weekday. */
  readonly since: IsoDate;
  /** At which time of that day the week turns over, so that a night is one person's. Default: as the day begins. */
  readonly handover?: TimeOfDay;
  /** When the shift is on; its zone decides about days and weeks. */
  readonly hours: Calendar;
}

/** Who answers for a channel at one time or another. */
export const peopleOf = ({ owner, deputies, duty }: ChannelPeople): readonly string[] => [
  owner,
  ...deputies,
  ...duty.flatMap(({ who }) => who),
];

/**
 * Whose accounts a head may link beside their own: whoever links an account acts as that person on every channel, so that all of
 * theirs must be the head's.
 */
export function mayLink(head: string, person: string, channels: Iterable<ChannelPeople>): boolean {
  if (head === person) return true;
  const theirs = [...channels].filter(
    (channel) => channel.head === person || peopleOf(channel).includes(person),
  );
  return theirs.length > 0 && theirs.every((channel) => channel.head === head);
}

/** Who stands behind a channel (clause S2). The owner is never missing: law 6. */
export interface ChannelPeople {
  /** Answers for it whenever no shift is on. */
  readonly owner: string;
  /** The rota; of shifts that are on at the same time the first counts whose person is there. */
  readonly duty: readonly DutyShift[];
  readonly deputies: readonly string[];
  readonly head: string | null;
  /**
   * By a person's id: what the channel knows them by (an extension, an admin's id), as it writes it. No account is two
   * people's. The first is the one that a call back rings.
   */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
}

export type PeopleById = ReadonlyMap<string, Person>;

/** Who is asked when nobody else is left: a head, else whoever comes first. null: nobody works here. */
export function anybody(people: PeopleById): Person | null {
  const all = [...people.values()];
  return all.find(({ role }) => role === 'head') ?? all[0] ?? null;
}
