import { type EpochMs, HOUR, MINUTE } from './time.ts';

/** How often clients turn to a channel, by its own history. */
export interface Rhythm {
  /** Waits that opened in each hour of the week (0 is Monday 00:00 in the company's time zone), over all weeks. */
  readonly byHour: ReadonlyMap<number, number>;
  /** How many whole weeks that is. */
  readonly weeks: number;
}

export interface Inactivity {
  /** Since when nothing has come. */
  readonly since: EpochMs;
  /** How many clients an hour usually turn to it at this time. */
  readonly usualPerHour: number;
}

const HOURS_A_WEEK = 168;
const WEEKS_A_MONTH = 4.35;
const LEAST_WEEKS = 2;
/** Fewer a week, and chance alone makes days of silence. */
const LEAST_A_WEEK = 10;
const LEAST_SILENCE = 15 * MINUTE;
/** How many false alarms a month a channel may give: one in half a year. */
const FALSE_A_MONTH = 1 / 6;
/** People come in bursts: a silence must be longer than pure chance would have it. */
const BURSTS = 1.25;
/** So long a silence is told whatever the hour; going further back changes nothing. */
const LONGEST = 14 * 24 * HOUR;

/**
 * Whether a channel is silent by its own rhythm: at its usual rate a gap so long would come by chance (Poisson) less than
 * once in half a year. Nights, weekends and quiet hours come out of the history by themselves; a holiday that falls on a
 * working day is counted as a Sunday.
 * @param lastEventAt when anything last came, from whichever side; null: never.
 * @param isOff whether a moment lies on a day off that its weekday does not tell.
 */
export function inactivityOf(
  rhythm: Rhythm,
  lastEventAt: EpochMs | null,
  now: EpochMs,
  timezone: string,
  isOff: (at: EpochMs) => boolean,
): Inactivity | null {
  if (lastEventAt === null || rhythm.weeks < LEAST_WEEKS || now - lastEventAt < LEAST_SILENCE) return null;
  const perWeek = [...rhythm.byHour.values()].reduce((sum, count) => sum + count, 0) / rhythm.weeks;
  if (perWeek < LEAST_A_WEEK) return null;
  const hourAt = hoursOfWeek(now - LONGEST, now, timezone);
  const rate = (at: EpochMs): number => {
    const hour = hourAt(at);
    return (rhythm.byHour.get(isOff(at) ? SUNDAY + (hour % 24) : hour) ?? 0) / rhythm.weeks;
  };
  const expected = expectedBetween(Math.max(lastEventAt, now - LONGEST), now, rate);
  // Each turn begins a gap, and each gap is a chance to be mistaken.
  const enough = Math.log((perWeek * WEEKS_A_MONTH) / FALSE_A_MONTH) * BURSTS;
  return expected < enough ? null : { since: lastEventAt, usualPerHour: usualRate(lastEventAt, now, rate) };
}

const SUNDAY = 6 * 24;

/** 0 is Monday 00:00. */
export function hourOfWeek(at: EpochMs, timezone: string): number {
  const { dayOfWeek, hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return ((dayOfWeek - 1) * 24 + hour) % HOURS_A_WEEK;
}

/**
 * The hour of the week of any moment between two. Where the zone's offset is the same at both it is arithmetic: a silence is
 * looked over in steps of half an hour, and no zone changes its offset and back within a fortnight.
 */
export function hoursOfWeek(from: EpochMs, to: EpochMs, timezone: string): (at: EpochMs) => number {
  const [offset, later] = [offsetAt(from, timezone), offsetAt(to, timezone)];
  if (offset !== later) return (at) => hourOfWeek(at, timezone);
  return (at) => {
    const hours = Math.floor((at + offset) / HOUR) - MONDAY_1970;
    return ((hours % HOURS_A_WEEK) + HOURS_A_WEEK) % HOURS_A_WEEK;
  };
}

/** Local time less UTC, milliseconds. */
const offsetAt = (at: EpochMs, timezone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).offsetNanoseconds / 1_000_000;

/** The first Monday of the epoch, 5 January, in hours. */
const MONDAY_1970 = 4 * 24;

/** How many would have come, hour by hour. Zones differ by whole and half hours, so the steps are of half an hour. */
function expectedBetween(from: EpochMs, to: EpochMs, rate: (at: EpochMs) => number): number {
  let sum = 0;
  for (let at = from; at < to; ) {
    const next = Math.min((Math.floor(at / STEP) + 1) * STEP, to);
    sum += (rate(at) * (next - at)) / HOUR;
    at = next;
  }
  return sum;
}

const STEP = 30 * MINUTE;

/** The busiest hour of the silence: what a person has in mind by «usually». */
function usualRate(from: EpochMs, to: EpochMs, rate: (at: EpochMs) => number): number {
  let most = rate(to);
  for (let at = Math.max(from, to - 24 * HOUR); at < to; at += STEP) most = Math.max(most, rate(at));
  return Math.round(most * 10) / 10;
}
