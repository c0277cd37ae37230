import type { Event } from '@otklik/domain';
import type { JobQueue, Spool } from '@otklik/queue';
import type { Log, Metrics } from '@otklik/telemetry';
import { startLoop } from '@otklik/timing';

/** One job of the queue: what arrived together. */
export type EventJob = readonly Event[];

export interface SpooledQueueDeps {
  readonly queue: Pick<JobQueue<EventJob>, 'add'>;
  readonly spool: Spool<EventJob>;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The queue, and the local disk in its place while it is down. */
interface SpooledQueue {
  /** Resolves when the job is durable. Rejects when neither the queue nor the disk took it. */
  add(job: EventJob): Promise<void>;
  /** True from a failure of the queue until the spool is empty again, so that events keep their order and no sender waits for a timeout. */
  isDown(): boolean;
  /** Stops the drain after the job that is being given to the queue; the next start goes on with the rest. */
  close(): Promise<void>;
}

const DRAIN_EVERY_MS = 500;
/** Longer than for a fresh event: no sender waits for this, and a connection that comes back takes a moment. */
const DRAIN_WITHIN_MS = 3_000;

export function createSpooledQueue(
  { queue, spool, metrics, log }: SpooledQueueDeps,
  maxEventsPerJob: number,
): SpooledQueue {
  let isDown = false;
  let closing = false;
  const showSpooled = () => metrics.spoolEvents.set(spool.events());

  async function addToSpool(job: EventJob): Promise<void> {
    await spool.add(job, job.length);
    showSpooled();
  }

  async function add(job: EventJob): Promise<void> {
    if (isDown) {
      // When the disk takes nothing, the queue may be back.
      return addToSpool(job).catch(() => queue.add(job));
    }
    try {
      await queue.add(job);
    } catch (error) {
      isDown = true;
      log.error({ err: error }, 'the queue is down: events go to the local disk');
      await addToSpool(job);
    }
  }

  /** In few large jobs, so that catching up after a long outage takes seconds. */
  async function giveToQueue(jobs: readonly EventJob[]): Promise<void> {
    for (const job of chunksOf(jobs.flat(), maxEventsPerJob)) {
      if (closing) throw new Error('closing: the next start goes on with it');
      await queue.add(job, DRAIN_WITHIN_MS);
    }
  }

  async function drain(): Promise<void> {
    if (spool.events() === 0) {
      isDown = false; // the next write will tell
      return;
    }
    const isEmpty = await spool.drain(giveToQueue);
    if (isEmpty && isDown) log.info({}, 'the queue is back: nothing is left on the local disk');
    if (isEmpty) isDown = false;
    showSpooled();
  }

  const draining = startLoop(drain, {
    everyMs: DRAIN_EVERY_MS,
    failed: (error) => log.error({ err: error }, 'draining the spool failed'),
  });
  return {
    add,
    isDown: () => isDown,
    close: () => {
      closing = true;
      return draining.close();
    },
  };
}

function* chunksOf<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}
