import type { Event } from './event.ts';
import {
  type EventKey,
  eventKey,
  inOrder,
  type Missed,
  type Moment,
  momentsOf,
  unreachable,
} from './moments.ts';
import type { CountsAsAnswer } from './policy.ts';
import { withoutTakenBack } from './takenBack.ts';
import type { DurationMs, EpochMs } from './time.ts';

export type Outcome = 'answered' | 'attempted' | 'self_served' | 'no_reply_needed' | 'withdrawn';

export interface FoldPolicy {
  rulesOf(channel: string): CountsAsAnswer;
  /** Whether answers elsewhere close this channel's waits, and the reverse. */
  crossChannel(channel: string): boolean;
  /** Earlier words of clients are history (law 7). */
  enforceFrom(channel: string): EpochMs;
  /** The window. What our side deletes within it was no answer. */
  breachOf(channel: string): DurationMs;
}

/** A client's unanswered turn, until something ends it. */
export interface Wait {
  readonly channel: string;
  readonly thread: string;
  readonly openedAt: EpochMs;
  /** Later knowledge can replace it; `turns` still identifies the wait. */
  readonly opening: EventKey;
  /** Opened before its channel was watched: counts nowhere. */
  readonly history: boolean;
  /** The opening and each later turn of the client. */
  readonly turns: readonly EventKey[];
  /** When the first of its turns reached us. */
  readonly seenAt: EpochMs;
  /** The first of the client's calls without a conversation. */
  readonly missed: Missed | null;
  readonly end: WaitEnd | null;
}

export type WaitEnd =
  | {
      readonly outcome: 'answered' | 'attempted' | 'self_served' | 'no_reply_needed';
      readonly at: EpochMs;
      readonly by: Event;
    }
  | { readonly outcome: 'withdrawn'; readonly at: EpochMs };

/**
 * A client's waits, oldest first, from events in any order and number of copies (laws 1–5). A wait opens at the first
 * unanswered turn, does not restart when the client nags, and closes by what a person does. History and later turns
 * are never one wait, but one answer ends both.
 */
export function foldWaits(events: readonly Event[], policy: FoldPolicy): Wait[] {
  const waits: Wait[] = [];
  const isPast = ({ channel, at }: Moment): boolean => at < policy.enforceFrom(channel);
  for (const moments of apart(momentsOf(events, policy.rulesOf), policy)) {
    const ordered = inOrder(withoutTakenBack(moments, policy.breachOf));
    const isAnyPast = ordered.some((moment) => moment.means === 'turn' && isPast(moment));
    for (const history of isAnyPast ? [true, false] : [false])
      waits.push(...waitsOf(ordered, (turn) => isPast(turn) === history, history));
  }
  return waits.sort((a, b) => a.openedAt - b.openedAt || (a.opening < b.opening ? -1 : 1));
}

function waitsOf(ordered: readonly Moment[], isOfThese: (turn: Turn) => boolean, history: boolean): Wait[] {
  const waits: Wait[] = [];
  let open: OpenWait | null = null;
  for (const moment of ordered) {
    if (moment.means === 'turn') {
      if (isOfThese(moment)) open = open ? nag(open, moment) : opened(moment, history);
      continue;
    }
    if (!open) continue;
    const step: Step = next(open, moment);
    if (step.closed) waits.push(step.closed);
    open = step.open;
  }
  if (open) waits.push(closed(open, null));
  return waits;
}

type Turn = Extract<Moment, { means: 'turn' }>;

interface OpenWait {
  readonly history: boolean;
  readonly turns: readonly Turn[];
  readonly withdrawn: ReadonlySet<EventKey>;
}

interface Step {
  readonly closed: Wait | null;
  readonly open: OpenWait | null;
}

const opened = (turn: Turn, history: boolean): OpenWait => ({ history, turns: [turn], withdrawn: new Set() });
const nag = (open: OpenWait, turn: Turn): OpenWait => ({ ...open, turns: [...open.turns, turn] });

function next(open: OpenWait, moment: Exclude<Moment, { means: 'turn' }>): Step {
  switch (moment.means) {
    case 'answer': {
      const outcome =
        moment.ownCall && open.turns[0]?.events[0] !== moment.events[0] ? 'self_served' : 'answered';
      return { closed: closed(open, { outcome, at: moment.at, by: moment.by }), open: null };
    }
    case 'attempt':
      return { closed: closed(open, { outcome: 'attempted', at: moment.at, by: moment.by }), open: null };
    case 'settled':
      return settle(open, moment);
    case 'withdrawal': {
      const left = { ...open, withdrawn: new Set([...open.withdrawn, moment.of]) };
      if (isGone(left)) return { closed: closed(open, { outcome: 'withdrawn', at: moment.at }), open: null };
      return { closed: null, open: left };
    }
    default:
      return unreachable(moment);
  }
}

/** The client took back every turn. */
const isGone = (open: OpenWait): boolean =>
  open.turns.every((turn) =>
    turn.events.some((event) => open.withdrawn.has(eventKey(event.channel, event.id))),
  );

/** «No reply needed» covers what the person could see; turns that reached us later keep waiting. */
function settle(open: OpenWait, moment: Extract<Moment, { means: 'settled' }>): Step {
  const seen = open.turns.filter((turn) => seenAt(turn) <= moment.by.receivedAt);
  if (seen.length === 0) return { closed: null, open };
  const end = { outcome: 'no_reply_needed', at: moment.at, by: moment.by } as const;
  const left = { ...open, turns: open.turns.filter((turn) => seenAt(turn) > moment.by.receivedAt) };
  // Unseen turns that were taken back need no reply either.
  if (isGone(left)) return { closed: closed(open, end), open: null };
  return { closed: closed({ ...open, turns: seen }, end), open: left };
}

function closed(open: OpenWait, end: WaitEnd | null): Wait {
  const first = open.turns[0];
  const opening = first?.events[0];
  if (!first || !opening) throw new Error('a wait has at least one turn');
  const keys = open.turns.flatMap((turn) => turn.events.map((event) => eventKey(event.channel, event.id)));
  // A second without fractions may be out of order.
  const openedAt = Math.min(...open.turns.map(({ at }) => at));
  return {
    channel: first.channel,
    thread: first.thread,
    openedAt,
    opening: eventKey(opening.channel, opening.id),
    history: open.history,
    turns: keys,
    seenAt: Math.min(...open.turns.map(seenAt)),
    missed: firstMissed(open.turns),
    end: end && { ...end, at: Math.max(end.at, openedAt) },
  };
}

const firstMissed = (turns: readonly Turn[]): Missed | null =>
  turns.flatMap(({ missed }) => missed ?? []).sort((a, b) => a.at - b.at || a.seenAt - b.seenAt)[0] ?? null;

const seenAt = (turn: Turn): EpochMs => Math.min(...turn.events.map((event) => event.receivedAt));

/** Channels with `cross_channel` fold together, each other thread alone. */
function apart(moments: readonly Moment[], policy: FoldPolicy): Moment[][] {
  const groups = Map.groupBy(moments, (moment) =>
    policy.crossChannel(moment.channel) ? '' : `${moment.channel}\n${moment.thread}`,
  );
  return [...groups.values()];
}
