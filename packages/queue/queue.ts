import { withTimeout } from '@otklik/timing';
import type { Job as BullJob, Queue } from 'bullmq';
import { openProducer, openWorker, type Producer, type QueuePlace, UNTIL_DONE } from './backend.ts';

/** Providers get their answer within a second, and the spool needs a part of it. */
const ADD_WITHIN_MS = 500;
/** BullMQ waits without end for a Redis that was never there. */
const COUNT_WITHIN_MS = 2_500;
/** BullMQ may wait without end for a connection that is coming back. */
const CLOSE_WITHIN_MS = 2_000;

export interface JobQueue<Job> {
  /** Resolves when the job is durable. Rejects within `addWithinMs` when that is uncertain: the job may still arrive. */
  add(job: Job, withinMs?: number): Promise<void>;
  /**
   * Hands over what has arrived, at most `most` jobs at a time; they are done when the promise resolves. The jobs of
   * a failed batch come again, each alone, until they succeed: a bad one holds up no other (law 8).
   */
  consume(handle: (batch: readonly Job[]) => Promise<void>, most: number): Consumer;
  /** By state. Rejects within seconds when the backend does not answer. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /**
   * Jobs that are not done: waiting, or held by a worker, alive or dead. Of more than `most`, some of the oldest of
   * each state. Rejects within seconds when the backend does not answer.
   */
  unfinished(most: number): Promise<{ readonly jobs: readonly Job[]; readonly isAll: boolean }>;
  /** Waits at most two seconds for connections to close. */
  close(): Promise<void>;
}

export interface Consumer {
  held(): number;
  /** Takes nothing new and finishes what it holds; then as `JobQueue.close`. */
  close(): Promise<void>;
}

/** `addWithinMs`: how long an `add` may take. */
export function openQueue<Job>(
  name: string,
  place: QueuePlace,
  onError: (error: Error) => void,
  addWithinMs: number = ADD_WITHIN_MS,
): JobQueue<Job> {
  // Opened by the first add or count: a mere consumer needs no producer.
  let producer: Producer | null = null;
  const queue = async (): Promise<Queue> => {
    const opened = producer ?? openProducer(name, place, onError);
    producer = opened;
    try {
      await opened.ready;
    } catch (error) {
      if (producer === opened) {
        producer = null;
        void endSoon(opened, onError);
      }
      throw error;
    }
    return opened.queue;
  };
  return {
    add: async (job, withinMs = addWithinMs) => {
      const adding = queue().then((opened) => opened.add(name, job, UNTIL_DONE));
      await withTimeout(withinMs, adding);
    },
    consume: (handle, most) => consume(name, place, handle, most, onError),
    counts: () =>
      withTimeout(
        COUNT_WITHIN_MS,
        queue().then((opened) => opened.getJobCounts('waiting', 'active', 'delayed', 'failed')),
      ),
    unfinished: (most) =>
      withTimeout(
        COUNT_WITHIN_MS,
        queue().then((opened) => unfinishedOf<Job>(opened, most)),
      ),
    close: async () => {
      if (producer) await endSoon(producer, onError);
    },
  };
}

const UNFINISHED = ['active', 'waiting', 'delayed'] as const;

async function unfinishedOf<Job>(queue: Queue, most: number) {
  const counts = await queue.getJobCounts(...UNFINISHED);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return { jobs: [], isAll: true };
  if (total <= most) return { jobs: dataOf<Job>(await allOf(queue, most)), isAll: true };
  // Both backends list the newest first, whatever is asked for (BullMQ 6.7.0 on PostgreSQL).
  const some = Math.floor(most / UNFINISHED.length);
  const oldest = UNFINISHED.map((state) => {
    const count = counts[state] ?? 0;
    return count === 0 ? [] : queue.getJobs([state], Math.max(0, count - some), count - 1);
  });
  return { jobs: dataOf<Job>((await Promise.all(oldest)).flat()), isAll: false };
}

/**
 * BullMQ (6.7.0, on PostgreSQL) reads the states one after the other while jobs move. Reading them in the order in
 * which a job passes them finds it in one; the first look finds jobs that fail meanwhile and go back.
 */
async function allOf(queue: Queue, most: number): Promise<readonly (BullJob | undefined)[]> {
  const active = await queue.getJobs(['active'], 0, most);
  const others = await queue.getJobs(['delayed', 'waiting', 'active'], 0, most);
  return [...new Map([...active, ...others].map((job) => [job?.id, job])).values()];
}

/** A job that was done meanwhile is undefined. */
const dataOf = <Job>(jobs: readonly (BullJob | undefined)[]): Job[] =>
  jobs.flatMap((job) => (job ? [job.data as Job] : []));

interface Waiting<Job> {
  readonly job: Job;
  /** It failed before, perhaps through no fault of its own. */
  readonly again: boolean;
  done(): void;
  failed(error: unknown): void;
}

/** The next jobs in order; one that failed before comes alone. */
function nextBatch<Job>(waiting: Waiting<Job>[], most: number): Waiting<Job>[] {
  const firstAgain = waiting.findIndex(({ again }) => again);
  if (firstAgain === 0) return waiting.splice(0, 1);
  return waiting.splice(0, firstAgain > 0 ? Math.min(firstAgain, most) : most);
}

function consume<Job>(
  name: string,
  place: QueuePlace,
  handle: (batch: readonly Job[]) => Promise<void>,
  most: number,
  onError: (error: Error) => void,
): Consumer {
  const waiting: Waiting<Job>[] = [];
  const held = new Set<Promise<void>>();
  let busy = false;
  const pump = async () => {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) {
      const batch = nextBatch(waiting, most);
      try {
        await handle(batch.map(({ job }) => job));
        for (const { done } of batch) done();
      } catch (error) {
        onError(asError(error));
        for (const { failed } of batch) failed(error);
      }
    }
    busy = false;
  };
  const hold = (data: unknown, again: boolean): Promise<void> => {
    const holding = new Promise<void>((done, failed) => {
      waiting.push({ job: data as Job, again, done, failed }); // our own producer wrote it
      setImmediate(() => void pump()); // jobs that arrive in this turn join the batch
    }).finally(() => held.delete(holding));
    held.add(holding);
    return holding;
  };
  const worker = openWorker(name, place, most, hold, onError);
  return {
    held: () => held.size,
    close: async () => {
      const ended = worker.end();
      ended.catch(() => undefined); // reported below
      while (held.size > 0) await Promise.allSettled(held);
      await endSoon({ end: () => ended, abandon: worker.abandon }, onError);
    },
  };
}

/** A connection that does not close in time must not keep the process alive. */
async function endSoon(
  { end, abandon }: Pick<Producer, 'end' | 'abandon'>,
  onError: (error: Error) => void,
): Promise<void> {
  try {
    await withTimeout(CLOSE_WITHIN_MS, end());
  } catch (error) {
    onError(asError(error));
    abandon();
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
