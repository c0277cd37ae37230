import type { Call, Deletion, Event, Gesture, Message } from './event.ts';
import type { CountsAsAnswer } from './policy.ts';
import { SAME_CALL_WITHIN, type ToldCall, toldCalls } from './sameCall.ts';
import { type EpochMs, SECOND } from './time.ts';

/** Channel and provider's id in one string (law 1). */
export type EventKey = string & { readonly brand: 'EventKey' };

export const eventKey = (channel: string, id: string): EventKey => `${channel}\n${id}` as EventKey;

/** What an event, or a whole call, means to a waiting client. */
export type Moment = {
  readonly at: EpochMs;
  readonly channel: string;
  readonly thread: string;
  /** One per phase of a call, which is one turn whichever phase comes first. */
  readonly events: readonly Event[];
  /** The provider's order within the thread. Breaks ties. */
  readonly seq: number | null;
  /** When it reached us. Breaks ties. */
  readonly receipt: Receipt;
} & (
  | { readonly means: 'turn'; readonly missed: Missed | null }
  /** A person spoke to the client. `ownCall`: by picking up the client's call. */
  | {
      readonly means: 'answer';
      readonly by: Event;
      readonly ownCall: boolean;
      /** Each deletion by our side. */
      readonly takenBack: readonly TakingBack[];
    }
  | { readonly means: 'attempt'; readonly by: Event }
  | { readonly means: 'settled'; readonly by: Event }
  | { readonly means: 'withdrawal'; readonly of: EventKey }
);

/** Our side deleted its own message. */
export interface TakingBack {
  /** Not before the message: some providers give deletions an earlier time. */
  readonly at: EpochMs;
  readonly seq: number | null;
  readonly receipt: Receipt;
}

/** When something reached us, and its place in that delivery. */
export interface Receipt {
  readonly at: EpochMs;
  readonly index: number;
}

/** A client's call without a conversation: its end, and when we knew. */
export interface Missed {
  readonly at: EpochMs;
  readonly seenAt: EpochMs;
}

export type RulesOf = (channel: string) => CountsAsAnswer;

/** Unordered (see {@link inOrder}). Duplicates count once (law 1). */
export function momentsOf(events: readonly Event[], rulesOf: RulesOf): Moment[] {
  const once = withoutDuplicates(events);
  const moments: Moment[] = [];
  const calls = new Map<EventKey, Call[]>();
  const undelivered = undeliveredIn(once.values());
  const deleted = deletedByUs(once.values());
  const answerOf = (event: Message | Gesture) => ({
    by: event,
    ownCall: false,
    takenBack: (deleted.get(eventKey(event.channel, event.id)) ?? []).map((by) => takingBack(by, event)),
  });
  for (const event of once.values()) {
    const { at, channel, thread, seq } = event;
    const place = { at, channel, thread, seq, events: [event], receipt: receiptOf(event) };
    switch (event.kind) {
      case 'message':
      case 'comment':
        if (event.side === 'client') moments.push({ ...place, means: 'turn', missed: null });
        else if (!undelivered.has(eventKey(channel, event.id)) && isAnswer(event, rulesOf(channel)))
          moments.push({ ...place, means: 'answer', ...answerOf(event) });
        break;
      case 'call': {
        const key = eventKey(event.channel, event.call.id);
        const phases = calls.get(key);
        if (phases) phases.push(event);
        else calls.set(key, [event]);
        break;
      }
      case 'deletion':
        // Only the client withdraws a turn: hiding a comment stops no clock. Our deletions stand with their message.
        if (event.side === 'client') moments.push(withdrawalOf(event, once));
        break;
      case 'bounce':
        break;
      case 'closing':
      case 'reaction':
        if (event.side !== 'client' && rulesOf(channel)[event.kind] && isPersonal(event, rulesOf(channel)))
          moments.push({ ...place, means: 'answer', ...answerOf(event) });
        break;
      case 'decision':
        moments.push({ ...place, means: 'settled', by: event });
        break;
      default:
        unreachable(event);
    }
  }
  for (const call of toldCalls([...calls.values()])) moments.push(...momentsOfCall(call, rulesOf));
  return moments;
}

function undeliveredIn(events: Iterable<Event>): Set<EventKey> {
  return new Set(
    [...events].flatMap((event) => (event.kind === 'bounce' ? [eventKey(event.channel, event.of)] : [])),
  );
}

/** By the deleted event. Only of people named as ours: for whom machines and unknown people act, nobody knows. */
function deletedByUs(events: Iterable<Event>): Map<EventKey, Deletion[]> {
  const ours = [...events].filter(
    (event): event is Deletion => event.kind === 'deletion' && event.side === 'employee',
  );
  return Map.groupBy(ours, ({ channel, of }) => eventKey(channel, of));
}

function takingBack(deletion: Deletion, deleted: Event): TakingBack {
  const [own, its] = [receiptOf(deletion), receiptOf(deleted)];
  return {
    at: Math.max(deletion.at, deleted.at),
    seq: deletion.seq,
    receipt: compareReceipts(own, its) < 0 ? its : own,
  };
}

/** Not before the deleted message: some providers give deletions an earlier time. */
function withdrawalOf(deletion: Deletion, events: ReadonlyMap<EventKey, Event>): Moment {
  const of = eventKey(deletion.channel, deletion.of);
  const deleted = events.get(of) ?? deletion;
  const seq =
    deletion.seq === null || deleted.seq === null
      ? (deletion.seq ?? deleted.seq)
      : Math.max(deletion.seq, deleted.seq);
  const at = Math.max(deletion.at, deleted.at);
  const [own, its] = [receiptOf(deletion), receiptOf(deleted)];
  return {
    at,
    channel: deletion.channel,
    thread: deleted.thread,
    seq,
    receipt: compareReceipts(own, its) < 0 ? its : own,
    events: [deletion],
    means: 'withdrawal',
    of,
  };
}

const isAnswer = (event: Message, rules: CountsAsAnswer): boolean =>
  isPersonal(event, rules) && !event.wording?.empty && (rules.formal || !event.wording?.formal);

/** By our people, or counted so (law 3). */
const isPersonal = (event: Event, rules: CountsAsAnswer): boolean =>
  event.side === 'bot' ? rules.bot : event.side !== 'client';

/**
 * One call from its phases, in any order, some missing. Of a forwarded call the line behind knows best (to the
 * forwarding number a voice menu is a talk); the forwarding number counts only for what the line has not told.
 */
function momentsOfCall({ phases, passedOn }: ToldCall, rulesOf: RulesOf): Moment[] {
  const sorted = phases.toSorted(inOrderOfCall);
  const first = sorted[0];
  if (!first) return [];
  const before = passedOn.toSorted(inOrderOfCall);
  const { channel, thread, seq } = first;
  const events = [...sorted, ...before];
  const receipt = events.map(receiptOf).reduce(earlierReceipt);
  const place = { channel, thread, seq, events, receipt };
  const rules = rulesOf(channel);
  // Some lists tell our own phone, rung first for a call of ours, as an incoming call.
  const wasDialled = phases.every(({ call }) => call.outcome !== 'not_dialled');
  const incoming = first.call.direction === 'in' && wasDialled;
  const moments: Moment[] = [];
  const ended = endOf(sorted, rules);
  const isUntold = ended === undefined && !sorted.some((phase) => phase.side === 'bot');
  const conversation =
    conversationOf(sorted, rules) ??
    (isUntold && before[0] ? conversationOf(before, rulesOf(before[0].channel)) : null);
  if (incoming) {
    const at = Math.min(first.at, conversation?.at ?? first.at);
    const over = ended ?? endOf(before, rules);
    moments.push({ ...place, at, means: 'turn', missed: conversation ? null : missedOf(over) });
  }
  if (conversation)
    moments.push({ ...place, ...conversation, means: 'answer', ownCall: incoming, takenBack: [] });
  const unreached = wasDialled && (ended?.call.outcome === 'no_answer' || ended?.call.outcome === 'busy');
  if (!incoming && ended && unreached && isPersons(sorted, rules)) {
    moments.push({ ...place, at: ended.at, receipt: receiptOf(ended), means: 'attempt', by: ended });
  }
  return moments;
}

const inOrderOfCall = (a: Call, b: Call): number =>
  a.at - b.at || PHASES.indexOf(a.call.phase) - PHASES.indexOf(b.call.phase) || compare(a.id, b.id);

const PHASES = ['ringing', 'answered', 'ended'];

interface Conversation {
  readonly at: EpochMs;
  readonly by: Call;
  readonly receipt: Receipt;
}

/**
 * When a person and the client began to talk. Counts while the call lasts, afterwards only if long enough
 * (`min_call`, law 3). A call told after its end began `talkSeconds` before.
 */
function conversationOf(phases: readonly Call[], rules: CountsAsAnswer): Conversation | null {
  if (!isPersons(phases, rules)) return null;
  const ended = endOf(phases, rules);
  const leg = ended?.call.leg;
  const talked = leg === undefined ? phases : phases.filter(({ call }) => call.leg === leg);
  const pickedUp = talked.find(
    (phase) => phase.call.phase === 'answered' && (rules.bot || phase.side !== 'bot'),
  );
  const by = speakerOf(talked) ?? pickedUp ?? ended;
  if (!by) return null;
  if (!ended) return pickedUp ? { at: pickedUp.at, by, receipt: receiptOf(pickedUp) } : null;
  if (!hasTalked(ended, rules)) return null;
  const talkMs = ended.call.talkSeconds * SECOND;
  const rang = phases.find((phase) => phase.call.phase === 'ringing')?.at ?? Number.NEGATIVE_INFINITY;
  const at = pickedUp?.at ?? Math.max(rang, ended.at - talkMs);
  return { at, by, receipt: receiptOf(pickedUp ?? ended) };
}

const hasTalked = ({ call }: Call, rules: CountsAsAnswer): boolean =>
  call.outcome === 'answered' && call.talkSeconds > 0 && call.talkSeconds * SECOND >= rules.minCall;

/**
 * The phase that ended the call, if any. With separate legs all must have ended, and one with a talk speaks for all:
 * four phones fall silent when the fifth picks up.
 */
function endOf(phases: readonly Call[], rules: CountsAsAnswer): Call | undefined {
  const ends = phases.filter((phase) => phase.call.phase === 'ended');
  const whole = ends.findLast(({ call }) => call.leg === undefined);
  if (whole) return whole;
  const talked = ends.find((end) => end.side !== 'bot' && hasTalked(end, rules));
  if (talked) return talked;
  const over = new Set(ends.map(({ call }) => call.leg));
  return phases.every(({ call }) => over.has(call.leg)) ? ends.at(-1) : undefined;
}

const missedOf = (ended: Call | undefined): Missed | null =>
  ended ? { at: ended.at, seenAt: ended.receivedAt } : null;

/** Names the employee who talked. A caller is named at the first ring; whose phone rings may not pick up. */
function speakerOf(phases: readonly Call[]): Call | undefined {
  const named = phases.filter((phase) => phase.side === 'employee');
  return (
    named.find((phase) => phase.call.phase !== 'ringing') ??
    named.find((phase) => phase.call.direction === 'out')
  );
}

/**
 * Whether our side's human had the call. A phase under the client's name counts as somebody unnamed, unless the call
 * shows only a machine (a voice menu, an auto-dialler).
 */
function isPersons(phases: readonly Call[], rules: CountsAsAnswer): boolean {
  const has = (side: Call['side']): boolean => phases.some((phase) => phase.side === side);
  return rules.bot || has('employee') || has('unknown') || !has('bot');
}

/**
 * The earliest moment that an event can change; a partial fold (the store) begins no later. It may reorder its
 * second; a call told after its end began `talkSeconds` before, and an incoming call may equal a forwarded one.
 */
export function earliestEffect(event: Event): EpochMs {
  if (event.kind !== 'call') return secondOf(event.at);
  const { talkSeconds, direction } = event.call;
  return secondOf(event.at - talkSeconds * SECOND - (direction === 'in' ? SAME_CALL_WITHIN : 0));
}

/** Law 1. The copy received first stays: the order of arrival must not matter. */
function withoutDuplicates(events: readonly Event[]): Map<EventKey, Event> {
  const byKey = new Map<EventKey, Event>();
  for (const event of events) {
    const key = eventKey(event.channel, event.id);
    const known = byKey.get(key);
    if (!known || isEarlier(event, known)) byKey.set(key, event);
  }
  return byKey;
}

/** Copies received together may differ; the choice must not depend on their order. */
const isEarlier = (a: Event, b: Event): boolean =>
  (compareReceipts(receiptOf(a), receiptOf(b)) || compare(JSON.stringify(a), JSON.stringify(b))) < 0;

const receiptOf = ({ receivedAt, receivedIndex = 0 }: Event): Receipt => ({
  at: receivedAt,
  index: receivedIndex,
});
export const compareReceipts = (a: Receipt, b: Receipt): number => a.at - b.at || a.index - b.index;
const earlierReceipt = (a: Receipt, b: Receipt): Receipt => (compareReceipts(b, a) < 0 ? b : a);

export const secondOf = (at: EpochMs): EpochMs => Math.floor(at / SECOND) * SECOND;

export const placeOf = ({ channel, thread }: { channel: string; thread: string }): string =>
  `${channel}\n${thread}`;

/**
 * Depends only on the set (law 2). By time; within one instant, or a second with a time without fractions, by
 * receipt; then events of a thread with the provider's own order swap places. Nothing uncertain is an answer: of two
 * received as one the answer came first.
 */
export function inOrder(moments: readonly Moment[]): Moment[] {
  const instantOf = instantsIn(moments);
  const timed = moments.map((moment) => {
    const instant = instantOf(moment.at);
    return { moment, instant, tie: `${placeOf(moment)}\n${instant}` };
  });
  timed.sort(
    (a, b) =>
      a.instant - b.instant ||
      compareReceipts(a.moment.receipt, b.moment.receipt) ||
      rankOf(a.moment) - rankOf(b.moment) ||
      compare(nameOf(a.moment), nameOf(b.moment)),
  );
  const ordered = timed.map(({ moment }) => moment);
  const numbered = timed.flatMap(({ moment, tie }, index) => (moment.seq === null ? [] : [{ tie, index }]));
  for (const ties of Map.groupBy(numbered, ({ tie }) => tie).values()) {
    const inSequence = ties
      .map(({ index }) => timed[index]?.moment)
      .filter((moment) => moment !== undefined)
      .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    for (const [nth, moment] of inSequence.entries()) ordered[ties[nth]?.index ?? -1] = moment;
  }
  return ordered;
}

/** A time without fractions may lie anywhere in its second: all of that is one instant. */
export function instantsIn(moments: readonly Moment[]): (at: EpochMs) => EpochMs {
  const wholeSeconds = new Set(moments.map(({ at }) => at).filter((at) => at % SECOND === 0));
  return (at) => (wholeSeconds.has(secondOf(at)) ? secondOf(at) : at);
}

/** Received as one: a call's turn before its answer, a withdrawal before the end, else as {@link inOrder}. */
function rankOf(moment: Moment): number {
  if (moment.means === 'turn') return 1;
  if (moment.means === 'withdrawal') return 2;
  return moment.means === 'answer' && moment.ownCall ? 3 : 0;
}

const nameOf = (moment: Moment): string =>
  moment.events.map((event) => eventKey(event.channel, event.id)).join('\n');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A missing case is a type error. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
