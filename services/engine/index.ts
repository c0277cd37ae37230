import { type Config, isChannelGone } from '@otklik/config';
import { type EpochMs, type Event, SECOND } from '@otklik/domain';
import { openQueue, type QueuePlace } from '@otklik/queue';
import { channelStates, keptAsideCounts, openWaitGauges, type Store, settleHandles } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { withTimeout } from '@otklik/timing';
import { watchBacklog } from './backlog.ts';
import { handleBatch } from './batches.ts';
import { startClock } from './clock.ts';
import { foldCounts, tellCounts } from './counts.ts';
import { watchHistory } from './history.ts';
import { watchInactivity } from './inactivity.ts';
import { startPlanning } from './planning.ts';
import { startRetention } from './retention.ts';

export { type DemoMark, rulesOf } from './rules.ts';

export interface EngineDeps {
  config(): Config;
  store: Store;
  queue: QueuePlace;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
  isIngest: boolean;
}

export interface Engine {
  /** By name, each with a probe that fails while it is down. */
  readonly needs: Readonly<Record<string, () => Promise<unknown>>>;
  configChanged(): void;
  close(): Promise<void>;
}

/** Jobs per transaction. */
const MOST_JOBS = 100;
const ASK_WITHIN_MS = 2 * SECOND;

/** Records the queue's events as waits, and fires due steps. */
export async function startEngine(deps: EngineDeps): Promise<Engine> {
  const { log, metrics, store, now } = deps;
  const stopping = new AbortController();
  const joins = await settleHandles(store, provingPhones(deps.config()), now());
  if (joins > 0)
    log.warn(
      { joins },
      'clients were joined by numbers or addresses that they only typed: they stay joined, review them on the board under Clients',
    );
  const queue = openQueue<readonly Event[]>('events', deps.queue, (error) =>
    log.warn({ err: error }, 'queue'),
  );
  const planning = startPlanning(deps);
  const consumer = queue.consume(async (jobs) => {
    const { channels } = deps.config();
    await handleBatch(jobs, { ...deps, stopping: stopping.signal });
    // Replans what outdated rules recorded.
    if (deps.config().channels !== channels) planning.soon();
  }, MOST_JOBS);
  const queueCaughtUp = async () => {
    const { waiting = 0, delayed = 0 } = await withTimeout(ASK_WITHIN_MS, queue.counts());
    return waiting + delayed === 0;
  };
  const history = await watchHistory({ ...deps, queueCaughtUp });
  const { look: backlog } = watchBacklog({ ...deps, queue });
  const clock = await startClock({ ...deps, backlog });
  const beforeReading = (collect: () => Promise<void>) =>
    metrics.beforeReading(collect, (error) => log.debug({ err: error }, 'metrics keep their last values'));
  beforeReading(async () => {
    for (const [state, jobs] of Object.entries(await queue.counts()))
      metrics.queueJobs.set({ queue: 'events', state }, jobs);
  });
  beforeReading(() => tellCounts(store, deps.config(), metrics));
  beforeReading(() => collectWaits(store, metrics, deps.config(), now()));
  beforeReading(() => collectChannels(store, metrics, deps.config()));
  const retention = startRetention(deps);
  const silence = watchInactivity(deps);
  const counts = foldCounts(deps);
  return {
    needs: { [deps.queue.kind === 'redis' ? 'redis' : 'queue']: () => queue.counts() },
    configChanged: planning.soon,
    close: async () => {
      await planning.close();
      await clock.close();
      await history.close();
      await retention.close();
      await silence.close();
      await counts.close();
      stopping.abort();
      await consumer.close();
      await queue.close();
    },
  };
}

/** Channels whose provider tells all numbers; nobody types them. */
const provingPhones = ({ channels }: Config): string[] =>
  [...channels.values()].filter(({ provesPhones }) => provesPhones).map(({ id }) => id);

async function collectWaits(store: Store, metrics: Metrics, config: Config, now: EpochMs): Promise<void> {
  const open = await openWaitGauges(store); // before the reset: the last values stay while the database hangs
  metrics.waitsOpen.reset();
  metrics.waitsOfGone.reset();
  metrics.oldestWait.reset();
  const oldest = new Map<string, EpochMs>();
  for (const row of open) {
    metrics.waitsOpen.set({ channel: row.channel, owner: row.owner, stage: row.stage }, row.waits);
    if (isChannelGone(config, row.channel)) metrics.waitsOfGone.inc({ channel: row.channel }, row.waits);
    const key = `${row.channel}\n${row.owner}`;
    oldest.set(key, Math.min(row.oldest, oldest.get(key) ?? row.oldest));
  }
  for (const [key, openedAt] of oldest) {
    const [channel = '', owner = ''] = key.split('\n');
    metrics.oldestWait.set({ channel, owner }, (now - openedAt) / SECOND);
  }
}

async function collectChannels(store: Store, metrics: Metrics, { channels }: Config): Promise<void> {
  for (const { channel, up, last_event_at, silent_since } of (await channelStates(store)).values()) {
    // A channel that is gone has no state, only open waits.
    if (!channels.has(channel)) {
      for (const gauge of [metrics.channelUp, metrics.channelSilent, metrics.channelLastEvent])
        gauge.remove({ channel });
      continue;
    }
    if (up !== null) metrics.channelUp.set({ channel }, up ? 1 : 0);
    metrics.channelSilent.set({ channel }, silent_since === null ? 0 : 1);
    if (last_event_at !== null) metrics.channelLastEvent.set({ channel }, last_event_at / SECOND);
  }
  metrics.quarantined.reset();
  for (const [channel, kept] of await keptAsideCounts(store)) metrics.quarantined.set({ channel }, kept);
}
