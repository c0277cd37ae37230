import type { Call, Event } from './event.ts';
import type { CountsAsAnswer } from './policy.ts';
import { type EpochMs, SECOND } from './time.ts';

/** `channel` and provider's id as one string: the identity of an event (law 1). */
export type EventKey = string & { readonly brand: 'EventKey' };

export const eventKey = (channel: string, id: string): EventKey => `${channel}\n${id}` as EventKey;

/** What one event, or the phases of one call together, means to a waiting client. */
export type Moment = {
  readonly at: EpochMs;
  readonly channel: string;
  readonly thread: string;
  /** The events behind it. A call has one per phase, so that it stays one turn whichever phase comes first. */
  readonly events: readonly Event[];
} & (
  | { readonly means: 'turn' }
  /** A person spoke to the client. `toCall` is set when the client's own call was picked up. */
  | { readonly means: 'answer'; readonly by: Event; readonly ownCall: boolean }
  | { readonly means: 'attempt'; readonly by: Event }
  | { readonly means: 'settled'; readonly by: Event }
  | { readonly means: 'withdrawal'; readonly of: EventKey }
);

/** What counts as an answer on a channel. */
export type RulesOf = (channel: string) => CountsAsAnswer;

/** The meaning of a set of events, in the order in which they happened. Duplicates count once (law 1). */
export function momentsOf(events: readonly Event[], rulesOf: RulesOf): Moment[] {
  const once = withoutDuplicates(events);
  const moments: Moment[] = [];
  const calls = new Map<string, Call[]>();
  for (const event of once) {
    const place = { at: event.at, channel: event.channel, thread: event.thread, events: [event] };
    switch (event.kind) {
      case 'message':
      case 'comment':
        if (event.side === 'client') moments.push({ ...place, means: 'turn' });
        else if (isAnswer(event, rulesOf(event.channel)))
          moments.push({ ...place, means: 'answer', by: event, ownCall: false });
        break;
      case 'call': {
        const key = eventKey(event.channel, event.call.id);
        calls.set(key, [...(calls.get(key) ?? []), event]);
        break;
      }
      case 'deletion':
        // Only the client can withdraw: an employee who hides a comment does not stop the clock.
        if (event.side === 'client') {
          const deleted = once.find((other) => other.channel === event.channel && other.id === event.of);
          const at = Math.max(event.at, deleted?.at ?? event.at);
          moments.push({ ...place, at, means: 'withdrawal', of: eventKey(event.channel, event.of) });
        }
        break;
      case 'decision':
        moments.push({ ...place, means: 'settled', by: event });
        break;
      default:
        unreachable(event);
    }
  }
  for (const phases of calls.values()) moments.push(...momentsOfCall(phases, rulesOf));
  return moments.sort(inOrder);
}

function isAnswer(event: Event, rules: CountsAsAnswer): boolean {
  return event.side === 'bot' ? rules.bot : event.side !== 'client';
}

/** One call from its phases, in any order and with any of them missing. */
function momentsOfCall(phases: readonly Call[], rulesOf: RulesOf): Moment[] {
  const sorted = phases.toSorted(
    (a, b) => a.at - b.at || PHASES.indexOf(a.call.phase) - PHASES.indexOf(b.call.phase),
  );
  const first = sorted[0];
  if (!first) return [];
  const place = { channel: first.channel, thread: first.thread, events: sorted };
  const incoming = first.call.direction === 'in';
  const moments: Moment[] = incoming ? [{ ...place, at: first.at, means: 'turn' }] : [];
  const conversation = conversationOf(sorted, rulesOf(first.channel));
  if (conversation) moments.push({ ...place, ...conversation, means: 'answer', ownCall: incoming });
  const ended = sorted.find((phase) => phase.call.phase === 'ended');
  const unreached = ended?.call.outcome === 'no_answer' || ended?.call.outcome === 'busy';
  if (!incoming && ended && unreached && isAnswer(humanSide(ended), rulesOf(first.channel))) {
    moments.push({ ...place, at: ended.at, means: 'attempt', by: ended });
  }
  return moments;
}

const PHASES = ['ringing', 'answered', 'ended'];

/**
 * When a person and the client began to talk, or null. While the call lasts it counts; when it has ended, it counts
 * only if the talk was long enough (`min_call`): picking up and hanging up is no answer (law 3).
 */
function conversationOf(phases: readonly Call[], rules: CountsAsAnswer): { at: EpochMs; by: Call } | null {
  const ended = phases.find((phase) => phase.call.phase === 'ended');
  const pickedUp = phases.find((phase) => phase.call.phase === 'answered');
  const by = phases.find((phase) => phase.side === 'employee' && phase !== phases[0]) ?? pickedUp ?? ended;
  if (!by || !isAnswer(humanSide(by), rules)) return null;
  if (!ended) return pickedUp ? { at: pickedUp.at, by } : null;
  const talkMs = ended.call.talkSeconds * SECOND;
  if (ended.call.outcome !== 'answered' || talkMs <= 0 || talkMs < rules.minCall) return null;
  return { at: pickedUp?.at ?? Math.max(phases[0]?.at ?? ended.at, ended.at - talkMs), by };
}

/** A phase reported under the client's name was still handled by a human on our side, whom the channel does not name. */
const humanSide = (call: Call): Call => (call.side === 'client' ? { ...call, side: 'unknown' } : call);

/** Law 1. Of two deliveries of one event the earlier received is kept, so that the order of arrival does not matter. */
function withoutDuplicates(events: readonly Event[]): Event[] {
  const byKey = new Map<EventKey, Event>();
  for (const event of events) {
    const key = eventKey(event.channel, event.id);
    const known = byKey.get(key);
    if (!known || event.receivedAt < known.receivedAt) byKey.set(key, event);
  }
  return [...byKey.values()];
}

const RANK = { turn: 0, withdrawal: 1, answer: 2, attempt: 3, settled: 4 } as const;

/**
 * A total order, so that the fold does not depend on the order of arrival (law 2). Within the same instant (most
 * providers count whole seconds) the provider's own sequence decides; where there is none, the client spoke first.
 */
function inOrder(a: Moment, b: Moment): number {
  if (a.at !== b.at) return a.at - b.at;
  const [seqA, seqB] = [seqOf(a), seqOf(b)];
  if (seqA === null || seqB === null) {
    if (seqA !== seqB) return seqA === null ? -1 : 1;
    return RANK[a.means] - RANK[b.means] || compare(nameOf(a), nameOf(b));
  }
  return (
    compare(`${a.channel}\n${a.thread}`, `${b.channel}\n${b.thread}`) ||
    seqA - seqB ||
    compare(nameOf(a), nameOf(b))
  );
}

const seqOf = (moment: Moment): number | null => moment.events[0]?.seq ?? null;
const nameOf = (moment: Moment): string =>
  moment.events.map((event) => eventKey(event.channel, event.id)).join('\n');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Makes a forgotten case of a union a type error. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
