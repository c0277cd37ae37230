import { type Asked, recipientsOf, type Why } from './askWhom.ts';
import type { Calendar } from './calendar.ts';
import { afterWorking, isWorking } from './hours.ts';
import type { ChannelPeople, PeopleById } from './people.ts';
import type { Policy, Role } from './policy.ts';
import type { DurationMs, EpochMs } from './time.ts';

export type Stage = 'waiting' | 'warned' | 'breached';

/** How often a wait has asked each person, by stage. */
export type AskedSoFar = Readonly<Partial<Record<Stage, Readonly<Record<string, number>>>>>;

/** What an edit of the policy leaves of an open wait. */
export interface Replanned {
  /**
   * Under earlier policies. A rung that asks a person for the n-th time at a stage skips whoever was asked n times
   * there.
   */
  readonly asked: AskedSoFar;
  /** Added to the new rungs' numbers, so that none is used twice. */
  readonly offset: number;
}

export interface OpenWait {
  readonly owner: string;
  readonly ownerWhy: Why;
  readonly channel: ChannelPeople;
  readonly openedAt: EpochMs;
  /** Opened before its channel was watched: asks nobody, gets no marks (law 7). */
  readonly history?: boolean;
  /** Of the client's first missed call, unless it was told. */
  readonly missedAt: EpochMs | null;
  /** Rungs that have fired or were skipped. */
  readonly stepsDone: number;
  /** How long the chain has stood still because of takes. */
  readonly chainShift: DurationMs;
  readonly warned: boolean;
  readonly breached: boolean;
  /** null under the policy of its opening. */
  readonly replanned: Replanned | null;
}

export interface Step {
  /** From 1, through repeats. 0: the notice of a missed call. */
  readonly step: number;
  readonly dueAt: EpochMs;
  readonly stage: Stage;
  readonly asked: readonly Asked[];
}

export interface Due {
  /** Several when the policy sets them at the same time. After skipped rungs the last also asks their people. */
  readonly fire: readonly Step[];
  /** Rungs that came due unseen before the one that fires. Recorded, not sent. */
  readonly skipped: readonly Step[];
  /** With rungs that dropped out. */
  readonly stepsDone: number;
  readonly warned: boolean;
  readonly breached: boolean;
  /** null at the end of the chain. */
  readonly nextDueAt: EpochMs | null;
}

/**
 * The rungs that fire now, and when to look again. Clause S4; laws 6 and 7. Rungs are due at offsets from the
 * opening: lateness does not add up.
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

/** When the chain goes on after `now`; null at its end. */
export function nextRungAt(
  wait: OpenWait,
  policy: Policy,
  calendar: Calendar | null,
  now: EpochMs,
): EpochMs | null {
  if (wait.history) return null;
  return chainOf(wait, policy, calendar).ahead.find(({ dueAt }) => dueAt > now)?.dueAt ?? null;
}

/** All rungs with their times; those still to come, next first. */
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
 * Whether a passed rung still asks somebody: after a new plan only people asked more often by the new chain than
 * before, both at the rung's stage and at the highest stage of theirs that is passed. A rung's stage is that of its
 * due time.
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

/** Asks people of skipped rungs now, once, about the present stage (law 7). */
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

/** Tells the first rung's people at once, unless the chain stands still (`defer`). */
function missedCall({ missedAt }: OpenWait, policy: Policy, calendar: Calendar | null) {
  const first = rungsOf(policy)[0];
  if (missedAt === null || !first || !policy.missedCallAtOnce) return [];
  if (policy.afterHours === 'defer' && !isWorking(calendar, missedAt)) return [];
  return [{ notify: first.notify, offset: 0, step: 0, dueAt: missedAt }];
}

/** With repeats, as offsets from the opening. */
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
 * With `defer` the chain stands still outside working hours and then keeps its rhythm; a wait that opens there gets
 * its first rung when work begins.
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

/** With `owner_only` only the person in charge outside working hours. */
function rolesAt(
  roles: readonly Role[],
  at: EpochMs,
  policy: Policy,
  calendar: Calendar | null,
): readonly Role[] {
  return policy.afterHours === 'owner_only' && !isWorking(calendar, at) ? ['owner'] : roles;
}

export function stageAt(wait: { openedAt: EpochMs }, policy: Policy, now: EpochMs): Stage {
  if (now >= wait.openedAt + policy.breach) return 'breached';
  return now >= wait.openedAt + policy.warn ? 'warned' : 'waiting';
}
