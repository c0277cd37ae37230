import { randomBytes } from 'node:crypto';
import { CONFIG_FORMAT } from '@otklik/channels';
import { type Config, formatFault, keptChannel, readConfig } from '@otklik/config';
import { type Backlog, type BacklogState, type Concern, type Event, holdFor } from '@otklik/domain';
import { rulesOf } from '@otklik/engine';
import {
  acknowledgeWait,
  type Commanded,
  comeBack,
  fireDue,
  followGoneChannels,
  followPeople,
  handOver,
  keepChannels,
  nextDueAt,
  noReplyNeeded,
  planAnew,
  recordEvents,
  renameChannels,
  type Store,
  stepOut,
} from '@otklik/store';
import { MONTH, yamlOf } from './company.ts';
import type { Tables } from './record.ts';
import type { Month } from './traffic.ts';
import {
  DAY,
  type Delivery,
  type Edition,
  type Freeze,
  HOUR,
  type Known,
  type Outage,
  type Played,
  type Press,
  SECOND,
  type Span,
} from './truth.ts';

/** As many as the engine takes. */
const MOST_EVENTS = 100;
const MOST_WAITS = 500;
const LONGEST_HOLD = 30 * SECOND;

/**
 * Plays the month in virtual time on the real store, by the services' own calls. During an outage nothing happens;
 * afterwards the queue is recorded first, then the clock starts, and a polled channel's alarms wait until it is read
 * to its end (law 7). While a server is frozen arrivals lie in the queue, and the clock knows what the engine's
 * would.
 */
export async function replay(month: Month, store: Store, tables: Tables): Promise<Played> {
  const [first, ...edits] = month.editions;
  let edition = first;
  let config = configOf(edition);
  const hearing = {
    changed: () => undefined,
    error: (error: Error) => {
      throw error;
    },
  };
  const live = await followPeople(store, hearing);
  const gone = await followGoneChannels(store, hearing);
  const rules = () => {
    const people = live.of(config.people);
    return rulesOf({ ...config, people, gone: gone.of(config.channels, people) });
  };
  const putInForce = async (next: Edition, now: number) => {
    edition = next;
    config = configOf(next);
    const renames = [...next.renamed].map(([from, to]) => ({ from, to, kind: 'webhook' }));
    await renameChannels(store, renames, rules(), now);
    await keepChannels(store, [...config.channels.values()].map(keptChannel), policyOf(config), now);
    await gone.refresh();
    await planAnew(store, rules(), now);
  };
  await putInForce(first, MONTH.from);
  const idNow = (channel: string) => edition.renamed.get(channel) ?? channel;
  const recorded = new Map<string, Known>();
  const absences = new Map<string, Span[]>();
  const takes: { wait: string; at: number }[] = [];
  const { deliveries, presses, outages, freezes } = month;
  const polled = [...first.channels.values()].flatMap(({ id, polledEvery }) =>
    polledEvery === null ? [] : [id],
  );
  let upSince = MONTH.from;
  /** Polled channels are being read to their end. */
  let catchingUp: Outage | undefined;
  /** The clock sleeps until then, unless woken. */
  let wakeAt = Number.POSITIVE_INFINITY;
  let [delivered, pressed] = [0, 0];
  let frozen: Freeze | undefined;
  /** Arrived, not yet recordable. */
  const inQueue: Delivery[] = [];
  let begun: BacklogState['begun'] = new Map();
  let hold: (Concern & Span) | null = null;
  let ableSince = MONTH.from;

  const keep = (event: Event, at: number) => {
    const key = `${event.channel}/${event.id}`;
    if (!recorded.has(key)) recorded.set(key, { event, recordedAt: at });
  };
  const record = async (now: number) => {
    while (arrivesNext() <= now) {
      inQueue.push(...deliveries.slice(delivered, delivered + 1));
      delivered += 1;
    }
    while (inQueue.length > 0) {
      const batch = inQueue.splice(0, MOST_EVENTS);
      for (const { event } of batch) keep(event, now);
      const { changes } = await recordEvents(
        store,
        batch.map(({ event }) => ({ ...event, channel: idNow(event.channel) })),
        rules(),
        now,
      );
      for (const { wait } of changes) wakeAt = Math.min(wakeAt, wait.due_at ?? Number.POSITIVE_INFINITY);
    }
  };
  const arrivesNext = () => deliveries[delivered]?.arrivesAt ?? Number.POSITIVE_INFINITY;
  const unread = () => (catchingUp ? polled.map(idNow) : []);
  const backlogs = (): Backlog[] => {
    if (frozen?.what === 'queue') return [{ source: 'queue', since: frozen.from, channels: null }];
    const [oldest] = inQueue;
    if (!oldest) return [];
    const channels = [...new Set(inQueue.map(({ event }) => idNow(event.channel)))];
    return [{ source: 'queue', since: oldest.arrivesAt, channels }];
  };
  /** What is held now, and until when at most. */
  const backlogAt = (now: number) => {
    const state = holdFor(backlogs(), begun, { now, ableSince });
    begun = state.begun;
    if (hold && hold.to === Number.POSITIVE_INFINITY) hold = { ...hold, to: now - 1 };
    if (state.held)
      hold = { from: hold?.to === now - 1 ? hold.from : now, to: Number.POSITIVE_INFINITY, ...state.held };
    const [since = now] = begun.values();
    return { ...state, ends: since + LONGEST_HOLD };
  };
  const look = async (now: number) => {
    const { held, ends } = backlogAt(now);
    const next = held?.channels === null ? null : await nextDueAt(store, unread(), held?.channels ?? []);
    wakeAt = Math.min(next ?? Number.POSITIVE_INFINITY, held ? ends : Number.POSITIVE_INFINITY);
  };
  const fire = async (now: number) => {
    for (;;) {
      const backlog = backlogAt(now);
      if (backlog.held?.channels === null) return look(now);
      const tick = await fireDue(store, rules(), {
        now,
        upSince,
        ableSince,
        held: hold && { ...hold, to: Math.min(hold.to, now) },
        standing: backlog.standing,
        unread: unread(),
        unrecorded: backlog.held?.channels ?? [],
        limit: MOST_WAITS,
      });
      if (tick.waits < MOST_WAITS) return look(now);
    }
  };
  const leave = (person: string, from: number, to: number) => {
    const spans = (absences.get(person) ?? []).map((span) => ({
      from: span.from,
      to: Math.min(span.to, from),
    }));
    absences.set(person, [...spans, { from, to }]);
  };
  const act = async (press: Press) => {
    const { at, by } = press;
    const { people } = edition;
    if (!people.has(by) || (press.press === 'hand_over' && !people.has(press.to))) return; // they have left
    if (press.press === 'away') {
      await stepOut(store, by, by, press.until, at);
      leave(by, at, press.until);
      return live.refresh();
    }
    if (press.press === 'back') {
      await comeBack(store, by, by, at);
      leave(by, at, at);
      return live.refresh();
    }
    const wait = await tables.openWait(idNow(press.channel), press.thread);
    if (wait === null) return;
    const done = await command(store, press, wait, rules());
    if (done.outcome === 'done' && press.press === 'take') takes.push({ wait, at });
    if (done.outcome === 'done' && press.press === 'no_reply_needed')
      keep(decisionOf(press.channel, press.thread, at), at);
  };

  const end = MONTH.to + 12 * HOUR;
  const down = [...outages];
  const freezing = [...freezes];
  for (let now = MONTH.from; ; ) {
    const arrives = arrivesNext();
    const pressAt = presses[pressed]?.at ?? Number.POSITIVE_INFINITY;
    const read = catchingUp ? catchingUp.to + catchingUp.catchUp : Number.POSITIVE_INFINITY;
    const thaws = frozen?.to ?? Number.POSITIVE_INFINITY;
    const freezesAt = freezing[0]?.from ?? Number.POSITIVE_INFINITY;
    const editedAt = edits[0]?.since ?? Number.POSITIVE_INFINITY;
    const next = Math.min(arrives, wakeAt, pressAt, read, thaws, freezesAt, editedAt);
    if (next > end) break;
    if (Math.floor(next / DAY) > Math.floor(now / DAY)) await tables.analyze();
    now = Math.max(now, next); // late arrivals were due before
    const [outage] = down;
    if (outage && now >= outage.from) {
      down.shift();
      now = outage.to;
      await record(now);
      upSince = ableSince = now;
      catchingUp = outage;
      while ((presses[pressed]?.at ?? Number.POSITIVE_INFINITY) < now) pressed += 1; // nobody could press anything
      await fire(now);
    } else if (next === editedAt) {
      const edit = edits.shift();
      if (edit) await putInForce(edit, now);
      await fire(now);
    } else if (next === freezesAt) {
      frozen = freezing.shift();
      if (frozen?.what !== 'database') continue;
      // Arrivals, presses and steps wait.
      now = ableSince = frozen.to;
      frozen = undefined;
      await record(now);
      while ((presses[pressed]?.at ?? Number.POSITIVE_INFINITY) < now) pressed += 1;
      await fire(now);
    } else if (next === thaws) {
      frozen = undefined;
      await record(now);
      await fire(now);
    } else if (next === arrives && frozen) {
      inQueue.push(...deliveries.slice(delivered, delivered + 1));
      delivered += 1;
      await look(now);
    } else if (next === arrives) await record(now);
    else if (next === read) {
      catchingUp = undefined;
      await fire(now);
    } else if (next === pressAt) {
      const press = presses[pressed];
      pressed += 1;
      if (press) await act(press);
      await look(now);
    } else {
      await look(now);
      if (wakeAt <= now) await fire(now);
    }
  }
  await live.close();
  await gone.close();
  return { known: [...recorded.values()], steppedOut: absences, takes, endedAt: end };
}

const policyOf = ({ policies }: Config) => {
  const policy = policies.get('default');
  if (!policy) throw new Error('the month has a default policy');
  return policy;
};

function configOf(company: Edition) {
  const env = { SECRET: `whsec_${randomBytes(32).toString('base64')}`, TOKEN: '123456:bot-token' };
  const deps = { env, readFile: () => '', now: MONTH.from };
  const read = readConfig(yamlOf(company), 'otklik.yaml', deps, CONFIG_FORMAT);
  if (!read.ok) throw new Error(read.faults.map(formatFault).join('\n'));
  return read.config;
}

function command(
  store: Store,
  press: Extract<Press, { thread: string }>,
  wait: string,
  rules: ReturnType<typeof rulesOf>,
): Promise<Commanded> {
  switch (press.press) {
    case 'take':
      return acknowledgeWait(store, rules, wait, press.by, press.at);
    case 'no_reply_needed':
      return noReplyNeeded(store, rules, wait, press.by, press.at);
    case 'hand_over':
      return handOver(store, rules, wait, press.by, press.to, press.at);
  }
}

/** As the checker needs it: that it was made, where and when. */
const decisionOf = (channel: string, thread: string, at: number): Event => ({
  kind: 'decision',
  decision: 'no_reply_needed',
  channel,
  thread,
  id: `decision at ${at}`,
  side: 'employee',
  author: { id: null, name: null, phone: null, email: null },
  at,
  atSource: 'arrival',
  receivedAt: at,
  seq: null,
});
