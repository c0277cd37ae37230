import type { Event } from '@otklik/domain';
import { companyBy, editionsOf, MONTH } from './company.ts';
import { converse, type Place, PRESSED, type Told } from './conversation.ts';
import { type Chances, chancesOf } from './random.ts';
import {
  type ChannelTruth,
  type CompanyTruth,
  DAY,
  type Delivery,
  type Edition,
  type Freeze,
  HOUR,
  MINUTE,
  type Outage,
  type Press,
  SECOND,
  type Span,
} from './truth.ts';

/** A month before it is played: who works where, what happens when. */
export interface Month {
  readonly editions: readonly [Edition, ...Edition[]];
  /** A client's threads, by `channel/thread`. */
  readonly clientOf: ReadonlyMap<string, string>;
  readonly deliveries: readonly Delivery[];
  readonly presses: readonly Press[];
  readonly outages: readonly Outage[];
  readonly freezes: readonly Freeze[];
}

const CLIENTS = 1_500;
/** Clients within ten seconds. */
const RUSH = 60;
const LUMPS = 45 * SECOND;
const CATCH_UP = 8 * SECOND;

/** `wanted`: different events. */
export function monthBy(seed: number, wanted: number): Month {
  const chances = chancesOf(seed);
  const editions = editionsOf(companyBy(chances));
  const [company] = editions;
  const outages = outagesBy(chances);
  const clients = clientsBy(chances, [...company.channels.values()]);
  const clientOf = new Map(
    clients.flatMap((places, i) =>
      places.map((place): [string, string] => [`${place.channel.id}/${place.thread}`, `client${i}`]),
    ),
  );
  const { told, rushes } = tell(chances, editions, clients, wanted);
  const events = told.flatMap((each) => each.events).slice(0, wanted);
  const slow = [...delaysBy(chances, [...company.channels.keys()]), ...goneBy(editions)];
  return {
    editions,
    clientOf,
    outages,
    freezes: freezesBy(chances, rushes, outages),
    deliveries: numbered(
      events
        .flatMap((event) => deliveriesOf(event, { chances, company, outages, slow }))
        .sort((a, b) => a.arrivesAt - b.arrivesAt),
    ),
    presses: [...told.flatMap((each) => each.presses), ...comings(chances, company)].sort(
      (a, b) => a.at - b.at,
    ),
  };
}

function clientsBy(chances: Chances, channels: readonly ChannelTruth[]): Place[][] {
  return Array.from({ length: CLIENTS }, (_, i) => {
    const phone = chances.happens(0.6) ? `+7900${String(i).padStart(7, '0')}` : null;
    const on = new Set([
      chances.pick(channels),
      ...(phone !== null && chances.happens(0.5) ? [chances.pick(channels)] : []),
    ]);
    return [...on].map((channel) => ({ channel, thread: `thread${i}`, phone }));
  });
}

/** Conversations at all hours, mostly in rushes. */
function tell(
  chances: Chances,
  editions: readonly [Edition, ...Edition[]],
  clients: readonly Place[][],
  wanted: number,
): { told: readonly Told[]; rushes: readonly number[] } {
  const rushes: number[] = [];
  const people = [...editions[0].people.keys()];
  const taken = clients.map(() => new Set<number>());
  const told: Told[] = [];
  let [names, numbers] = [0, 0];
  const begin = (start: number, lumps: number) => {
    const which = chances.between(0, clients.length - 1);
    const places = clients[which] ?? [];
    const place = chances.pick(places);
    const other = places.find((each) => each !== place) ?? null;
    const free = (at: number, step: number): number => {
      const mine = taken[which];
      if (mine?.has(at)) return free(at + step, step);
      mine?.add(at);
      return at;
    };
    told.push(
      converse(place, place.phone === null ? null : other, start, {
        chances,
        people,
        lumps,
        free,
        name: () => `e${++names}`,
        number: () => ++numbers,
        windows: (channel) => windowsOf(editions, channel),
      }),
    );
    return told.at(-1)?.events.length ?? 0;
  };
  let events = 0;
  const rush = (at: number) => {
    for (let i = 0; i < RUSH; i++) events += begin(at + chances.between(0, 1) * 10 * SECOND, LUMPS);
  };
  // So that edits find waits at every height of the chain.
  for (const { since } of editions.slice(1))
    for (const minutes of [1, 4, 7, 20]) rush(since - (since % SECOND) - minutes * MINUTE);
  while (events < wanted) {
    const at = momentBy(chances);
    if (chances.happens(0.2)) {
      rushes.push(at);
      rush(at);
    } else events += begin(at + chances.between(0, 999), 1);
  }
  return { told, rushes };
}

/** Mostly by day, also at night and on weekends. Whole seconds. */
function momentBy(chances: Chances): number {
  const day = MONTH.from + chances.between(0, 29) * DAY;
  const inDay = chances.happens(0.7) ? chances.between(9 * 3_600, 18 * 3_600) : chances.between(0, 86_399);
  // Leaves the chains time to end.
  return Math.min(day + inDay * SECOND, MONTH.to - 4 * HOUR);
}

/** Eight, of five minutes to two hours, by day or night. */
function outagesBy(chances: Chances): Outage[] {
  return Array.from({ length: 8 }, (_, i) => {
    const from =
      MONTH.from + (i * 3 + 2) * DAY + chances.between(8, 22) * HOUR + chances.between(0, 59) * MINUTE + 7;
    return { from, to: from + chances.between(5, 120) * MINUTE, catchUp: CATCH_UP };
  });
}

/** A channel's shortest and longest window of the month. */
function windowsOf(editions: readonly Edition[], { id }: ChannelTruth): { least: number; most: number } {
  const windows = editions.map(({ channels }) => channels.get(id)?.policy.breach ?? 0);
  return { least: Math.min(...windows), most: Math.max(...windows) };
}

/** What a gone channel is told arrives when it is back. */
function goneBy(editions: readonly Edition[]): (Span & { channel: string })[] {
  return editions.flatMap(({ since, channels }, i) => {
    const to = editions[i + 1]?.since ?? MONTH.to;
    const gone = [...channels.values()].filter((channel) => channel.gone);
    return gone.map(({ id }) => ({ channel: id, from: since, to }));
  });
}

/** Sometimes a server freezes around the third and fifth minute of a rush, when answers and steps meet. */
function freezesBy(chances: Chances, rushes: readonly number[], outages: readonly Outage[]): Freeze[] {
  const freezes = rushes
    .filter(() => chances.happens(0.5))
    .map((at, i): Freeze => {
      const from = at + chances.pick([110, 170, 290]) * SECOND + chances.between(0, 20) * SECOND + 3;
      const what = (['queue', 'engine', 'database'] as const)[i % 3] ?? 'queue';
      return { from, to: from + chances.between(3, 75) * SECOND, what };
    })
    .sort((a, b) => a.from - b.from);
  const apart = (a: Span, b: Span) => a.to + 2 * MINUTE < b.from || b.to + 2 * MINUTE < a.from;
  return freezes.filter(
    (freeze, i) =>
      outages.every((outage) => apart({ ...outage, to: outage.to + outage.catchUp }, freeze)) &&
      freezes.slice(0, i).every((before) => apart(before, freeze)),
  );
}

/** Some channels are silent for a while, then tell everything. */
function delaysBy(chances: Chances, channels: readonly string[]): (Span & { channel: string })[] {
  return Array.from({ length: 12 }, () => {
    const from = MONTH.from + chances.between(0, 28) * DAY + chances.between(7, 20) * HOUR;
    return { channel: chances.pick(channels), from, to: from + chances.between(10, 90) * MINUTE };
  });
}

/** Numbers what arrives in one instant. */
function numbered(deliveries: readonly Delivery[]): Delivery[] {
  let [last, receivedIndex] = [0, 0];
  return deliveries.map(({ arrivesAt, event }) => {
    receivedIndex = arrivesAt === last ? receivedIndex + 1 : 0;
    last = arrivesAt;
    return { arrivesAt, event: { ...event, receivedIndex } };
  });
}

interface Post {
  readonly chances: Chances;
  readonly company: CompanyTruth;
  readonly outages: readonly Outage[];
  readonly slow: readonly (Span & { readonly channel: string })[];
}

/** When an event reaches us: mostly at once, sometimes minutes late or after its answer, sometimes twice. */
function deliveriesOf(event: Event, post: Post): Delivery[] {
  const { chances } = post;
  const delays = [chances.happens(0.05) ? chances.between(2, 16) * LUMPS : chances.happens(0.1) ? SECOND : 0];
  if (chances.happens(0.08)) delays.push(chances.between(1, 30) * LUMPS);
  return delays.map((delay) => {
    const arrivesAt = arrival(event, event.at + delay, post);
    return { arrivesAt, event: { ...event, receivedAt: arrivesAt } };
  });
}

function arrival(event: Event, sentAt: number, { chances, company, outages, slow }: Post): number {
  const out = slow.reduce(
    (at, { channel, from, to }) => (channel === event.channel && from <= at && at < to ? to : at),
    sentAt,
  );
  const every = company.channels.get(event.channel)?.polledEvery ?? SECOND;
  const arrivesAt = Math.ceil(out / every) * every;
  const outage = outages.find(({ from, to }) => from <= arrivesAt && arrivesAt < to);
  if (!outage) return arrivesAt;
  // After an outage a polled channel is asked again; of the others half lay in the queue, half are told again.
  const ends = Math.ceil(outage.to / SECOND) * SECOND;
  if (every > SECOND) return ends + chances.between(0, outage.catchUp / SECOND - 1) * SECOND;
  return chances.happens(0.5) ? arrivesAt : ends + chances.between(0, 90) * SECOND;
}

/** «Я отошёл» and «Я на месте», a dozen times each person. */
function comings(chances: Chances, company: CompanyTruth): Press[] {
  return [...company.people.keys()].flatMap((by) =>
    Array.from({ length: 12 }, (): Press[] => {
      const at = momentBy(chances) + PRESSED;
      const until = at + chances.between(10, 240) * MINUTE;
      const away: Press = { at, by, press: 'away', until };
      return chances.happens(0.5)
        ? [away, { at: at + chances.between(5, 60) * MINUTE, by, press: 'back' }]
        : [away];
    }).flat(),
  );
}
