import type { Queue } from 'bullmq';
import { openProducer, openWorker, type QueuePlace } from './backend.ts';

/** A durable queue of jobs of one type. */
export interface JobQueue<Job> {
  /** Resolves when the job is durable. Rejects within seconds when it could not be kept. */
  add(job: Job): Promise<void>;
  /** Hands over what has arrived, in batches of at most `most` jobs; a job is done when the promise of its batch is. */
  consume(handle: (batch: readonly Job[]) => Promise<void>, most: number): Consumer;
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface Consumer {
  /** How many jobs this consumer holds now. */
  held(): number;
  /** Takes nothing new, finishes what it holds. */
  close(): Promise<void>;
}

export function openQueue<Job>(
  name: string,
  place: QueuePlace,
  onError: (error: Error) => void,
): JobQueue<Job> {
  // Opened by the first who adds or counts: a process that only consumes needs no producer.
  let producer: { queue: Queue; end(): Promise<void> } | null = null;
  const queue = () => {
    producer ??= openProducer(name, place, onError);
    return producer.queue;
  };
  return {
    add: async (job) => {
      await queue().add(name, job, { removeOnComplete: true, removeOnFail: false });
    },
    consume: (handle, most) => consume(name, place, handle, most, onError),
    counts: () => queue().getJobCounts('waiting', 'active', 'delayed', 'failed'),
    close: async () => {
      await producer?.end();
    },
  };
}

function consume<Job>(
  name: string,
  place: QueuePlace,
  handle: (batch: readonly Job[]) => Promise<void>,
  most: number,
  onError: (error: Error) => void,
): Consumer {
  const waiting: { job: Job; done(): void; failed(error: unknown): void }[] = [];
  let held = 0;
  let busy = false;
  const pump = async () => {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        await handle(batch.map(({ job }) => job));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    busy = false;
  };
  const { end } = openWorker(
    name,
    place,
    most,
    async (data) => {
      held += 1;
      try {
        await new Promise<void>((done, failed) => {
          waiting.push({ job: data as Job, done, failed }); // our own producer wrote it
          setImmediate(() => void pump()); // let the jobs that arrive in this turn of the loop join the batch
        });
      } finally {
        held -= 1;
      }
    },
    onError,
  );
  return { held: () => held, close: end };
}
