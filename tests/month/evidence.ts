import type { Event } from '@otklik/domain';
import { workingSpans } from './company.ts';
import { type Waited, waitedBy } from './judge.ts';
import type { Month } from './traffic.ts';
import {
  type ChannelTruth,
  type CompanyTruth,
  type Edition,
  editionAt,
  type Freeze,
  HOUR,
  type Known,
  type Outage,
  type Played,
  SECOND,
} from './truth.ts';

/** A time in which we knew without a break that a client waited since the same moment. */
export interface Waiting {
  readonly since: number;
  /** Of the client's first word: its policy and people count. */
  readonly channel: ChannelTruth;
  /** When we had recorded what shows it. */
  readonly from: number;
  /** When we had recorded what ended or changed it, else the end of the month. */
  readonly to: number;
  /** When the client's first missed call was missed. */
  readonly missed: number | null;
}

/** What the truth says about one record. */
export interface Evidence {
  readonly editions: readonly Edition[];
  readonly played: Played;
  /** The group that waits together, of a `channel/thread`. */
  groupOf(place: { readonly channel: string; readonly thread: string }): string;
  readonly groups: ReadonlyMap<string, Group>;
  isAbsent(person: string, at: number): boolean;
  /**
   * When something due fires: then, or once we were back or no longer held it. Two moments where both are right: held
   * because of another channel of the client, or not yet known to be the same client.
   */
  firesAt(at: number, waiting: Waiting, group: string): readonly number[];
  /** We were down for some of the time. */
  wasAway(from: number, to: number, channel: ChannelTruth): boolean;
  /** Something arrived that could not be recorded for some of the time. */
  wasBehind(from: number, to: number): boolean;
  /** An answer was acknowledged for over a second and unrecorded, and steps had not been held for half a minute. */
  isAnswerUnderWay(group: string, at: number): boolean;
  /** When a step is due with the chain shifted so far; never: it does not come. */
  dueAt(waiting: Waiting, step: number, shift: number): number;
}

export interface Group {
  /** Who waited when, in hindsight. */
  readonly waited: readonly Waited[];
  /** As we knew it at the time. */
  readonly waiting: readonly Waiting[];
  /** When an edit planned the waits anew. */
  readonly replanned: readonly number[];
}

export function evidenceOf(
  { editions, clientOf, outages, freezes, deliveries }: Omit<Month, 'presses'>,
  played: Played,
): Evidence {
  const [company] = editions;
  const working = workingSpans();
  const groupOf = ({ channel, thread }: { channel: string; thread: string }) =>
    channelOf(company, channel).policy.crossChannel
      ? (clientOf.get(`${channel}/${thread}`) ?? '')
      : `${channel}/${thread}`;
  const known = Map.groupBy(played.known, ({ event }) => groupOf(event));
  const backAt = (outage: Outage, channel: ChannelTruth) =>
    outage.to + (channel.polledEvery === null ? 0 : outage.catchUp);
  const holds = holdsOf(freezes, deliveries);
  const channelsOf = Map.groupBy([...clientOf.keys()], (place) => {
    const [channel = '', thread = ''] = place.split('/');
    return groupOf({ channel, thread });
  });
  const clientsChannels = (group: string): string[] => {
    const client = clientOf.get(group);
    const places =
      client === undefined
        ? (channelsOf.get(group) ?? [])
        : [...clientOf].flatMap(([place, of]) => (of === client ? [place] : []));
    return places.map((place) => place.split('/')[0] ?? '');
  };
  const whenBack = (at: number, channel: ChannelTruth): number => {
    const away = [
      ...outages.map((outage) => ({ from: outage.from, to: backAt(outage, channel) })),
      ...freezes.filter(({ what }) => what === 'database'),
    ];
    return away.find(({ from, to }) => from <= at && at < to)?.to ?? at;
  };
  return {
    editions,
    played,
    groupOf,
    groups: new Map([...known].map(([group, all]) => [group, groupBy(all, editions, played.endedAt)])),
    isAbsent: (id, at) => {
      const person = editionAt(editions, at).people.get(id);
      if (!person) return true;
      const today = new Date(at + person.zone.hours * HOUR).toISOString().slice(0, 10);
      const onLeave = person.away.some(({ from, to }) => from <= today && today <= to);
      return onLeave || (played.steppedOut.get(id) ?? []).some(({ from, to }) => from <= at && at < to);
    },
    firesAt: (at, { channel }, group) => {
      const back = whenBack(at, channel);
      const hold = holds.find(({ from, to }) => from < back && back < to);
      const concerned = hold?.concerned(back);
      if (!hold || !concerned) return [back];
      if (concerned === 'everybody' || concerned.has(channel.id)) return [hold.to];
      return clientsChannels(group).some((id) => concerned.has(id)) ? [back, hold.to] : [back];
    },
    wasAway: (from, to, channel) =>
      outages.some((outage) => outage.from < to && from <= backAt(outage, channel)) ||
      freezes.some((freeze) => freeze.what === 'database' && freeze.from < to && from <= freeze.to),
    wasBehind: (from, to) =>
      freezes.some((freeze) => freeze.what !== 'database' && freeze.from < to && from <= freeze.to),
    isAnswerUnderWay: (group, at) => {
      const theirs = known.get(group) ?? [];
      const isTaken = ({ event }: Known) => event.receivedAt + SECOND < at;
      if (!theirs.some((one) => at < one.recordedAt && isTaken(one))) return false;
      const during = freezes.find(({ from, to }) => from <= at && at <= to);
      const hold = holds.find(({ freeze }) => freeze === during);
      if (hold && at >= hold.ends) return false;
      const told = theirs.filter((one) => one.recordedAt <= at || isTaken(one)).map(({ event }) => event);
      return !waitedAmong(told, company).some(({ until, history }) => until === null && !history);
    },
    dueAt: ({ since, missed, channel: { policy } }, step, shift) => {
      if (step === 0) {
        const works = missed !== null && working.some(({ from, to }) => from <= missed && missed < to);
        return missed === null || (policy.afterHours === 'defer' && !works)
          ? Number.POSITIVE_INFINITY
          : missed;
      }
      const offset = (policy.steps[step - 1] ?? Number.POSITIVE_INFINITY) + shift;
      if (policy.afterHours !== 'defer') return since + offset;
      const isWorking = working.some(({ from, to }) => from <= since && since < to);
      return afterWork(working, since, isWorking ? offset : offset - (policy.steps[0] ?? 0));
    },
  };
}

interface Hold {
  readonly freeze: Freeze;
  /** Both excluded. */
  readonly from: number;
  readonly to: number;
  /** Half a minute after it began, frozen or not. */
  readonly ends: number;
  /** The channels whose clients' steps wait at that moment. */
  concerned(at: number): ReadonlySet<string> | 'everybody';
}

/** Law 7: steps wait while something is unrecorded for over a second, half a minute at most. */
function holdsOf(freezes: readonly Freeze[], deliveries: Month['deliveries']): Hold[] {
  return freezes.flatMap((freeze) => {
    if (freeze.what === 'database') return [];
    const arrived = deliveries.filter(({ arrivesAt }) => freeze.from <= arrivesAt && arrivesAt < freeze.to);
    const begins = freeze.what === 'queue' ? freeze.from : arrived[0]?.arrivesAt;
    if (begins === undefined) return [];
    const ends = begins + 30 * SECOND;
    return [
      {
        freeze,
        from: begins + SECOND,
        to: Math.min(freeze.to, ends),
        ends,
        concerned: (at: number) =>
          freeze.what === 'queue'
            ? 'everybody'
            : new Set(arrived.filter(({ arrivesAt }) => arrivesAt <= at).map(({ event }) => event.channel)),
      },
    ];
  });
}

function channelOf(company: CompanyTruth, id: string): ChannelTruth {
  const channel = company.channels.get(id);
  if (!channel) throw new Error(`the month has no channel ${id}`);
  return channel;
}

/** When that much working time has passed. */
function afterWork(
  working: readonly { from: number; to: number }[],
  since: number,
  duration: number,
): number {
  let left = duration;
  for (const { from, to } of working) {
    const start = Math.max(from, since);
    if (start >= to) continue;
    if (start + left < to) return start + left;
    left -= to - start;
  }
  return Number.POSITIVE_INFINITY;
}

function groupBy(all: readonly Known[], editions: readonly [Edition, ...Edition[]], endedAt: number): Group {
  const [company] = editions;
  const sorted = all.toSorted((a, b) => a.recordedAt - b.recordedAt);
  const began = sorted[0]?.recordedAt ?? 0;
  const edits = editions.map(({ since }) => since).filter((since) => began < since && since < endedAt);
  const moments = [...new Set([...sorted.map(({ recordedAt }) => recordedAt), ...edits])].sort(
    (a, b) => a - b,
  );
  const replanned = new Set<number>();
  const waiting: Waiting[] = [];
  for (const [i, from] of moments.entries()) {
    const events = sorted.filter(({ recordedAt }) => recordedAt <= from).map(({ event }) => event);
    const to = moments[i + 1] ?? endedAt;
    for (const open of waitedAmong(events, company).filter(
      ({ until, history }) => until === null && !history,
    )) {
      const channel = channelOf(editionAt(editions, from), open.channel);
      const last = waiting.findIndex(
        (one) =>
          one.to === from &&
          one.since === open.since &&
          one.channel.id === channel.id &&
          one.missed === open.missed,
      );
      const before = waiting[last];
      const isPlanned = before === undefined || before.channel.policy === channel.policy;
      if (!isPlanned) replanned.add(from);
      if (before && isPlanned) waiting[last] = { ...before, channel, to };
      else waiting.push({ since: open.since, channel, from, to, missed: open.missed });
    }
  }
  const everything = sorted.map(({ event }) => event);
  return { waited: waitedAmong(everything, company), waiting, replanned: [...replanned] };
}

/**
 * A thread belongs to a client once a word in it had their number; before it stands alone. Somebody may wait there
 * all the same: of a call that was too short we may know our own phases first.
 */
function waitedAmong(events: readonly Event[], company: CompanyTruth): Waited[] {
  const place = ({ channel, thread }: Event) => `${channel}/${thread}`;
  const theirs = new Set(events.filter(({ side }) => side === 'client').map(place));
  const apart = Map.groupBy(events, (event) => (theirs.has(place(event)) ? '' : place(event)));
  return [...apart.values()].flatMap((each) => waitedBy(each, company));
}
