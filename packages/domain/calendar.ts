/** `YYYY-MM-DD` */
export type IsoDate = string;
/** `HH:MM` */
export type TimeOfDay = string;

/** Monday is 1 (ISO 8601, Temporal). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Interval {
  readonly from: TimeOfDay;
  /** Later than `from`; `24:00` ends the day. */
  readonly to: TimeOfDay;
}

export type SpecialDay =
  | { readonly kind: 'off' }
  /** An hour shorter: the eve of a holiday (Labour Code of Russia, article 95). */
  | { readonly kind: 'short' }
  /** A day off moved elsewhere: worked by the hours of that weekday. */
  | { readonly kind: 'working'; readonly like: Weekday; readonly short: boolean };

/** Working time. A missing weekday is a day off. */
export interface Calendar {
  /** IANA. */
  readonly timezone: string;
  readonly hours: ReadonlyMap<Weekday, readonly Interval[]>;
  /** Exceptions by date: holidays, eves, moved days. */
  readonly days: ReadonlyMap<IsoDate, SpecialDay>;
}
