import { type EpochMs, HOUR, MINUTE } from './time.ts';

/** How often clients write to a channel. */
export interface Rhythm {
  /** Per hour of the week (0: Monday 00:00, the company's zone), over all weeks. */
  readonly byHour: ReadonlyMap<number, number>;
  /** Whole weeks. */
  readonly weeks: number;
}

export interface Inactivity {
  readonly since: EpochMs;
  /** Clients an hour, usually, at this time. */
  readonly usualPerHour: number;
}

const HOURS_A_WEEK = 168;
const WEEKS_A_MONTH = 4.35;
const LEAST_WEEKS = 2;
/** Below this, chance alone makes days of silence. */
const LEAST_A_WEEK = 10;
const LEAST_SILENCE = 15 * MINUTE;
/** Accepted false alarms of a channel a month: one in half a year. */
const FALSE_A_MONTH = 1 / 6;
/** People come in bursts: demand more silence than pure chance would. */
const BURSTS = 1.25;
/** Always told after this long; looking further back changes nothing. */
const LONGEST = 14 * 24 * HOUR;

/**
 * Whether chance (Poisson, the usual rate) makes such a silence less than once in half a year. Nights and weekends
 * follow from the history; a holiday counts as a Sunday.
 * @param lastEventAt of either side; null: never.
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
  // Each turn begins a gap, and each gap may be a false alarm.
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
 * For moments between the two. Arithmetic while the zone's offset is equal at both: no zone changes it and back
 * within a fortnight.
 */
export function hoursOfWeek(from: EpochMs, to: EpochMs, timezone: string): (at: EpochMs) => number {
  const [offset, later] = [offsetAt(from, timezone), offsetAt(to, timezone)];
  if (offset !== later) return (at) => hourOfWeek(at, timezone);
  return (at) => {
    const hours = Math.floor((at + offset) / HOUR) - MONDAY_1970;
    return ((hours % HOURS_A_WEEK) + HOURS_A_WEEK) % HOURS_A_WEEK;
  };
}

/** Local time less UTC, ms. */
const offsetAt = (at: EpochMs, timezone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).offsetNanoseconds / 1_000_000;

/** 5 January, in hours. */
const MONDAY_1970 = 4 * 24;

/** Half-hour steps: zones differ by half hours. */
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

/** The busiest hour: what people call «usually». */
function usualRate(from: EpochMs, to: EpochMs, rate: (at: EpochMs) => number): number {
  let most = rate(to);
  for (let at = Math.max(from, to - 24 * HOUR); at < to; at += STEP) most = Math.max(most, rate(at));
  return Math.round(most * 10) / 10;
}
