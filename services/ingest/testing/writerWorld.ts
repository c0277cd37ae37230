import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Event } from '@otklik/domain';
import { openSpool } from '@otklik/queue';
import { createLog, createMetrics } from '@otklik/telemetry';
import { temporaryDirectory } from '@otklik/testing';
import type { EventJob } from '../spooledQueue.ts';
import { createWriter, type Kept } from '../writer.ts';

type Recorded = Parameters<typeof createWriter>[0]['recorded'];

/** A client's message that differs by its id alone. */
export const message = (id: string, more: Partial<Event> = {}): Event => ({ ...plain(id), ...more }) as Event;

const plain = (id: string): Event => ({
  channel: 'site',
  id,
  thread: 'chat-42',
  side: 'client',
  author: { id: 'u7', name: 'Иван', phone: null, email: null },
  at: 1_000,
  atSource: 'provider',
  receivedAt: 1_000,
  seq: null,
  kind: 'message',
  text: 'Здравствуйте!',
  wording: null,
  link: null,
});

/** What the sender is told. */
function counted({ accepted, duplicates, fresh }: Kept): Omit<Kept, 'fresh'> {
  assert.equal(fresh.length, accepted);
  return { accepted, duplicates };
}

/** A writer over a scripted queue and a real spool. */
export async function startWriter({ recorded = async () => [] }: { recorded?: Recorded } = {}) {
  const directory = await temporaryDirectory();
  const folder = join(directory.path, 'spool');
  const queue = {
    jobs: [] as EventJob[],
    asked: 0,
    /** Runs before the queue takes a job; rejects while the queue is down. */
    before: async (): Promise<void> => undefined,
    add: async (job: EventJob) => {
      queue.asked++;
      await queue.before();
      queue.jobs.push(job);
    },
  };
  const metrics = createMetrics('test');
  const open = async () => {
    const spool = await openSpool<EventJob>(folder, () => undefined);
    const log = createLog('silent');
    const made = createWriter({ queue, spool, recorded, metrics, log });
    return {
      spool,
      ...made,
      keep: made.write,
      write: async (events: readonly Event[]) => counted(await made.write(events)),
    };
  };
  const writer = await open();
  const closings = [writer.close];
  return {
    ...writer,
    folder,
    queue,
    write: (...ids: string[]) => writer.write(ids.map((id) => message(id))),
    writeEvents: writer.write,
    /** Another process on the same folder. */
    again: async () => {
      const next = await open();
      closings.push(next.close);
      return next;
    },
    queued: () => queue.jobs.map((job) => job.map(({ id }) => id)),
    spooled: async () => (await metrics.spoolEvents.get()).values[0]?.value,
    [Symbol.asyncDispose]: async () => {
      for (const close of closings) await close();
      await directory.remove();
    },
  };
}
