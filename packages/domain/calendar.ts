import type { TimeOfDay } from './people.ts';

/** Monday is 1, Sunday is 7 (ISO 8601, as Temporal counts). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Interval {
  readonly from: TimeOfDay;
  /** Later than `from`; `24:00` is the end of the day. */
  readonly to: TimeOfDay;
}

/** The company's working time. A weekday that is absent is a day off. */
export interface Calendar {
  /** IANA time zone in which the hours are read. */
  readonly timezone: string;
  readonly hours: ReadonlyMap<Weekday, readonly Interval[]>;
}
