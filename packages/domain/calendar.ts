/** A calendar date as `YYYY-MM-DD`. */
export type IsoDate = string;
/** A time of day as `HH:MM`. */
export type TimeOfDay = string;

/** Monday is 1, Sunday is 7 (ISO 8601, as Temporal counts). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Interval {
  readonly from: TimeOfDay;
  /** Later than `from`; `24:00` is the end of the day. */
  readonly to: TimeOfDay;
}

/** A date that differs from its weekday. */
export type SpecialDay =
  | { readonly kind: 'off' }
  /** Work ends an hour earlier, as on the eve of a holiday (article 95 of the Labour Code of Russia). */
  | { readonly kind: 'short' }
  /** A day off that was moved elsewhere: worked by the hours of that weekday. */
  | { readonly kind: 'working'; readonly like: Weekday; readonly short: boolean };

/** Working time. A weekday that is absent is a day off. */
export interface Calendar {
  /** IANA time zone in which the hours are read. */
  readonly timezone: string;
  readonly hours: ReadonlyMap<Weekday, readonly Interval[]>;
  /** Holidays, eves and moved days; stronger than the weekday. */
  readonly days: ReadonlyMap<IsoDate, SpecialDay>;
}
