import type { Event } from '@otklik/domain';
import { byArrival, inSequence, instantsAmong, type Standing } from './sequence.ts';
import type { CompanyTruth } from './truth.ts';

/** A wait; `until` null: still open. Milliseconds since 1970. */
export interface Waited {
  readonly since: number;
  readonly until: number | null;
  readonly channel: string;
  /** When the client's first missed call was missed. */
  readonly missed: number | null;
  /** Before its channel was watched. */
  readonly history: boolean;
}

interface Said extends Standing {
  readonly does: 'turn' | 'end' | 'decide' | 'take back';
  readonly channel: string;
  /** A turn's events; a deletion's target. */
  readonly ids: readonly string[];
  readonly receivedAt: number;
  readonly missed?: number;
}

/**
 * Who waited when, read plainly from one client's events (each once). Written apart from the engine, only for what
 * the month contains.
 */
export function waitedBy(events: readonly Event[], company: CompanyTruth): Waited[] {
  const calls = Map.groupBy(events, (event) =>
    event.kind === 'call' ? `${event.channel}/${event.call.id}` : '',
  );
  const said: Said[] = events.flatMap((event) => readPlain(event, events));
  for (const [id, phases] of calls) if (id !== '') said.push(...readCall(phases, company));
  const deleted = events.filter(({ kind, side }) => kind === 'deletion' && side === 'employee');
  const all = inSequence(said.map(turnFirst));
  const regretted =
    deleted.length === 0 ? [] : all.filter((each) => isTakenBack(each, all, deleted, events, company));
  const left = regretted.length === 0 ? all : inSequence(all.filter((each) => !regretted.includes(each)));
  const isPast = ({ channel, at }: Said) => at < (company.channels.get(channel)?.watchedFrom ?? 0);
  // History and what came later never wait together.
  return [true, false].flatMap((history) =>
    waitedAmong(left.filter((each) => each.does !== 'turn' || isPast(each) === history)).map((each) => ({
      ...each,
      history,
    })),
  );
}

/** A call told from its end comes as one: it rang before it was picked up. */
const turnFirst = (said: Said): Said => ({ ...said, came: [...said.came, said.does === 'turn' ? 0 : 1] });

function waitedAmong(said: readonly Said[]): Omit<Waited, 'history'>[] {
  const waited: Omit<Waited, 'history'>[] = [];
  let turns: Said[] = [];
  let gone = new Set<string>();
  const close = (until: number | null, closing: readonly Said[] = turns) => {
    const [first] = closing;
    const missed = closing.flatMap((turn) => turn.missed ?? []).sort((a, b) => a - b)[0] ?? null;
    if (first) {
      const since = Math.min(...closing.map(({ at }) => at));
      waited.push({ since, until: until && Math.max(until, since), channel: first.channel, missed });
    }
    gone = new Set();
  };
  const allGone = () => turns.every(({ ids }) => ids.some((id) => gone.has(id)));
  for (const each of said) {
    if (each.does === 'turn') turns.push(each);
    else if (turns.length === 0) continue;
    else if (each.does === 'take back') {
      for (const id of each.ids) gone.add(id);
      if (!allGone()) continue;
      close(each.at);
      turns = [];
    } else if (each.does === 'decide') {
      const unseen = turns.filter(({ receivedAt }) => receivedAt > each.receivedAt);
      if (unseen.length === turns.length) continue;
      const nobodyWaits = unseen.every(({ ids }) => ids.some((id) => gone.has(id)));
      const kept = gone;
      close(each.at, nobodyWaits ? turns : turns.filter((turn) => !unseen.includes(turn)));
      gone = kept;
      turns = nobodyWaits ? [] : unseen;
    } else {
      close(each.at);
      turns = [];
    }
  }
  close(null);
  return waited;
}

/** Deleted by our side within the window, before the client wrote again. */
function isTakenBack(
  answer: Said,
  line: readonly Said[],
  deleted: readonly Event[],
  events: readonly Event[],
  company: CompanyTruth,
): boolean {
  if (answer.does !== 'end') return false;
  const window = company.channels.get(answer.channel)?.policy.breach ?? 0;
  const instantOf = instantsAmong(line);
  const later = line.slice(line.indexOf(answer) + 1).filter(({ does }) => does === 'turn');
  return deleted.some((deletion) => {
    if (deletion.kind !== 'deletion') return false;
    if (!answer.ids.includes(`${deletion.channel}/${deletion.of}`)) return false;
    if (deletion.at > answer.at + window) return false;
    const back = backOf(deletion, events);
    const wroteBefore = (turn: Said) => {
      const [its, own] = [instantOf(turn.at), instantOf(back.at)];
      if (its !== own) return its < own;
      const isNumbered = turn.place === answer.place && turn.seq !== null && deletion.seq !== null;
      return isNumbered ? (turn.seq ?? 0) < (deletion.seq ?? 0) : byArrival(turn, back) < 0;
    };
    return !later.some(wroteBefore);
  });
}

/** Not before the deleted event. */
function backOf(deletion: Event & { kind: 'deletion' }, events: readonly Event[]): Standing {
  const of = events.find(({ channel, id }) => channel === deletion.channel && id === deletion.of);
  const own = standingOf(deletion);
  if (!of) return own;
  const its = standingOf(of);
  const numbers = [own.seq, its.seq].filter((seq) => seq !== null);
  return {
    at: Math.max(own.at, its.at),
    place: its.place,
    seq: numbers.length === 0 ? null : Math.max(...numbers),
    came: byArrival(own, its) < 0 ? its.came : own.came,
  };
}

const standingOf = ({ at, channel, thread, seq, receivedAt, receivedIndex = 0 }: Event): Standing => ({
  at,
  place: `${channel}/${thread}`,
  seq,
  came: [receivedAt, receivedIndex],
});

/** Messages, gestures, deletions and decisions. */
function readPlain(event: Event, events: readonly Event[]): Said[] {
  const { channel, receivedAt, side } = event;
  const said = { ...standingOf(event), channel, ids: [`${channel}/${event.id}`], receivedAt };
  switch (event.kind) {
    case 'message':
    case 'comment':
      if (side === 'client') return [{ ...said, does: 'turn' }];
      if (event.wording?.empty) return [];
      return side === 'bot' ? [] : [{ ...said, does: 'end' }];
    case 'deletion':
      if (side !== 'client') return [];
      return [{ ...said, ...backOf(event, events), does: 'take back', ids: [`${channel}/${event.of}`] }];
    case 'decision':
      return [{ ...said, does: 'decide' }];
    default:
      return []; // closings and reactions end nothing here; calls are read whole
  }
}

/**
 * A client's call is a turn. A talk that lasts or was long enough ends the wait; so does a call of ours that nobody
 * picked up.
 */
function readCall(phases: readonly Event[], company: CompanyTruth): Said[] {
  const of = (name: string) =>
    phases.flatMap((one) => (one.kind === 'call' && one.call.phase === name ? [one] : []))[0];
  const [rang, picked, ended] = [of('ringing'), of('answered'), of('ended')];
  const any = rang ?? picked ?? ended;
  if (!any) return [];
  const { channel } = any;
  const ids = phases.map(({ id }) => `${channel}/${id}`);
  const standings = phases.map(standingOf);
  const [earliest = standingOf(any)] = standings.toSorted(byArrival);
  const receivedAt = Math.min(...phases.map((phase) => phase.receivedAt));
  const told = { channel, ids, receivedAt, place: earliest.place, seq: null };
  const enough = company.channels.get(channel)?.policy.minCallSeconds ?? 0;
  const talked = ended && ended.call.outcome === 'answered' && ended.call.talkSeconds >= enough;
  const talkFrom =
    picked?.at ?? (ended ? Math.max(rang?.at ?? 0, ended.at - ended.call.talkSeconds * 1_000) : 0);
  const isAnswer = ended ? talked : picked;
  const said: Said[] = [];
  if (any.call.direction === 'in') {
    const first = Math.min(...phases.map(({ at }) => at), isAnswer ? talkFrom : Number.POSITIVE_INFINITY);
    const missed = ended && !isAnswer ? { missed: ended.at } : {};
    said.push({ ...told, at: first, does: 'turn', came: earliest.came, ...missed });
  }
  if (isAnswer)
    said.push({ ...told, at: talkFrom, does: 'end', came: standingOf(picked ?? ended ?? any).came });
  const unreached = ended?.call.outcome === 'no_answer' || ended?.call.outcome === 'busy';
  if (ended && unreached && any.call.direction === 'out')
    said.push({ ...told, at: ended.at, does: 'end', came: standingOf(ended).came });
  return said;
}
