import { type Config, formerIds } from '@otklik/config';
import { type EpochMs, type Event, SECOND } from '@otklik/domain';
import { quarantine, recordEvents, type Store, sawChannels } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { rulesOf } from './rules.ts';

export interface BatchDeps {
  config(): Config;
  store: Store;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
  stopping: AbortSignal;
}

const RETRY_MS = [100, 200, 500, 1_000, 2_000];

/**
 * Records jobs. Resolves at commit, retrying while the database is away. Quarantines an event that cannot be recorded;
 * the others go on.
 */
export async function handleBatch(jobs: readonly (readonly Event[])[], deps: BatchDeps): Promise<void> {
  const events = jobs.flat();
  for (let attempt = 0; ; attempt++) {
    try {
      return await record(events, deps);
    } catch (error) {
      if (isFault(error)) return recordApart(events, deps, error);
      if (deps.stopping.aborted) throw error; // the jobs go back to the queue
      deps.log.warn(
        { err: error, events: events.length },
        'a batch could not be recorded; it is tried again',
      );
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
    }
  }
}

/** Bisects to the faulty event. */
async function recordApart(events: readonly Event[], deps: BatchDeps, error: unknown): Promise<void> {
  if (events.length > 1) {
    const middle = events.length >> 1;
    await handleBatch([events.slice(0, middle)], deps);
    return handleBatch([events.slice(middle)], deps);
  }
  const [event] = events;
  if (!event) return;
  deps.log.error(
    { err: error, channel: event.channel, event: event.id },
    'an event could not be recorded and was set aside',
  );
  const reason = error instanceof Error ? error.message : String(error);
  const aside = {
    channel: event.channel,
    source: event.channel,
    reason,
    form: 'event',
    body: event,
  } as const;
  await quarantine(deps.store, aside, deps.now());
}

/** So late, it was said while we were away: the channel is catching up. */
const OLD_MS = 30 * SECOND;

async function record(events: readonly Event[], deps: BatchDeps): Promise<void> {
  const { store, metrics, now } = deps;
  const config = deps.config();
  const recorded = await recordEvents(store, underPresentIds(events, config), rulesOf(config), now());
  const at = now();
  for (const event of events) metrics.processing.observe((at - event.receivedAt) / SECOND);
  for (const { channel, side, at: said, at_source, received_at } of recorded.fresh)
    if (side === 'client' && at_source === 'provider')
      metrics.deliveryLag.observe({ channel }, Math.max(0, received_at - said) / SECOND);
  const lastAt = new Map<string, EpochMs>();
  const progressAt = new Map<string, EpochMs>();
  for (const { channel, received_at, at: said, at_source } of recorded.fresh) {
    lastAt.set(channel, Math.max(received_at, lastAt.get(channel) ?? 0));
    if (at_source === 'provider' && received_at - said > OLD_MS) progressAt.set(channel, at);
  }
  for (const [channel, last] of lastAt) metrics.channelLastEvent.set({ channel }, last / SECOND);
  await sawChannels(store, lastAt, progressAt);
}

/** Events queued or spooled under a former id count under the present one (law 1). */
function underPresentIds(events: readonly Event[], config: Config): readonly Event[] {
  const present = formerIds(config);
  if (present.size === 0) return events;
  return events.map((event) => ({ ...event, channel: present.get(event.channel) ?? event.channel }));
}

/** SQLSTATE classes that no retry mends: in the data (22, 23) or our own checks. */
function isFault(error: unknown): boolean {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null)
    return !(error instanceof Error && /timeout|terminated|ECONN|connect/i.test(error.message));
  return /^(22|23|P0)/.test(code);
}
