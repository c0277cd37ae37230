import { join } from 'node:path';
import type { FromStaff } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { openQueue, type QueuePlace } from '@otklik/queue';
import { channelMemory, knownEvents, quarantine, type Store } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import type { FastifyInstance } from 'fastify';
import { createAccept } from './accept.ts';
import { hooks } from './hooks.ts';
import { startListeners } from './listeners.ts';
import { asidePosted, readPostedAgain } from './readAgain.ts';
import { keepSight } from './sight.ts';
import type { EventJob } from './spooledQueue.ts';
import { openWatchedSpool, reportSpooled } from './spoolReport.ts';
import { createWriter } from './writer.ts';

export type { EventJob };

export interface IngestDeps {
  config(): Config;
  store: Store;
  queue: QueuePlace;
  /** For the spool: one folder a process. */
  dataDir: string;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

export interface Ingest {
  /** Mounts `/hooks/{channel}`. */
  routes(app: FastifyInstance): Promise<void>;
  configChanged(): void;
  /** By name, what it needs to take events; each rejects while that is missing. */
  readonly needs: Readonly<Record<string, () => Promise<unknown>>>;
  close(): Promise<void>;
}

const SPOOL_FAULTS = {
  torn: 'the last line of a spool file was never finished, and never acknowledged',
  damaged: 'a spool file is damaged: its sound lines are given to the queue, the file stays as .damaged',
};

/** Takes in events: from webhooks, and from feeds that we read. */
export async function startIngest(deps: IngestDeps): Promise<Ingest> {
  const { log, metrics, store, now } = deps;
  const onError = (error: Error) => log.warn({ err: error }, 'queue');
  const events = openQueue<EventJob>('events', deps.queue, onError);
  const staff = openQueue<FromStaff>('staff', deps.queue, onError);
  // Connecting and creating the queue's tables takes a while: the first event must not wait for it.
  const reached = Promise.all([events.counts(), staff.counts()]).catch(onError);
  const spool = await openWatchedSpool(
    join(deps.dataDir, 'spool'),
    (file, fault) => log.warn({ file, fault }, SPOOL_FAULTS[fault]),
    () => reports.changed(),
  );
  const reports = reportSpooled({ ...deps, held: spool.held });
  const writer = createWriter({
    queue: events,
    spool,
    recorded: (keys) => knownEvents(store.db, keys),
    metrics,
    log,
  });
  // The engine tells this too, but it may be down.
  metrics.beforeReading(
    async () => {
      for (const [state, jobs] of Object.entries(await events.counts()))
        metrics.queueJobs.set({ queue: 'events', state }, jobs);
    },
    (error) => log.debug({ err: error }, 'metrics keep their last values'),
  );
  const accept = createAccept({ writer, staff, metrics });
  const sight = keepSight(deps);
  await reached;
  const listeners = startListeners({ ...deps, accept });
  const again = readPostedAgain({ ...deps, accept });
  return {
    routes: (app) =>
      hooks(app, {
        ...deps,
        accept,
        memory: (channel) => channelMemory(store, channel),
        setAside: async (channel, reason, request) => {
          await quarantine(store, asidePosted(channel, reason, request), now());
        },
      }),
    configChanged: () => listeners.follow(),
    needs: {
      [deps.queue.kind === 'redis' ? 'redis' : 'queue']: () => events.counts(),
      disk: () => spool.check(),
    },
    close: async () => {
      await sight.close();
      await listeners.close();
      await again.close();
      await writer.close();
      await reports.close();
      await events.close();
      await staff.close();
    },
  };
}
