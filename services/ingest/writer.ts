import { type Event, type EventKey, eventKey } from '@otklik/domain';
import { gatherWrites } from './gatherWrites.ts';
import { createKnownEvents, type RecordedKeys } from './knownEvents.ts';
import { createSpooledQueue, type SpooledQueueDeps } from './spooledQueue.ts';
import { createThreadSubjects } from './threadSubjects.ts';

export interface Kept {
  readonly accepted: number;
  readonly duplicates: number;
  /** The accepted events. */
  readonly fresh: readonly Event[];
}

export interface EventWriter {
  /** Resolves when the events are durable (law 8): in the queue, or on the local disk when the queue is down. Rejects when neither took them. */
  write(events: readonly Event[]): Promise<Kept>;
  /** Waits until nothing is being written, and stops the drain of the spool. */
  close(): Promise<void>;
}

interface WriterDeps extends SpooledQueueDeps {
  readonly recorded: RecordedKeys;
}

/** A call of `write` that waits for its answer. */
interface Request {
  readonly events: readonly Event[];
  kept(kept: Kept): void;
  failed(error: unknown): void;
}

const MAX_EVENTS_PER_JOB = 500;
/** Writes at the same time: while one waits for its fsync, the next is put together. */
const MAX_WRITES = 3;

/**
 * Writes the requests that arrive together as one job: one fsync for all. The engine's unique index counts an event
 * once; here duplicates are found early, to say so in the answer and to spare the queue.
 */
export function createWriter(deps: WriterDeps): EventWriter {
  const queue = createSpooledQueue(deps, MAX_EVENTS_PER_JOB);
  const known = createKnownEvents(deps);
  const subjects = createThreadSubjects();

  /** Resolves to the events that are new, once they are durable. */
  async function writeNew(
    events: readonly Event[],
    fresh: ReadonlyMap<EventKey, Event>,
  ): Promise<ReadonlyMap<EventKey, Event>> {
    // With the queue down the database may be too, and the sender waits.
    const unknown = queue.isDown() ? fresh : await known.withoutRecorded(fresh);
    const isWritten = (key: EventKey) => unknown.has(key) || (known.isBeingWritten(key) && !fresh.has(key));
    const told = events.filter(({ channel, id }) => !isWritten(eventKey(channel, id)));
    const job = [...unknown.values(), ...subjects.newIn(told)];
    if (job.length > 0) await queue.add(job);
    subjects.remember(job);
    return unknown;
  }

  async function write(requests: readonly Request[]): Promise<void> {
    const events = requests.flatMap((request) => request.events);
    const { fresh, writtenElsewhere } = known.sift(events);
    const written = writeNew(events, fresh);
    known.rememberWhenWritten(fresh, written);
    try {
      const unclaimed = new Set((await written).keys());
      await Promise.all(writtenElsewhere);
      for (const request of requests) request.kept(count(request.events, unclaimed));
    } catch (error) {
      for (const request of requests) request.failed(error);
    }
  }

  const writes = gatherWrites<Request>(write, {
    sizeOf: ({ events }) => events.length,
    maxSize: MAX_EVENTS_PER_JOB,
    maxWrites: MAX_WRITES,
  });
  return {
    write: (events) => new Promise<Kept>((kept, failed) => writes.add({ events, kept, failed })),
    close: async () => {
      const drained = queue.close();
      await writes.flush();
      await drained;
    },
  };
}

/** Each fresh event is accepted once, for the request that brought it first. */
function count(events: readonly Event[], unclaimed: Set<EventKey>): Kept {
  const fresh = events.filter((event) => unclaimed.delete(eventKey(event.channel, event.id)));
  return { accepted: fresh.length, duplicates: events.length - fresh.length, fresh };
}
