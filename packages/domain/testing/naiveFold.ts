import type { Call, Event } from '../event.ts';
import type { FoldPolicy, Outcome } from '../foldWaits.ts';
import type { CountsAsAnswer } from '../policy.ts';
import { type EpochMs, SECOND } from '../time.ts';

/** A wait as the oracle tells it, with keys as `channel\nid`. */
export interface NaiveWait {
  readonly openedAt: EpochMs;
  readonly history: boolean;
  readonly turns: readonly string[];
  readonly end: { readonly outcome: Outcome; readonly at: EpochMs } | null;
}

interface Turn {
  readonly stands: Standing;
  order: Order;
  readonly at: EpochMs;
  readonly keys: readonly string[];
  readonly seenAt: EpochMs;
  readonly group: string;
  /** Said before its channel was watched. */
  readonly past: boolean;
  end: { outcome: Outcome; at: EpochMs; nth: number } | null;
}

interface Closing {
  readonly stands: Standing;
  order: Order;
  readonly at: EpochMs;
  readonly does: 'answer' | 'attempt' | 'settle';
  readonly group: string;
  /** The keys of the client's own call that was picked up. */
  readonly ownCall: readonly string[] | null;
  /** Only turns that were seen by then. */
  readonly seenBy: EpochMs;
  /** How each of ours who deleted it stands, and until when that undoes it. */
  readonly deleted: readonly Standing[];
  readonly undoneUntil: EpochMs;
}

interface Removal {
  readonly stands: Standing;
  order: Order;
  readonly at: EpochMs;
  readonly does: 'remove';
  readonly of: string;
  readonly group: string;
}

/** Compared field by field, as words and numbers are: see `precedes`. */
type Order = readonly (number | string)[];

/** What decides where something stands among all else. */
interface Standing {
  readonly when: EpochMs;
  /** Channel and thread. */
  readonly place: string;
  readonly seq: number | null;
  /** When it came, and as which of those that came together. */
  readonly came: Order;
  readonly rank: number;
  readonly name: string;
}

/**
 * An oracle of `foldWaits`: slow, and by another way. It keeps no state of an open wait. Each turn is a thing of its own;
 * each closing looks back over all turns before it and stamps those that nothing has stamped yet; turns with the same
 * stamp are one wait. It shares no code with the fold.
 */
export function naiveFold(events: readonly Event[], policy: FoldPolicy): NaiveWait[] {
  const kept = firstDeliveries(events);
  const groupOf = (channel: string, thread: string) =>
    policy.crossChannel(channel) ? 'shared' : `${channel} ${thread}`;
  const turns: Turn[] = [];
  let acts: (Closing | Removal)[] = [];
  for (const event of kept) if (event.kind !== 'call') tell(event, kept, policy, groupOf, turns, acts);
  for (const [call, twin] of twinsOf(callsOf(kept))) tellCall(call, twin, policy, groupOf, turns, acts);
  const allQueueUp = () => {
    for (const together of Map.groupBy([...turns, ...acts], ({ group }) => group).values()) queueUp(together);
  };
  allQueueUp();
  acts = acts.filter((act) => act.does === 'remove' || !isUndone(act, turns, acts));
  allQueueUp();

  acts.sort((a, b) => precedes(a.order, b.order));
  acts.forEach((act, nth) => {
    const before = turns.filter((turn) => turn.group === act.group && precedes(turn.order, act.order) < 0);
    const unstamped = before.filter((turn) => turn.end === null).sort((a, b) => precedes(a.order, b.order));
    const removed = new Set(
      acts.slice(0, nth + 1).flatMap((other) => (other.does === 'remove' ? [other.of] : [])),
    );
    const allRemoved = (some: Turn[]) => some.every((turn) => turn.keys.some((key) => removed.has(key)));
    const stamp = (some: Turn[], outcome: Outcome) => {
      for (const turn of some) turn.end = { outcome, at: act.at, nth };
    };
    for (const past of [true, false]) {
      const waiting = unstamped.filter((turn) => turn.past === past);
      if (waiting.length === 0) continue;
      switch (act.does) {
        case 'answer': {
          const opener = waiting[0]?.keys ?? [];
          const other = act.ownCall !== null && !opener.some((key) => act.ownCall?.includes(key));
          stamp(waiting, other ? 'self_served' : 'answered');
          break;
        }
        case 'attempt':
          stamp(waiting, 'attempted');
          break;
        case 'remove':
          if (allRemoved(waiting)) stamp(waiting, 'withdrawn');
          break;
        case 'settle': {
          const seen = waiting.filter((turn) => turn.seenAt <= act.seenBy);
          const unseen = waiting.filter((turn) => turn.seenAt > act.seenBy);
          if (seen.length > 0) stamp(allRemoved(unseen) ? waiting : seen, 'no_reply_needed');
          break;
        }
      }
    }
  });

  const waits = Map.groupBy(
    turns.toSorted((a, b) => precedes(a.order, b.order)),
    (turn) => `${turn.group} ${turn.past} ${turn.end?.nth ?? 'open'}`,
  );
  return [...waits.values()].map((together) => {
    const openedAt = Math.min(...together.map(({ at }) => at));
    const end = together[0]?.end;
    return {
      openedAt,
      history: together[0]?.past ?? false,
      turns: together.flatMap((turn) => turn.keys),
      end: end ? { outcome: end.outcome, at: Math.max(end.at, openedAt) } : null,
    };
  });
}

/**
 * Gives everybody of one group a number. Whoever has a time comes by the time; where somebody has a whole second, all of that
 * second come as they arrived; last, those with a sequence exchange their numbers with the others of their thread and instant, two by
 * two, until none stands before a smaller one.
 */
function queueUp(all: readonly { stands: Standing; order: Order }[]): void {
  const instantOf = ({ when }: Standing): EpochMs => {
    const second = when - (((when % 1_000) + 1_000) % 1_000);
    const isWhole = all.some(({ stands }) => stands.when === second);
    return isWhole ? second : when;
  };
  const queue = all
    .map((item) => ({ item, instant: instantOf(item.stands) }))
    .sort((a, b) => {
      const [left, right] = [a.item.stands, b.item.stands];
      return precedes(
        [a.instant, ...left.came, left.rank, left.name],
        [b.instant, ...right.came, right.rank, right.name],
      );
    });
  for (let swapped = true; swapped; ) {
    swapped = false;
    for (let i = 0; i < queue.length; i++)
      for (let j = i + 1; j < queue.length; j++) {
        const [a, b] = [queue[i], queue[j]];
        if (!a || !b || a.instant !== b.instant || a.item.stands.place !== b.item.stands.place) continue;
        const [first, second] = [a.item.stands.seq, b.item.stands.seq];
        if (first === null || second === null) continue;
        if (first > second) {
          queue[i] = b;
          queue[j] = a;
          swapped = true;
        }
        // Only the next one with a sequence is a neighbour: so those with the same keep their order.
        break;
      }
  }
  for (const [number, { item }] of queue.entries()) item.order = [number];
}

/** Whether one of ours deleted it soon enough, with no word of the client's between the two. */
function isUndone(act: Closing, turns: readonly Turn[], acts: readonly (Closing | Removal)[]): boolean {
  const group = [...turns, ...acts].filter((other) => other.group === act.group);
  const later = turns.filter((turn) => turn.group === act.group && precedes(act.order, turn.order) < 0);
  const instantOf = (at: EpochMs): EpochMs => {
    const second = Math.floor(at / SECOND) * SECOND;
    return group.some(({ stands }) => stands.when === second) ? second : at;
  };
  const wroteBefore = ({ stands: turn }: Turn, deletion: Standing): boolean => {
    const [when, until] = [instantOf(turn.when), instantOf(deletion.when)];
    const bothNumbered = turn.place === deletion.place && turn.seq !== null && deletion.seq !== null;
    const numbers = bothNumbered ? [[turn.seq ?? 0], [deletion.seq ?? 0]] : [[], []];
    return (
      precedes(
        [when, ...(numbers[0] ?? []), ...turn.came],
        [until, ...(numbers[1] ?? []), ...deletion.came],
      ) < 0
    );
  };
  return act.deleted.some(
    (deletion) => deletion.when <= act.undoneUntil && !later.some((turn) => wroteBefore(turn, deletion)),
  );
}

const cameOf = (event: Event): Order => [event.receivedAt, event.receivedIndex ?? 0];
const earlier = (a: Order, b: Order): Order => (precedes(b, a) < 0 ? b : a);
const later = (a: Order, b: Order): Order => (precedes(b, a) > 0 ? b : a);

function tell(
  event: Exclude<Event, Call>,
  all: readonly Event[],
  policy: FoldPolicy,
  groupOf: (channel: string, thread: string) => string,
  turns: Turn[],
  acts: (Closing | Removal)[],
): void {
  const key = `${event.channel}\n${event.id}`;
  const group = groupOf(event.channel, event.thread);
  const place = `${event.channel}\n${event.thread}`;
  const stands = (rank: number): Standing => ({
    when: event.at,
    place,
    seq: event.seq,
    came: cameOf(event),
    rank,
    name: key,
  });
  const closing = (does: Closing['does']): Closing => ({
    stands: stands(0),
    order: [],
    at: event.at,
    does,
    group,
    ownCall: null,
    seenBy: event.receivedAt,
    deleted: all.flatMap((other) =>
      other.kind === 'deletion' &&
      other.side === 'employee' &&
      other.of === event.id &&
      other.channel === event.channel
        ? [
            {
              ...stands(0),
              when: Math.max(other.at, event.at),
              seq: other.seq,
              came: later(cameOf(other), cameOf(event)),
            },
          ]
        : [],
    ),
    undoneUntil: event.at + policy.breachOf(event.channel),
  });
  if (event.kind === 'bounce') return;
  const bounced = all.some(
    (other) => other.kind === 'bounce' && other.channel === event.channel && other.of === event.id,
  );
  if (event.kind === 'decision') acts.push(closing('settle'));
  else if (event.kind === 'deletion') {
    if (event.side !== 'client') return;
    const target = all.find((other) => other.channel === event.channel && other.id === event.of);
    const when = target && target.at > event.at ? target.at : event.at;
    const numbers = [event.seq, target?.seq ?? null].filter((seq) => seq !== null);
    const where = target ? target.thread : event.thread;
    acts.push({
      stands: {
        when,
        place: `${event.channel}\n${where}`,
        seq: numbers.length === 0 ? null : Math.max(...numbers),
        came: target ? later(cameOf(event), cameOf(target)) : cameOf(event),
        rank: 2,
        name: key,
      },
      order: [],
      at: when,
      does: 'remove',
      of: `${event.channel}\n${event.of}`,
      group: groupOf(event.channel, where),
    });
  } else if (event.side === 'client') {
    turns.push({
      stands: stands(1),
      order: [],
      at: event.at,
      keys: [key],
      seenAt: event.receivedAt,
      group,
      past: event.at < policy.enforceFrom(event.channel),
      end: null,
    });
  } else if ('wording' in event && event.wording?.empty) {
    return;
  } else if (bounced && (event.kind === 'message' || event.kind === 'comment')) {
    return;
  } else if (event.side !== 'bot' || policy.rulesOf(event.channel).bot) {
    acts.push(closing('answer'));
  }
}

function tellCall(
  phases: readonly Call[],
  twin: readonly Call[],
  policy: FoldPolicy,
  groupOf: (channel: string, thread: string) => string,
  turns: Turn[],
  acts: (Closing | Removal)[],
): void {
  const [first] = phases;
  if (!first) return;
  const counts = policy.rulesOf(first.channel);
  const all = [...phases, ...twin];
  const keys = all.map((phase) => `${phase.channel}\n${phase.id}`);
  const place = `${first.channel}\n${first.thread}`;
  const group = groupOf(first.channel, first.thread);
  const dialled = !phases.some(({ call }) => call.outcome === 'not_dialled');
  const incoming = dialled && first.call.direction === 'in';
  const ended = lastWord(phases, counts);
  const machine = isMachine(phases, counts);
  let spoke = talkOf(phases, counts);
  const [passed] = twin;
  if (spoke === null && !ended && passed && phases.every((phase) => phase.side !== 'bot'))
    spoke = talkOf(twin, policy.rulesOf(passed.channel));

  const name = keys.join('\n');
  const stands = (when: EpochMs, rank: number, came: Order): Standing => ({
    when,
    place,
    seq: first.seq,
    came,
    rank,
    name,
  });
  const act = (when: EpochMs, does: Closing['does'], came: Order): Closing => ({
    stands: stands(when, does === 'answer' && incoming ? 3 : 0, came),
    order: [],
    at: when,
    does,
    group,
    ownCall: does === 'answer' && incoming ? keys : null,
    seenBy: Number.POSITIVE_INFINITY,
    deleted: [],
    undoneUntil: when,
  });
  if (incoming) {
    const opens = spoke !== null && spoke.at < first.at ? spoke.at : first.at;
    turns.push({
      stands: stands(opens, 1, all.map(cameOf).reduce(earlier)),
      order: [],
      at: opens,
      keys,
      seenAt: all.reduce((least, phase) => Math.min(phase.receivedAt, least), first.receivedAt),
      group,
      past: opens < policy.enforceFrom(first.channel),
      end: null,
    });
  }
  if (spoke !== null) acts.push(act(spoke.at, 'answer', spoke.came));
  if (!incoming && ended && !machine && dialled && ['no_answer', 'busy'].includes(ended.call.outcome ?? ''))
    acts.push(act(ended.at, 'attempt', cameOf(ended)));
}

const isMachine = (phases: readonly Call[], counts: CountsAsAnswer): boolean => {
  const sides = phases.map((phase) => phase.side);
  return !counts.bot && sides.includes('bot') && !sides.includes('employee') && !sides.includes('unknown');
};

/** When a person began to talk in the call, and when we heard of it; or null. */
function talkOf(phases: readonly Call[], counts: CountsAsAnswer): { at: EpochMs; came: Order } | null {
  const ended = lastWord(phases, counts);
  const talk = (ended?.call.talkSeconds ?? 0) * SECOND;
  const picked = phases.filter(
    (phase) =>
      phase.call.phase === 'answered' &&
      (counts.bot || phase.side !== 'bot') &&
      (!ended || ended.call.leg === undefined || phase.call.leg === ended.call.leg),
  );
  if (isMachine(phases, counts)) return null;
  if (!ended) return picked[0] ? { at: picked[0].at, came: cameOf(picked[0]) } : null;
  if (ended.call.outcome !== 'answered' || talk === 0 || talk < counts.minCall) return null;
  const began = ended.at - talk;
  const rang = phases.find((phase) => phase.call.phase === 'ringing');
  return {
    at: picked[0]?.at ?? (rang && rang.at > began ? rang.at : began),
    came: cameOf(picked[0] ?? ended),
  };
}

/** Each call with the one that told it once more: again and again the two that began closest to each other are taken away. */
function twinsOf(calls: readonly Call[][]): [Call[], Call[]][] {
  const beginning = (call: readonly Call[]) =>
    call.reduce(
      (least, { at, call: { talkSeconds } }) => Math.min(least, at - talkSeconds * SECOND),
      Infinity,
    );
  const left = new Set(calls);
  const twins: [Call[], Call[]][] = [];
  for (;;) {
    let best: { order: Order; call: Call[]; twin: Call[] } | null = null;
    for (const call of left)
      for (const twin of left) {
        const [a, b] = [call[0], twin[0]];
        if (!a || !b || a.call.passedOn || !b.call.passedOn) continue;
        if (a.call.direction === 'out' || a.thread !== b.thread || a.channel === b.channel) continue;
        const off = Math.abs(beginning(call) - beginning(twin));
        const order = [off, `${b.channel}\n${b.call.id}`, `${a.channel}\n${a.call.id}`];
        if (off <= 60_000 && (!best || precedes(order, best.order) < 0)) best = { order, call, twin };
      }
    if (!best) break;
    left.delete(best.call);
    left.delete(best.twin);
    twins.push([best.call, best.twin]);
  }
  return [...twins, ...[...left].map((call): [Call[], Call[]] => [call, []])];
}

/** What ended the call: the provider's word of the whole; else the first leg on which was talked; else the last, once none is left. */
function lastWord(phases: readonly Call[], counts: CountsAsAnswer): Call | undefined {
  let legs: Call | undefined;
  let whole: Call | undefined;
  let talked: Call | undefined;
  const left = new Set(phases.map(({ call }) => call.leg));
  for (const phase of phases) {
    if (phase.call.phase !== 'ended') continue;
    const { leg, outcome, talkSeconds } = phase.call;
    left.delete(leg);
    if (leg === undefined) whole = phase;
    else legs = phase;
    const enough = outcome === 'answered' && talkSeconds > 0 && talkSeconds * SECOND >= counts.minCall;
    if (enough && phase.side !== 'bot') talked ??= phase;
  }
  return whole ?? talked ?? (left.size === 0 ? legs : undefined);
}

function precedes(a: Order, b: Order): number {
  const differs = a.findIndex((field, i) => field !== b[i]);
  if (differs === -1) return 0;
  const [left, right] = [a[differs] ?? 0, b[differs] ?? 0];
  return left < right ? -1 : 1;
}

function firstDeliveries(events: readonly Event[]): Event[] {
  const same = Map.groupBy(events, (event) => `${event.channel}\n${event.id}`);
  return [...same.values()].flatMap((copies) =>
    copies
      .toSorted((a, b) => precedes([...cameOf(a), JSON.stringify(a)], [...cameOf(b), JSON.stringify(b)]))
      .slice(0, 1),
  );
}

/** Each call's phases in order of time, then of phase, then of id. */
function callsOf(events: readonly Event[]): Call[][] {
  const calls = events.filter((event): event is Call => event.kind === 'call');
  const ranks = { ringing: 0, answered: 1, ended: 2 };
  const order = (call: Call): Order => [call.at, ranks[call.call.phase], call.id];
  return [...Map.groupBy(calls, (call) => `${call.channel}\n${call.call.id}`).values()].map((phases) =>
    phases.toSorted((a, b) => precedes(order(a), order(b))),
  );
}
