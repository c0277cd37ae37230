import { type Asked, recipientsOf, type Why } from './askWhom.ts';
import type { Calendar } from './calendar.ts';
import { afterWorking, isWorking } from './hours.ts';
import type { ChannelPeople, PeopleById } from './people.ts';
import type { Policy, Role } from './policy.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** How far a wait is in its window: within it, past the warning, past the end. */
export type Stage = 'waiting' | 'warned' | 'breached';

/** Whom the steps of a wait have asked: how often each person at each stage. */
export type AskedSoFar = Readonly<Partial<Record<Stage, Readonly<Record<string, number>>>>>;

/** What an edit of the policy leaves to a wait that was open. */
export interface Replanned {
  /** Under the policies before. Of the new chain whoever it asks at a stage for the n-th time, and who was asked there n times, falls out. */
  readonly asked: AskedSoFar;
  /** Added to the numbers of the new chain's rungs, so that no number is used twice. */
  readonly offset: number;
}

/** What the chain must know of an open wait. */
export interface OpenWait {
  readonly owner: string;
  readonly ownerWhy: Why;
  readonly channel: ChannelPeople;
  readonly openedAt: EpochMs;
  /** It opened before its channel was watched: nobody is asked, and nothing marks it (law 7). */
  readonly history?: boolean;
  /** When the first of the client's calls in it was missed; null when none was, or when that was told. */
  readonly missedAt: EpochMs | null;
  /** How many rungs have fired or were skipped so far. */
  readonly stepsDone: number;
  /** For how long the chain has stood still because somebody took the wait. */
  readonly chainShift: DurationMs;
  readonly warned: boolean;
  readonly breached: boolean;
  /** null while it is planned by the policy by which it opened. */
  readonly replanned: Replanned | null;
}

/** One rung of one wait's chain. */
export interface Step {
  /** Counts from 1, through repeats. 0 is the word of a missed call, which does not wait for the first rung. */
  readonly step: number;
  readonly dueAt: EpochMs;
  readonly stage: Stage;
  readonly asked: readonly Asked[];
}

export interface Due {
  /**
   * The rungs that fire now: usually one; several when the policy sets them at the same time. After rungs that were
   * missed the last of them also asks whom only those would have asked.
   */
  readonly fire: readonly Step[];
  /** Rungs that came due unseen before the one that fires (after an outage). They are recorded, never sent by themselves. */
  readonly skipped: readonly Step[];
  /** How many rungs of the chain are behind the wait now, those that fell out among them. */
  readonly stepsDone: number;
  /** Whether the window's marks are passed by now. */
  readonly warned: boolean;
  readonly breached: boolean;
  /** When to look again, or null when the chain is at its end. */
  readonly nextDueAt: EpochMs | null;
}

/**
 * Which rungs of the chain fire now, and when to look again. Clause S4; laws 6 and 7. Each rung is due at an offset
 * from the opening, never from the rung before, so lateness does not add up.
 */
export function dueSteps(
  wait: OpenWait,
  policy: Policy,
  calendar: Calendar | null,
  people: PeopleById,
  now: EpochMs,
): Due {
  if (wait.history)
    return {
      fire: [],
      skipped: [],
      warned: false,
      breached: false,
      stepsDone: wait.stepsDone,
      nextDueAt: null,
    };
  const { chain, ahead } = chainOf(wait, policy, calendar);
  const breachAt = wait.openedAt + policy.breach;
  const breached = (at: EpochMs): boolean => at >= breachAt;
  const whom = (rung: (typeof chain)[number]): Asked[] =>
    recipientsOf(rolesAt(rung.notify, rung.dueAt, policy, calendar), wait, wait.channel, people, now);
  const passed = ahead.filter((rung) => rung.dueAt <= now);
  const isAsked = isStillAsked(wait.replanned, chain, passed, whom, breachAt);
  const asks = (rung: (typeof chain)[number]): Asked[] =>
    rung.step === 0 ? whom(rung) : whom(rung).filter(({ person }) => isAsked(rung, person));
  const due = passed.filter((rung) => asks(rung).length > 0);
  const latest = Math.max(...due.map((rung) => rung.dueAt));
  const asStep = (rung: (typeof chain)[number]): Step => ({
    step: rung.step,
    dueAt: rung.dueAt,
    stage: rung.step === 0 ? stageAt(wait, policy, now) : breached(now) ? 'breached' : 'warned',
    asked: asks(rung),
  });
  const skipped = due.filter((rung) => rung.dueAt < latest).map(asStep);

  const warnAt = wait.openedAt + policy.warn;
  const later = [
    ...ahead.slice(passed.length, passed.length + 1).map((rung) => rung.dueAt),
    ...(now < warnAt ? [warnAt] : []),
    ...(now < breachAt ? [breachAt] : []),
  ];
  return {
    fire: withThoseOf(skipped, due.filter((rung) => rung.dueAt === latest).map(asStep)),
    skipped,
    stepsDone: wait.stepsDone + passed.filter(({ step }) => step > 0).length,
    warned: wait.warned || now >= warnAt,
    breached: wait.breached || breached(now),
    nextDueAt: later.length > 0 ? Math.min(...later) : null,
  };
}

/** When the chain goes on after `now`; null when it is at its end. Whom it asks then is decided then. */
export function nextRungAt(
  wait: OpenWait,
  policy: Policy,
  calendar: Calendar | null,
  now: EpochMs,
): EpochMs | null {
  if (wait.history) return null;
  return chainOf(wait, policy, calendar).ahead.find(({ dueAt }) => dueAt > now)?.dueAt ?? null;
}

/** All rungs of a wait's chain with their times, and those of them that are not behind it, the next first. */
function chainOf(wait: OpenWait, policy: Policy, calendar: Calendar | null) {
  const rungs = rungsOf(policy);
  const times = dueTimes(
    rungs.map(({ offset }) => offset),
    wait,
    policy,
    calendar,
  );
  const offset = wait.replanned?.offset ?? 0;
  const chain = rungs.map((rung, index) => ({
    ...rung,
    step: index + 1 + offset,
    dueAt: times[index] ?? 0,
  }));
  const ahead = [...missedCall(wait, policy, calendar), ...chain.slice(wait.stepsDone)].sort(
    (a, b) => a.dueAt - b.dueAt,
  );
  return { chain, ahead };
}

/**
 * Whether a passed rung still asks somebody. Of a wait that was planned anew only whom the new chain has asked more often, at the
 * rung's stage and at the highest of theirs among the passed ones, than they were asked there before. The stage of a rung is that
 * of its due time.
 */
function isStillAsked<R extends { readonly dueAt: EpochMs; readonly step: number }>(
  replanned: Replanned | null,
  chain: readonly R[],
  passed: readonly R[],
  whom: (rung: R) => readonly Asked[],
  breachAt: EpochMs,
): (rung: R, person: string) => boolean {
  if (replanned === null || passed.length === 0) return () => true;
  const asking = chain.map((rung) => ({
    step: rung.step,
    stage: stageOf(rung, breachAt),
    people: whom(rung).map(({ person }) => person),
  }));
  const now = new Set(passed.map(({ step }) => step));
  const last = Math.max(...now);
  return (rung, person) => {
    const theirs = asking.filter(({ step, people }) => step <= last && people.includes(person));
    const isMore = (stage: Stage, upTo: number) =>
      theirs.filter((each) => each.stage === stage && each.step <= upTo).length >
      (replanned.asked[stage]?.[person] ?? 0);
    const isHigher = theirs.some((each) => now.has(each.step) && each.stage === 'breached');
    return isMore(stageOf(rung, breachAt), rung.step) && isMore(isHigher ? 'breached' : 'warned', last);
  };
}

const stageOf = ({ dueAt }: { readonly dueAt: EpochMs }, breachAt: EpochMs): Stage =>
  dueAt >= breachAt ? 'breached' : 'warned';

/** Whoever was to be asked earlier is asked now, once, and about the stage that is now (law 7). */
function withThoseOf(skipped: readonly Step[], fire: readonly Step[]): Step[] {
  const last = fire.at(-1);
  if (last === undefined) return [];
  const firing = new Set(fire.flatMap(({ asked }) => asked.map(({ person }) => person)));
  const missed = new Map(
    skipped
      .flatMap(({ asked }) => asked)
      .flatMap((each) => (firing.has(each.person) ? [] : [[each.person, each]])),
  );
  return [...fire.slice(0, -1), { ...last, asked: [...last.asked, ...missed.values()] }];
}

/** A missed call is the dearest silence: whom the first rung asks is told at once, unless the chain stands still now (`defer`). */
function missedCall({ missedAt }: OpenWait, policy: Policy, calendar: Calendar | null) {
  const first = rungsOf(policy)[0];
  if (missedAt === null || !first || !policy.missedCallAtOnce) return [];
  if (policy.afterHours === 'defer' && !isWorking(calendar, missedAt)) return [];
  return [{ notify: first.notify, offset: 0, step: 0, dueAt: missedAt }];
}

/** The policy's chain with its repeats written out, each with its offset from the opening. */
export function rungsOf(policy: Policy): { offset: DurationMs; notify: readonly Role[] }[] {
  const rungs: { offset: DurationMs; notify: readonly Role[] }[] = [];
  for (const rung of policy.steps) {
    if ('at' in rung) rungs.push({ offset: rung.at, notify: rung.notify });
    else {
      const last = rungs.at(-1)?.offset ?? 0;
      for (let i = 1; i <= rung.times; i++)
        rungs.push({ offset: last + i * rung.every, notify: rung.notify });
    }
  }
  return rungs.sort((a, b) => a.offset - b.offset);
}

/**
 * When each rung is due, in order. With `defer` the chain stands still outside working hours and then goes on in its
 * rhythm; of a wait that opens there the first rung comes as work begins.
 */
function dueTimes(
  offsets: readonly DurationMs[],
  wait: OpenWait,
  policy: Policy,
  calendar: Calendar | null,
): EpochMs[] {
  const { openedAt, chainShift } = wait;
  if (policy.afterHours !== 'defer') return offsets.map((offset) => openedAt + offset + chainShift);
  const credit = isWorking(calendar, openedAt) ? 0 : (offsets[0] ?? 0);
  return offsets.map((offset) => afterWorking(calendar, openedAt, offset - credit + chainShift));
}

/** With `owner_only` a rung that is due outside working hours disturbs nobody but the person in charge. */
function rolesAt(
  roles: readonly Role[],
  at: EpochMs,
  policy: Policy,
  calendar: Calendar | null,
): readonly Role[] {
  return policy.afterHours === 'owner_only' && !isWorking(calendar, at) ? ['owner'] : roles;
}

/** The stage of a wait at a moment. */
export function stageAt(wait: { openedAt: EpochMs }, policy: Policy, now: EpochMs): Stage {
  if (now >= wait.openedAt + policy.breach) return 'breached';
  return now >= wait.openedAt + policy.warn ? 'warned' : 'waiting';
}
