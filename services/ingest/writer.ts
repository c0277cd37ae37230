import { type EpochMs, type Event, type EventKey, eventKey } from '@otklik/domain';
import type { JobQueue, Spool } from '@otklik/queue';
import type { Log, Metrics } from '@otklik/telemetry';

/** One job of the queue: what arrived together. */
export type EventJob = readonly Event[];

export interface Kept {
  readonly accepted: number;
  readonly duplicates: number;
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
/** Providers wait two seconds for their answer (law 8); to know a duplicate early is worth less. */
const ASK_FOR_MS = 500;

interface Waiting {
  readonly events: readonly Event[];
  kept(kept: Kept): void;
  failed(error: unknown): void;
}

/**
 * Gathers the requests that arrive while the last write is under way into one job: one fsync for all of them. The
 * engine's unique index is what counts an event once; here duplicates are found early, to say so in the answer and to
 * spare the queue.
 */
export function createWriter(world: World): EventWriter {
  const waiting: Waiting[] = [];
  const recent = new Set<EventKey>();
  let writing: Promise<void> | null = null;
  let queueIsDown = false;
  let closing = false;

  const remember = (key: EventKey) => {
    recent.add(key);
    if (recent.size > REMEMBERED) for (const oldest of recent) return void recent.delete(oldest);
  };

  async function freshOf(requests: readonly Waiting[]): Promise<Map<EventKey, Event>> {
    const fresh = new Map<EventKey, Event>();
    for (const { events } of requests) {
      for (const event of events) {
        const key = eventKey(event.channel, event.id);
        if (!recent.has(key) && !fresh.has(key)) fresh.set(key, event);
      }
    }
    if (fresh.size === 0) return fresh;
    try {
      const keys = [...fresh.values()].map(({ channel, id }) => ({ channel, id }));
      const known = await within(ASK_FOR_MS, world.known(keys));
      for (const { channel, id } of known) fresh.delete(eventKey(channel, id));
    } catch (error) {
      world.log.warn({ err: error }, 'could not ask which events are known; the engine will tell');
    }
    return fresh;
  }

  async function keep(job: EventJob): Promise<void> {
    if (job.length === 0) return;
    const skipped = queueIsDown; // until the spool is drained: so that events keep their order, and nobody waits for a time-out
    if (!skipped) {
      try {
        return await world.queue.add(job);
      } catch (error) {
        queueIsDown = true;
        world.log.error({ err: error }, 'the queue is down: events go to the local disk');
      }
    }
    try {
      await world.spool.add(job, job.length);
    } catch (error) {
      if (!skipped) throw error;
      await world.queue.add(job); // it may be back
    }
    world.metrics.spoolEvents.set(world.spool.events());
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const requests = takeUpTo(waiting, MOST_EVENTS_A_JOB);
      try {
        const fresh = await freshOf(requests);
        await keep([...fresh.values()]);
        for (const key of fresh.keys()) remember(key);
        const unclaimed = new Set(fresh.keys());
        for (const request of requests) request.kept(count(request.events, unclaimed));
      } catch (error) {
        for (const request of requests) request.failed(error);
      }
    }
    writing = null;
  }

  async function drain(): Promise<void> {
    if (world.spool.events() === 0) {
      queueIsDown = false; // the next write will tell
      return;
    }
    const drained = await world.spool.drain(async (job) => {
      if (closing) throw new Error('closing: the next start goes on with it');
      await world.queue.add(job);
    });
    if (drained && queueIsDown) world.log.info({}, 'the queue is back: nothing is left on the local disk');
    if (drained) queueIsDown = false;
    world.metrics.spoolEvents.set(world.spool.events());
  }

  let draining: Promise<void> | null = null;
  const startDrain = () => {
    draining ??= drain()
      .catch((error) => world.log.error({ err: error }, 'draining the spool failed'))
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
        writing ??= Promise.resolve().then(writeAll);
      }),
    close: async () => {
      closing = true;
      clearInterval(timer);
      await writing;
      await draining;
    },
  };
}

/** @throws when the answer has not come in time. What was asked goes on. */
async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
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
  const accepted = events.filter((event) => unclaimed.delete(eventKey(event.channel, event.id))).length;
  return { accepted, duplicates: events.length - accepted };
}
