/** A calendar date as `YYYY-MM-DD`. */
export type IsoDate = string;
/** A time of day as `HH:MM`. */
export type TimeOfDay = string;
export type Locale = 'ru' | 'en';

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
  readonly quiet: { readonly from: TimeOfDay; readonly to: TimeOfDay } | null;
}

/** Who stands behind a channel (clause S2). The owner is never missing: law 6. */
export interface ChannelPeople {
  readonly owner: string;
  readonly deputies: readonly string[];
  readonly head: string | null;
}

export type PeopleById = ReadonlyMap<string, Person>;
