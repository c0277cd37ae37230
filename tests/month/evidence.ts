import type { Event } from '@otklik/domain';
import { workingSpans } from './company.ts';
import { type Waited, waitedBy } from './judge.ts';
import { type ChannelTruth, type CompanyTruth, HOUR, type Known, type Outage, type Played } from './truth.ts';

/** A stretch of time in which we knew, without a break, that a client was waiting since the same moment. */
export interface Waiting {
  readonly since: number;
  /** The channel of the client's first word: its policy and its people count. */
  readonly channel: ChannelTruth;
  /** When we had recorded what shows it. */
  readonly from: number;
  /** When we had recorded what ended or changed it; the end of the month if nothing did. */
  readonly to: number;
  /** When the first of the client's calls was missed; null: none was. */
  readonly missed: number | null;
}

/** What the month's own truth says of one record. */
export interface Evidence {
  readonly company: CompanyTruth;
  readonly played: Played;
  /** Those who wait together: by `channel/thread` the name of the group. */
  groupOf(place: { readonly channel: string; readonly thread: string }): string;
  readonly groups: ReadonlyMap<string, Group>;
  isAbsent(person: string, at: number): boolean;
  /** The moment itself, or when we were back if it lies in an outage. */
  whenBack(at: number, channel: ChannelTruth): number;
  /** Whether we were away for some of the time. */
  wasAway(from: number, to: number, channel: ChannelTruth): boolean;
  /** When a step is due, so much of the chain being held back; never where it is not to come. */
  dueAt(waiting: Waiting, step: number, shift: number): number;
}

export interface Group {
  /** Who waited when, knowing everything. */
  readonly waited: readonly Waited[];
  /** What we knew at the time. */
  readonly waiting: readonly Waiting[];
}

export function evidenceOf(
  {
    company,
    clientOf,
    outages,
  }: { company: CompanyTruth; clientOf: ReadonlyMap<string, string>; outages: readonly Outage[] },
  played: Played,
): Evidence {
  const working = workingSpans();
  const groupOf = ({ channel, thread }: { channel: string; thread: string }) =>
    channelOf(company, channel).policy.crossChannel
      ? (clientOf.get(`${channel}/${thread}`) ?? '')
      : `${channel}/${thread}`;
  const known = Map.groupBy(played.known, ({ event }) => groupOf(event));
  const backAt = (outage: Outage, channel: ChannelTruth) =>
    outage.to + (channel.polledEvery === null ? 0 : outage.catchUp);
  return {
    company,
    played,
    groupOf,
    groups: new Map([...known].map(([group, all]) => [group, groupBy(all, company, played.endedAt)])),
    isAbsent: (id, at) => {
      const person = company.people.get(id);
      if (!person) return true;
      const today = new Date(at + person.zone.hours * HOUR).toISOString().slice(0, 10);
      const onLeave = person.away.some(({ from, to }) => from <= today && today <= to);
      return onLeave || (played.steppedOut.get(id) ?? []).some(({ from, to }) => from <= at && at < to);
    },
    whenBack: (at, channel) =>
      outages
        .filter((outage) => outage.from <= at && at < backAt(outage, channel))
        .map((outage) => backAt(outage, channel))[0] ?? at,
    wasAway: (from, to, channel) =>
      outages.some((outage) => outage.from < to && from <= backAt(outage, channel)),
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

function channelOf(company: CompanyTruth, id: string): ChannelTruth {
  const channel = company.channels.get(id);
  if (!channel) throw new Error(`the month has no channel ${id}`);
  return channel;
}

/** The moment when so much working time has passed. */
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

function groupBy(all: readonly Known[], company: CompanyTruth, endedAt: number): Group {
  const sorted = all.toSorted((a, b) => a.recordedAt - b.recordedAt);
  const moments = [...new Set(sorted.map(({ recordedAt }) => recordedAt))];
  const waiting: Waiting[] = [];
  for (const [i, from] of moments.entries()) {
    const events = sorted.filter(({ recordedAt }) => recordedAt <= from).map(({ event }) => event);
    const to = moments[i + 1] ?? endedAt;
    for (const open of waitedAmong(events, company).filter(
      ({ until, history }) => until === null && !history,
    )) {
      const channel = channelOf(company, open.channel);
      const last = waiting.findIndex(
        (one) =>
          one.to === from &&
          one.since === open.since &&
          one.channel === channel &&
          one.missed === open.missed,
      );
      const before = waiting[last];
      if (before) waiting[last] = { ...before, to };
      else waiting.push({ since: open.since, channel, from, to, missed: open.missed });
    }
  }
  const everything = sorted.map(({ event }) => event);
  return { waited: waitedAmong(everything, company), waiting };
}

/**
 * A thread belongs to a client once a word of theirs there has borne their number: until then it stands alone. Somebody can
 * wait there all the same: of a call that was too short to count we may know our own phases first.
 */
function waitedAmong(events: readonly Event[], company: CompanyTruth): Waited[] {
  const place = ({ channel, thread }: Event) => `${channel}/${thread}`;
  const theirs = new Set(events.filter(({ side }) => side === 'client').map(place));
  const apart = Map.groupBy(events, (event) => (theirs.has(place(event)) ? '' : place(event)));
  return [...apart.values()].flatMap((each) => waitedBy(each, company));
}
