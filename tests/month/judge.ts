import type { Event } from '@otklik/domain';
import type { CompanyTruth } from './truth.ts';

/** From a client's unanswered turn to what ended it; null: still waiting. Milliseconds since 1970. */
export interface Waited {
  readonly since: number;
  readonly until: number | null;
  readonly channel: string;
  /** When the first of the client's calls was missed; null: none was. */
  readonly missed: number | null;
}

interface Said {
  readonly at: number;
  readonly does: 'turn' | 'end' | 'decide' | 'take back';
  readonly channel: string;
  /** Of a turn its events, of a deletion what it deletes. */
  readonly ids: readonly string[];
  readonly receivedAt: number;
  readonly missed?: number;
}

/**
 * Who waited from when to when: the plain reading of one client's events, each of them once. Written apart from the engine's, for the checker,
 * and only for what the month contains: no two of a client's events bear the same time, but for a call that is told from its end.
 */
export function waitedBy(events: readonly Event[], company: CompanyTruth): Waited[] {
  const calls = Map.groupBy(events, (event) =>
    event.kind === 'call' ? `${event.channel}/${event.call.id}` : '',
  );
  const said: Said[] = events.flatMap((event) => readPlain(event, events));
  for (const [id, phases] of calls) if (id !== '') said.push(...readCall(phases, company));
  const deleted = events.filter(({ kind, side }) => kind === 'deletion' && side === 'employee');
  const regretted =
    deleted.length === 0 ? [] : said.filter((each) => isTakenBack(each, said, deleted, company));
  for (const each of regretted) said.splice(said.indexOf(each), 1);
  said.sort((a, b) => a.at - b.at || Number(b.does === 'turn') - Number(a.does === 'turn'));
  const waited: Waited[] = [];
  let turns: Said[] = [];
  let gone = new Set<string>();
  const close = (until: number | null, closing: readonly Said[] = turns) => {
    const [first] = closing;
    const missed = closing.flatMap((turn) => turn.missed ?? []).sort((a, b) => a - b)[0] ?? null;
    if (first) waited.push({ since: first.at, until, channel: first.channel, missed });
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

/** Whether our own people deleted it within the window, with nothing new from the client in between. */
function isTakenBack(
  answer: Said,
  said: readonly Said[],
  deleted: readonly Event[],
  company: CompanyTruth,
): boolean {
  if (answer.does !== 'end') return false;
  const window = company.channels.get(answer.channel)?.policy.breach ?? 0;
  return deleted.some((deletion) => {
    if (deletion.kind !== 'deletion') return false;
    if (!answer.ids.includes(`${deletion.channel}/${deletion.of}`)) return false;
    if (deletion.at > answer.at + window) return false;
    return !said.some(({ does, at }) => does === 'turn' && answer.at < at && at < deletion.at);
  });
}

/** Written words, gestures, deletions and decisions. */
function readPlain(event: Event, events: readonly Event[]): Said[] {
  const { at, channel, receivedAt, side } = event;
  const key = `${channel}/${event.id}`;
  switch (event.kind) {
    case 'message':
    case 'comment':
      if (side === 'client') return [{ at, does: 'turn', channel, ids: [key], receivedAt }];
      if (event.wording?.empty) return [];
      return side === 'bot' ? [] : [{ at, does: 'end', channel, ids: [key], receivedAt }];
    case 'deletion': {
      if (side !== 'client') return [];
      const deleted = events.find(({ channel: on, id }) => on === channel && id === event.of);
      return [
        {
          at: Math.max(at, deleted?.at ?? at),
          does: 'take back',
          channel,
          ids: [`${channel}/${event.of}`],
          receivedAt,
        },
      ];
    }
    case 'decision':
      return [{ at, does: 'decide', channel, ids: [key], receivedAt }];
    default:
      return []; // closing a dialogue and reactions end nothing here; calls are read whole
  }
}

/** A client's call is a turn; a talk that lasts or was long enough ends the wait, and so does ours that nobody picked up. */
function readCall(phases: readonly Event[], company: CompanyTruth): Said[] {
  const of = (name: string) =>
    phases.flatMap((one) => (one.kind === 'call' && one.call.phase === name ? [one] : []))[0];
  const [rang, picked, ended] = [of('ringing'), of('answered'), of('ended')];
  const any = rang ?? picked ?? ended;
  if (!any) return [];
  const { channel } = any;
  const ids = phases.map(({ id }) => `${channel}/${id}`);
  const receivedAt = Math.min(...phases.map((phase) => phase.receivedAt));
  const enough = company.channels.get(channel)?.policy.minCallSeconds ?? 0;
  const talked = ended && ended.call.outcome === 'answered' && ended.call.talkSeconds >= enough;
  const talkFrom =
    picked?.at ?? (ended ? Math.max(rang?.at ?? 0, ended.at - ended.call.talkSeconds * 1_000) : 0);
  const isAnswer = ended ? talked : picked;
  const said: Said[] = [];
  if (any.call.direction === 'in') {
    const first = Math.min(...phases.map(({ at }) => at), isAnswer ? talkFrom : Number.POSITIVE_INFINITY);
    const missed = ended && !isAnswer ? { missed: ended.at } : {};
    said.push({ at: first, does: 'turn', channel, ids, receivedAt, ...missed });
  }
  if (isAnswer) said.push({ at: talkFrom, does: 'end', channel, ids, receivedAt });
  const unreached = ended?.call.outcome === 'no_answer' || ended?.call.outcome === 'busy';
  if (ended && unreached && any.call.direction === 'out')
    said.push({ at: ended.at, does: 'end', channel, ids, receivedAt });
  return said;
}
