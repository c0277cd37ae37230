import type { Calendar, Interval, TimeOfDay, Weekday } from './calendar.ts';
import type { Call, Event } from './event.ts';
import { isWorkingDay } from './hours.ts';
import { type DurationMs, type EpochMs, HOUR, MINUTE, SECOND } from './time.ts';

/** What a day of the plan asks for. `email_or_sms`: by mail, else by SMS. `control`: the lead stays in sight until a person lets go of it. */
export type CadenceAction = 'call' | 'message' | 'email_or_sms' | 'task' | 'return_to_source' | 'control';

/** How a client who cannot be reached is tried again (clause S8). */
export interface CadencePlan {
  /** After how long on the same day; null: not on the same day. */
  readonly sameDay: { readonly from: DurationMs; readonly to: DurationMs } | null;
  /** When a client may be disturbed, in their own zone; `unknown`: in the company's, of a client whose zone nobody knows. */
  readonly hours: { readonly known: Interval; readonly unknown: Interval };
  /** Weekdays on which we begin nothing (M3). An answer and the same-day call are never held back. */
  readonly skip: ReadonlySet<Weekday>;
  /** Day 1 is the day of the call in vain. Days in order. */
  readonly days: readonly { readonly day: number; readonly do: readonly CadenceAction[] }[];
  /** For tests: a day lasts so long, from the start; hours, calendar and `skip` do not apply. */
  readonly dayLength: DurationMs | null;
}

/** One client's cadence, as far as its times depend on it. */
export interface Cadence {
  /** When they could not be reached. */
  readonly startedAt: EpochMs;
  /** IANA; null: nobody knows. */
  readonly clientZone: string | null;
  /** How many attempts are behind it. */
  readonly done: number;
  /** When the last of them was due; null before the first. */
  readonly lastAt: EpochMs | null;
  /** Nothing before that: a person has put it off. */
  readonly notBefore: EpochMs | null;
}

/** What is to be done next, and when. */
export interface Attempt {
  /** Its place in the plan, from 0: each is made once. */
  readonly index: number;
  readonly day: number;
  readonly do: CadenceAction;
  readonly at: EpochMs;
}

interface PlanStep {
  readonly day: number;
  readonly do: CadenceAction;
  readonly isSameDay: boolean;
}

/** What the company and the client allow. */
interface Bounds {
  readonly plan: CadencePlan;
  readonly calendar: Calendar | null;
  readonly zone: string;
  readonly hours: Interval;
}

/** Times of day at which a client is called, the first that was not tried before. */
const TIMES_OF_DAY = [11, 16, 18, 13, 10, 19].map((hour) => hour * HOUR);
/** A time of day so close to one that was tried is no other. */
const SAME_TIME: DurationMs = 90 * MINUTE;
/** A message follows the call of its day, which may make it needless. */
const AFTER_THE_CALL: DurationMs = 30 * MINUTE;
/** Nobody looks further ahead for a day on which work is done. */
const LONGEST_SEARCH_DAYS = 60;

/**
 * The next attempt of a cadence; null when the plan is at its end. Its time lies in the client's hours and on none of the days
 * that are skipped, and never before `now` where it was missed. `companyZone`: for clients whose zone nobody knows.
 */
export function nextAttempt(
  cadence: Cadence,
  plan: CadencePlan,
  calendar: Calendar | null,
  companyZone: string,
  now: EpochMs,
): Attempt | null {
  const bounds: Bounds = {
    plan,
    calendar,
    zone: cadence.clientZone ?? companyZone,
    hours: cadence.clientZone === null ? plan.hours.unknown : plan.hours.known,
  };
  const steps = stepsOf(cadence.startedAt, bounds);
  const step = steps[cadence.done];
  if (!step) return null;
  const planned =
    plan.dayLength === null ? plannedAt(step, cadence, bounds) : shortAt(step, steps, cadence, plan);
  const earliest = Math.max(planned, cadence.lastAt ?? planned, cadence.notBefore ?? planned);
  const due = earliest < now ? now : earliest;
  const at =
    plan.dayLength !== null || !disturbs(step) || due === planned ? due : nextAllowed(due, step, bounds);
  return { index: cadence.done, day: step.day, do: step.do, at };
}

/** The whole plan of a cadence that nothing interrupts, for whoever wants to see it before it happens. */
export function wholeCadence(
  startedAt: EpochMs,
  clientZone: string | null,
  plan: CadencePlan,
  calendar: Calendar | null,
  companyZone: string,
): Attempt[] {
  const attempts: Attempt[] = [];
  let cadence: Cadence = { startedAt, clientZone, done: 0, lastAt: null, notBefore: null };
  for (;;) {
    const next = nextAttempt(cadence, plan, calendar, companyZone, cadence.lastAt ?? startedAt);
    if (next === null) return attempts;
    attempts.push(next);
    cadence = { ...cadence, done: cadence.done + 1, lastAt: next.at };
  }
}

/** Whether the client hears of it. */
const disturbs = ({ do: action }: Pick<PlanStep, 'do'>): boolean =>
  action === 'call' || action === 'message' || action === 'email_or_sms';

/** The plan in order. A same-day call that no longer fits into the day is left out (clause S8). */
function stepsOf(startedAt: EpochMs, bounds: Bounds): PlanStep[] {
  const { plan } = bounds;
  const days = plan.days.flatMap((each) =>
    each.do.map((action) => ({ day: each.day, do: action, isSameDay: false })),
  );
  const fits = plan.dayLength === null ? sameDayAt(startedAt, bounds) !== null : plan.sameDay !== null;
  return fits ? [{ day: 1, do: 'call', isSameDay: true }, ...days] : days;
}

/** The first allowed moment of the window, on the day of the call in vain; null: there is none. */
function sameDayAt(startedAt: EpochMs, { plan, zone, hours }: Bounds): EpochMs | null {
  if (plan.sameDay === null) return null;
  const date = dateOf(startedAt, zone);
  const from = Math.max(startedAt + plan.sameDay.from, momentOf(date, hours.from, zone));
  const to = Math.min(startedAt + plan.sameDay.to, momentOf(date, hours.to, zone) - 1);
  return from <= to ? from : null;
}

/** With short days: each day at its length from the start, what follows in a day by tenths of it. */
function shortAt(
  step: PlanStep,
  steps: readonly PlanStep[],
  { startedAt }: Cadence,
  plan: CadencePlan,
): EpochMs {
  const dayLength = plan.dayLength ?? 0;
  if (step.isSameDay) return startedAt + (plan.sameDay?.from ?? 0);
  const inDay = steps.filter(({ day, isSameDay }) => day === step.day && !isSameDay).indexOf(step);
  const firstDay = step.day === 1 ? (plan.sameDay?.to ?? 0) : 0;
  return startedAt + (step.day - 1) * dayLength + firstDay + (inDay * dayLength) / 10;
}

function plannedAt(step: PlanStep, cadence: Cadence, bounds: Bounds): EpochMs {
  const { startedAt } = cadence;
  const sameDay = sameDayAt(startedAt, bounds);
  if (step.isSameDay) return sameDay ?? startedAt;
  // The task for tomorrow is set when today's second call has had its time.
  if (step.day === 1) return sameDay === null ? startedAt : startedAt + (bounds.plan.sameDay?.to ?? 0);
  const date = dayOf(step.day, cadence, bounds);
  const call = callTimeOn(date, step.day, cadence, bounds);
  if (step.do === 'call') return call;
  if (!disturbs(step)) return momentOf(date, bounds.hours.from, bounds.zone);
  const end = momentOf(date, bounds.hours.to, bounds.zone);
  return Math.min(call + AFTER_THE_CALL, end - MINUTE);
}

/** The date of a day of the plan: so many working days after the first, and after the day of the attempt before. */
function dayOf(day: number, { startedAt, lastAt }: Cadence, bounds: Bounds): Temporal.PlainDate {
  let date = dateOf(startedAt, bounds.zone);
  for (let left = day - 1; left > 0; left--) date = nextDay(date, bounds);
  const last = lastAt === null ? null : dateOf(lastAt, bounds.zone);
  return last !== null && Temporal.PlainDate.compare(last, date) > 0 ? last : date;
}

/** The next day on which we may begin something. */
function nextDay(date: Temporal.PlainDate, { calendar, plan }: Bounds): Temporal.PlainDate {
  let next = date.add({ days: 1 });
  for (let i = 0; i < LONGEST_SEARCH_DAYS && !isOpen(next, calendar, plan); i++) next = next.add({ days: 1 });
  return next;
}

const isOpen = (date: Temporal.PlainDate, calendar: Calendar | null, { skip }: CadencePlan): boolean =>
  !skip.has(date.dayOfWeek as Weekday) && isWorkingDay(calendar, date);

/** A time of day that was not tried yet, in the client's hours. */
function callTimeOn(date: Temporal.PlainDate, day: number, { startedAt }: Cadence, bounds: Bounds): EpochMs {
  const { zone, hours } = bounds;
  const [from, to] = [momentOf(date, hours.from, zone), momentOf(date, hours.to, zone)];
  const midnight = momentOf(date, '00:00', zone);
  const tried = [startedAt, sameDayAt(startedAt, bounds) ?? startedAt].map((at) => timeOfDayOf(at, zone));
  const times = TIMES_OF_DAY.filter(
    (time) => midnight + time >= from && midnight + time < to && tried.every((other) => isOther(time, other)),
  );
  const time = times[(day - 2) % Math.max(1, times.length)];
  return time === undefined ? from : midnight + time;
}

const isOther = (a: DurationMs, b: DurationMs): boolean => Math.abs(a - b) >= SAME_TIME;

/** The first moment at or after `at` at which the client may be disturbed, and we may begin something. */
function nextAllowed(at: EpochMs, step: PlanStep, bounds: Bounds): EpochMs {
  const { zone, hours, calendar, plan } = bounds;
  const date = dateOf(at, zone);
  const [from, to] = [momentOf(date, hours.from, zone), momentOf(date, hours.to, zone)];
  const mayToday = step.isSameDay || isOpen(date, calendar, plan);
  if (mayToday && at < to) return Math.max(at, from);
  return momentOf(nextDay(date, bounds), hours.from, zone);
}

const dateOf = (at: EpochMs, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();

const timeOfDayOf = (at: EpochMs, zone: string): DurationMs => {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return hour * HOUR + minute * MINUTE;
};

function momentOf(date: Temporal.PlainDate, time: TimeOfDay, timeZone: string): EpochMs {
  const [on, plainTime] = time === '24:00' ? [date.add({ days: 1 }), '00:00'] : [date, time];
  return on.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(plainTime) }).epochMilliseconds;
}

/** Why a cadence ended. */
export type CadenceEnd = 'reached' | 'client_turned_up' | 'released' | 'completed' | 'opted_out';

/** What of these events ends a cadence that began at that moment: a talk of ours, or any word or call of the client's; null: nothing. */
export function cadenceEndOf(
  events: readonly Event[],
  startedAt: EpochMs,
  minCallOf: (channel: string) => DurationMs,
): 'reached' | 'client_turned_up' | null {
  const since = events.filter(({ at }) => at > startedAt);
  const isTalk = (event: Event): boolean =>
    event.kind === 'call' &&
    event.call.direction === 'out' &&
    event.call.phase === 'ended' &&
    event.call.outcome === 'answered' &&
    event.call.talkSeconds * SECOND >= minCallOf(event.channel);
  if (since.some(isTalk)) return 'reached';
  return since.some(isTurn) ? 'client_turned_up' : null;
}

const isTurn = (event: Event): boolean =>
  event.side === 'client' &&
  (event.kind === 'message' ||
    event.kind === 'comment' ||
    (event.kind === 'call' && event.call.direction === 'in' && event.call.numberTyped !== true));

/** A call of ours that the client did not pick up: an attempt was made. */
export const isCallInVain = (event: Event): event is Call =>
  event.kind === 'call' &&
  event.call.direction === 'out' &&
  event.call.phase === 'ended' &&
  (event.call.outcome === 'no_answer' || event.call.outcome === 'busy' || event.call.outcome === 'failed');
