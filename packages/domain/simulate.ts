import { onDuty, ownerAt } from './askWhom.ts';
import { dueSteps, type OpenWait, type Step } from './dueSteps.ts';
import type { Event } from './event.ts';
import { foldWaits, type Wait } from './foldWaits.ts';
import { lateDelivered } from './lateness.ts';
import type { Policy } from './policy.ts';
import { heldUntil } from './quiet.ts';
import { foldPolicyOf, type Rules } from './rules.ts';
import { type DurationMs, type EpochMs, SECOND } from './time.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** Which waits of a history to replay. */
export interface ReplaySpan {
  /** Opened in [from, to). */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** When it is asked: open waits have got so far. */
  readonly until: EpochMs;
}

export interface Told {
  readonly person: string;
  readonly at: EpochMs;
  /** By their quiet hours. */
  readonly held: boolean;
}

/** A wait as it would have gone. */
export interface Replayed {
  readonly wait: Wait;
  /** By a person, or the client reached us. */
  readonly answered: boolean;
  readonly warned: boolean;
  readonly breached: boolean;
  /** In time, by either mark. */
  readonly byWarn: Verdict | null;
  readonly verdict: Verdict | null;
  readonly steps: number;
  readonly told: readonly Told[];
}

/**
 * The waits of one client (all events, any order) that opened in the span, and whom their chains would have told,
 * each step in time. Not replayed: what people did beside the events («Беру», hand-overs, «Я отошёл», overload).
 * Without channels that have no rules, and history.
 */
export function replayWaits(events: readonly Event[], rules: Rules, span: ReplaySpan): Replayed[] {
  return foldWaits(events, foldPolicyOf(rules))
    .filter(({ openedAt, history }) => !history && span.from <= openedAt && openedAt < span.to)
    .flatMap((wait) => replayWait(wait, rules, span.until) ?? []);
}

function replayWait(wait: Wait, rules: Rules, until: EpochMs): Replayed | null {
  const channel = rules.channels.get(wait.channel);
  if (!channel) return null;
  const { policy } = channel;
  const owner = ownerAt(channel, rules.people, wait.openedAt);
  const steps = chainOf(
    {
      owner: owner.person,
      ownerWhy: owner.why,
      channel,
      openedAt: wait.openedAt,
      missedAt: wait.missed?.at ?? null,
      stepsDone: 0,
      chainShift: 0,
      warned: false,
      breached: false,
      replanned: null,
    },
    policy,
    rules,
    // A step due at the very end finds nobody waiting.
    (at) => (wait.end === null ? at <= until : at < wait.end.at),
  );
  const past = (mark: EpochMs): boolean => (wait.end === null ? until >= mark : wait.end.at > mark);
  const judge = (allowed: DurationMs): Verdict | null =>
    verdictOf({
      outcome: wait.end?.outcome ?? null,
      response: wait.end === null ? null : (wait.end.at - wait.openedAt) / SECOND,
      allowed: allowed / SECOND,
      passed: past(wait.openedAt + allowed),
      excused: 0,
      lateDelivered: lateDelivered(wait.openedAt, wait.seenAt),
    });
  return {
    wait,
    answered: wait.end?.outcome === 'answered' || wait.end?.outcome === 'self_served',
    warned: past(wait.openedAt + policy.warn),
    breached: past(wait.openedAt + policy.breach),
    byWarn: judge(policy.warn),
    verdict: judge(policy.breach),
    steps: steps.length,
    told: steps.flatMap(({ dueAt, asked }) => {
      const duty = onDuty(channel, dueAt);
      return asked.map((each) => ({
        person: each.person,
        at: dueAt,
        held: heldUntil(each, rules.people, duty, dueAt) !== null,
      }));
    }),
  };
}

/** A wait's chain while it goes on, each step in time. */
function chainOf(opened: OpenWait, policy: Policy, rules: Rules, goesOn: (at: EpochMs) => boolean): Step[] {
  const steps: Step[] = [];
  const look = (at: EpochMs) => {
    const rungs = steps.filter(({ step }) => step > 0).length;
    const missedAt = rungs < steps.length ? null : opened.missedAt;
    const now = { ...opened, stepsDone: rungs, missedAt };
    return dueSteps(now, policy, rules.calendar, rules.people, at);
  };
  let next = look(BEFORE_ALL).nextDueAt;
  while (next !== null && goesOn(next)) {
    const due = look(next);
    steps.push(...due.fire);
    next = due.nextDueAt;
  }
  return steps;
}

const BEFORE_ALL = Number.MIN_SAFE_INTEGER;
