import { isDeepStrictEqual } from 'node:util';
import type { CountsAsAnswer, DurationMs, Policy, Rung } from '@otklik/domain';
import { defaultSteps, REGULATION } from '@otklik/domain';
import { type Checking, type Entry, soundEntries } from './checking.ts';
import { formatDuration } from './duration.ts';
import type { Path } from './fault.ts';
import { type PolicyEntry, policySchema } from './policySchema.ts';
import { lookUp, nameOf, subjectOf } from './subjects.ts';

export const DEFAULT_POLICY = REGULATION.name;

/** What a policy falls back on. `chain` is null when nobody wrote one: then it follows from warn and breach. */
interface Base {
  readonly policy: Policy;
  readonly chain: readonly Rung[] | null;
}

/**
 * Every policy by name, `default` always among them. Those that are faulty are left out, and all the rest too when `default`
 * itself is: what they inherit is unknown.
 */
export function resolvePolicies(checking: Checking): Map<string, Policy> {
  const entries = soundEntries(policySchema, 'policies', checking);
  const written = entries.find(({ key }) => key === DEFAULT_POLICY);
  const faulty =
    written === undefined && lookUp(checking.document.value, ['policies', DEFAULT_POLICY]) !== undefined;
  if (faulty) return new Map();
  const regulation: Base = { policy: REGULATION, chain: null };
  const chain = written?.value.steps ? readChain(written.value.steps, stepsPath(written), checking) : null;
  const base =
    written === undefined ? regulation : { policy: merge(written, regulation, chain, checking), chain };
  const others = entries
    .filter(({ key }) => key !== DEFAULT_POLICY)
    .map((entry): [string, Policy] => {
      const own = entry.value.steps ? readChain(entry.value.steps, stepsPath(entry), checking) : null;
      return [entry.key, merge(entry, base, own, checking)];
    });
  return new Map([[DEFAULT_POLICY, base.policy], ...others]);
}

/**
 * The policies as they would be with those that are written: what a written one leaves out stays as it is now. With
 * `all`, the one that is written holds for every policy there is.
 */
export function proposePolicies(
  checking: Checking,
  current: ReadonlyMap<string, Policy>,
  which: 'by name' | 'all',
): Map<string, Policy> {
  const entries = soundEntries(policySchema, 'policies', checking);
  const proposed = new Map(current);
  for (const entry of entries) {
    const names = which === 'all' ? [...current.keys()] : [entry.key];
    const own = entry.value.steps ? readChain(entry.value.steps, stepsPath(entry), checking) : null;
    for (const name of names) {
      const policy = current.get(name);
      if (policy) proposed.set(name, merge({ ...entry, key: name }, baseOf(policy), own, checking));
      else
        checking.report(
          entry.path,
          `${subjectOf(entry.path, checking.document.value)} is not in the configuration`,
          `Known: ${[...current.keys()].join(', ')}`,
          'key',
        );
    }
  }
  return proposed;
}

/** A chain that follows from the window goes on following from it. */
function baseOf(policy: Policy): Base {
  const follows = isDeepStrictEqual(policy.steps, defaultSteps(policy.warn, policy.breach));
  return { policy, chain: follows ? null : policy.steps };
}

function merge(
  entry: Entry<PolicyEntry>,
  base: Base,
  chain: readonly Rung[] | null,
  checking: Checking,
): Policy {
  const { value } = entry;
  const warn = value.warn ?? base.policy.warn;
  const breach = value.breach ?? base.policy.breach;
  checkWindow(entry, warn, breach, checking);
  warnOfLateChain(entry, chain, breach, checking);
  const sameWindow = warn === base.policy.warn && breach === base.policy.breach;
  // A chain written for one window says nothing about another: then it follows from the new window.
  const inherited = sameWindow ? base.chain : null;
  return {
    name: entry.key,
    warn,
    breach,
    steps: chain ?? inherited ?? defaultSteps(warn, breach),
    takeLease: value.take_lease ?? base.policy.takeLease,
    afterHours: value.after_hours ?? base.policy.afterHours,
    crossChannel: value.cross_channel ?? base.policy.crossChannel,
    missedCallAtOnce: value.missed_call_at_once ?? base.policy.missedCallAtOnce,
    countsAsAnswer: mergeAnswers(value.counts_as_answer ?? {}, base.policy.countsAsAnswer),
    formalReplies: value.formal_replies ?? base.policy.formalReplies,
    overload: value.overload ?? base.policy.overload,
  };
}

/** A chain that begins when the window has ended reminds nobody of an answer in time. */
function warnOfLateChain(
  entry: Entry<PolicyEntry>,
  chain: readonly Rung[] | null,
  breach: DurationMs,
  { warn }: Checking,
): void {
  const first = chain?.[0];
  if (first === undefined || !('at' in first) || first.at <= breach) return;
  warn(
    [...stepsPath(entry), 0],
    `policy "${entry.key}": its first step comes at ${formatDuration(first.at)}, when the window has ended (breach ${formatDuration(breach)})`,
    'Let the first step come before  breach',
  );
}

function mergeAnswers(
  own: NonNullable<PolicyEntry['counts_as_answer']>,
  base: CountsAsAnswer,
): CountsAsAnswer {
  return {
    bot: own.bot ?? base.bot,
    closing: own.closing ?? base.closing,
    reaction: own.reaction ?? base.reaction,
    minCall: own.min_call ?? base.minCall,
    unknown: own.unknown ?? base.unknown,
    formal: own.formal ?? base.formal,
  };
}

function checkWindow(
  entry: Entry<PolicyEntry>,
  warn: DurationMs,
  breach: DurationMs,
  checking: Checking,
): void {
  if (warn < breach) return;
  const { value, path } = entry;
  const origin = (own: unknown) => (own === undefined ? ' (left out here)' : '');
  const times = `warn ${formatDuration(warn)}${origin(value.warn)} is not before breach ${formatDuration(breach)}${origin(value.breach)}`;
  const key = value.warn === undefined ? 'breach' : 'warn';
  checking.report([...path, key], `policy "${entry.key}": ${times}`, 'Let warn be the shorter');
}

function stepsPath({ path }: Entry<PolicyEntry>): Path {
  return [...path, 'steps'];
}

/** Steps as written to rungs, in the order of time. `reached` is when the chain has come so far. */
function readChain(steps: NonNullable<PolicyEntry['steps']>, path: Path, checking: Checking): Rung[] {
  let reached: DurationMs | null = null;
  let before: Rung | null = null;
  return steps.flatMap((step, index): Rung[] => {
    const rung = readStep(step, [...path, index], reached, checking);
    if (rung === null) return [];
    if ('at' in rung && isDeepStrictEqual(rung, before))
      checking.report(
        [...path, index],
        `${nameOf([...path, index], checking.document)} is the same as the one before it`,
        'Write it once; to repeat it write  every: 15m, times: 3',
      );
    before = rung;
    reached = 'at' in rung ? rung.at : (reached ?? 0) + rung.every * rung.times;
    return [rung];
  });
}

type Step = NonNullable<PolicyEntry['steps']>[number];

function readStep(step: Step, path: Path, reached: DurationMs | null, checking: Checking): Rung | null {
  const { at, every, times } = step;
  const notify = [...new Set(step.notify)];
  const refuse = (problem: string, remedy: string) => {
    checking.report(path, `${nameOf(path, checking.document)} ${problem}`, remedy);
    return null;
  };
  if (at !== undefined && (every !== undefined || times !== undefined)) {
    return refuse('has both  at  and  every  or  times', 'Split it into two steps');
  }
  if (at !== undefined) {
    return reached === null || at >= reached
      ? { at, notify }
      : refuse(
          `is at ${formatDuration(at)}, before the chain has come to it (${formatDuration(reached)})`,
          'Put the steps in order of time',
        );
  }
  if (every === undefined) return refuse('has no time', 'Write  at: 3m , or  every: 15m, times: 3');
  if (times === undefined) return refuse('repeats without end', 'Write  times: 3  beside  every');
  if (reached === null)
    return refuse('repeats, but no step is before it', 'Begin with  { at: 3m, notify: [owner] }');
  return { every, times, notify };
}
