import { type EpochMs, type Event, type EventKey, eventKey } from '@otklik/domain';
import type { JobQueue, Spool } from '@otklik/queue';
import type { Log, Metrics } from '@otklik/telemetry';
import { withTimeout } from '@otklik/timing';

/** One job of the queue: what arrived together. */
export type EventJob = readonly Event[];

export interface Kept {
  readonly accepted: number;
  readonly duplicates: number;
  /** Which were accepted. */
  readonly fresh: readonly Event[];
}

export interface EventWriter {
  /** Resolves when the events are durable (law 8): in the queue, or on the local disk when the queue is down. Rejects when neither took them. */
  write(events: readonly Event[]): Promise<Kept>;
  /** Waits until nothing is being written, and stops the drain of the spool. */
  close(): Promise<void>;
}

interface World {
  readonly queue: Pick<JobQueue<EventJob>, 'add'>;
  readonly spool: Spool<EventJob>;
  /** Which of these are on record already. May fail or be slow: then nothing is taken for known. */
  readonly known: (
    keys: readonly { channel: string; id: string }[],
  ) => Promise<readonly { channel: string; id: string }[]>;
  readonly metrics: Metrics;
  readonly log: Log;
  now(): EpochMs;
}

const MOST_EVENTS_A_JOB = 500;
const REMEMBERED = 50_000;
const DRAIN_EVERY_MS = 500;
/** Nobody waits for what is on the disk already, and a connection that comes back takes a moment. */
const DRAIN_WITHIN_MS = 3_000;
/** Providers wait two seconds for their answer (law 8), and we keep within one; to know a duplicate early is worth less. */
const ASK_FOR_MS = 250;

interface Waiting {
  readonly events: readonly Event[];
  kept(kept: Kept): void;
  failed(error: unknown): void;
}

/** Writes under way at the same time: while one waits for its fsync, the next is being put together. */
const MOST_WRITES = 3;

/**
 * Gathers the requests that arrive while other writes are under way into one job: one fsync for all of them. The
 * engine's unique index is what counts an event once; here duplicates are found early, to say so in the answer and to
 * spare the queue.
 */
export function createWriter(deps: World): EventWriter {
  const waiting: Waiting[] = [];
  const recent = new Set<EventKey>();
  /** Events whose write is under way: a second delivery of one is acknowledged only when the first is durable. */
  const underWay = new Map<EventKey, Promise<void>>();
  const writes = new Set<Promise<void>>();
  let scheduled = false;
  let queueIsDown = false;
  let closing = false;

  /** What was last passed on of each thread beside its events: see {@link aboutOf}. */
  const told = new Map<string, string>();

  /** Of these events the ones that are known, and say of their thread what was not passed on yet. */
  function retoldOf(
    requests: readonly Waiting[],
    { fresh, unknown }: Record<'fresh' | 'unknown', ReadonlyMap<EventKey, Event>>,
  ): Map<string, Event> {
    const retold = new Map<string, Event>();
    for (const event of requests.flatMap(({ events }) => events)) {
      const about = aboutOf(event);
      if (about === null) continue;
      const key = eventKey(event.channel, event.id);
      const isWritten = unknown.has(key) || (underWay.has(key) && !fresh.has(key));
      if (isWritten) continue;
      if (told.get(placeOf(event)) !== about) retold.set(placeOf(event), event);
    }
    return retold;
  }
  const rememberAbout = (events: readonly Event[]) => {
    for (const event of events) {
      const about = aboutOf(event);
      if (about === null) continue;
      told.delete(placeOf(event));
      told.set(placeOf(event), about);
    }
    for (const oldest of told.keys()) {
      if (told.size <= REMEMBERED) break;
      told.delete(oldest);
    }
  };

  const remember = (key: EventKey) => {
    recent.add(key);
    if (recent.size > REMEMBERED) for (const oldest of recent) return void recent.delete(oldest);
  };

  /** Not yet known here; those that are under way elsewhere come back as promises to wait for. */
  function unknownOf(requests: readonly Waiting[]): {
    fresh: Map<EventKey, Event>;
    others: Set<Promise<void>>;
  } {
    const fresh = new Map<EventKey, Event>();
    const others = new Set<Promise<void>>();
    for (const { events } of requests) {
      for (const event of events) {
        const key = eventKey(event.channel, event.id);
        const other = underWay.get(key);
        if (other) others.add(other);
        else if (!recent.has(key) && !fresh.has(key)) fresh.set(key, event);
      }
    }
    return { fresh, others };
  }

  /** Takes out what is on record already. */
  async function withoutKnown(fresh: Map<EventKey, Event>): Promise<Map<EventKey, Event>> {
    if (fresh.size === 0 || queueIsDown) return fresh; // one trouble seldom comes alone, and an answer is waited for
    try {
      const keys = [...fresh.values()].map(({ channel, id }) => ({ channel, id }));
      const found = await withTimeout(ASK_FOR_MS, deps.known(keys));
      const known = new Set(found.map(({ channel, id }) => eventKey(channel, id)));
      return known.size === 0 ? fresh : new Map([...fresh].filter(([key]) => !known.has(key)));
    } catch (error) {
      deps.log.warn({ err: error }, 'could not ask which events are known; the engine will tell');
      return fresh;
    }
  }

  async function keep(job: EventJob): Promise<void> {
    if (job.length === 0) return;
    const skipped = queueIsDown; // until the spool is drained: so that events keep their order, and nobody waits for a time-out
    if (!skipped) {
      try {
        return await deps.queue.add(job);
      } catch (error) {
        queueIsDown = true;
        deps.log.error({ err: error }, 'the queue is down: events go to the local disk');
      }
    }
    try {
      await deps.spool.add(job, job.length);
    } catch (error) {
      if (!skipped) throw error;
      await deps.queue.add(job); // it may be back
    }
    deps.metrics.spoolEvents.set(deps.spool.events());
  }

  async function writeSome(): Promise<void> {
    const requests = takeUpTo(waiting, MOST_EVENTS_A_JOB);
    const { fresh, others } = unknownOf(requests);
    const written = (async () => {
      const unknown = await withoutKnown(fresh);
      const job = [...unknown.values(), ...retoldOf(requests, { fresh, unknown }).values()];
      await keep(job);
      rememberAbout(job);
      return unknown;
    })();
    const done = written.then(() => undefined);
    done.catch(() => undefined); // whoever waits for it is told below
    for (const key of fresh.keys()) underWay.set(key, done);
    try {
      const unknown = await written;
      for (const key of fresh.keys()) remember(key);
      await Promise.all(others);
      const unclaimed = new Set(unknown.keys());
      for (const request of requests) request.kept(count(request.events, unclaimed));
    } catch (error) {
      for (const request of requests) request.failed(error);
    } finally {
      for (const key of fresh.keys()) underWay.delete(key);
    }
  }

  /** In the next turn of the loop, so that what arrives in this one goes along. */
  function schedule(): void {
    if (scheduled || waiting.length === 0 || writes.size >= MOST_WRITES) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (waiting.length === 0) return;
      const write: Promise<void> = writeSome().finally(() => {
        writes.delete(write);
        schedule();
      });
      writes.add(write);
      schedule();
    });
  }

  async function drain(): Promise<void> {
    if (deps.spool.events() === 0) {
      queueIsDown = false; // the next write will tell
      return;
    }
    const drained = await deps.spool.drain(async (jobs) => {
      // Few big jobs in place of many small ones: after a long stall, catching up takes seconds.
      for (const job of inChunks(jobs.flat(), MOST_EVENTS_A_JOB)) {
        if (closing) throw new Error('closing: the next start goes on with it');
        await deps.queue.add(job, DRAIN_WITHIN_MS);
      }
    });
    if (drained && queueIsDown) deps.log.info({}, 'the queue is back: nothing is left on the local disk');
    if (drained) queueIsDown = false;
    deps.metrics.spoolEvents.set(deps.spool.events());
  }

  let draining: Promise<void> | null = null;
  const startDrain = () => {
    draining ??= drain()
      .catch((error) => deps.log.error({ err: error }, 'draining the spool failed'))
      .finally(() => {
        draining = null;
      });
  };
  startDrain();
  const timer = setInterval(startDrain, DRAIN_EVERY_MS);

  return {
    write: (events) =>
      new Promise<Kept>((kept, failed) => {
        waiting.push({ events, kept, failed });
        schedule();
      }),
    close: async () => {
      closing = true;
      clearInterval(timer);
      while (waiting.length > 0 || writes.size > 0) {
        schedule();
        await (writes.size > 0 ? Promise.all(writes) : new Promise((resolve) => setImmediate(resolve)));
      }
      await draining;
    },
  };
}

const placeOf = ({ channel, thread }: Event): string => `${channel}\n${thread}`;

/**
 * What an event says its thread is about, with the client's name. A provider's list may say it of an event that its
 * webhook told without: then the second delivery is worth passing on. null when it says nothing.
 */
function aboutOf(event: Event): string | null {
  const subject = 'subject' in event ? event.subject : undefined;
  return subject === undefined ? null : JSON.stringify([subject, event.author.name]);
}

function* inChunks<T>(all: readonly T[], most: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += most) yield all.slice(start, start + most);
}

/** Whole requests, at least one, together at most `most` events. */
function takeUpTo(waiting: Waiting[], most: number): Waiting[] {
  let events = 0;
  let requests = 0;
  for (const request of waiting) {
    events += request.events.length;
    if (requests > 0 && events > most) break;
    requests += 1;
  }
  return waiting.splice(0, requests);
}

/** Each fresh event is accepted once, for the request that brought it first. */
function count(events: readonly Event[], unclaimed: Set<EventKey>): Kept {
  const fresh = events.filter((event) => unclaimed.delete(eventKey(event.channel, event.id)));
  return { accepted: fresh.length, duplicates: events.length - fresh.length, fresh };
}
