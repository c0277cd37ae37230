import type { Config } from '@otklik/config';
import {
  type EpochMs,
  HOUR,
  type Inactivity,
  inactivityOf,
  isWorking,
  MINUTE,
  newNotice,
  type Rhythm,
  SECOND,
} from '@otklik/domain';
import { channelStates, rhythms, type Store, saveInactivity, saveNotices } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { silent } from '@otklik/texts';
import { startLoop } from '@otklik/timing';

interface InactivityDeps {
  config(): Config;
  store: Store;
  log: Log;
  now(): EpochMs;
}

/** Four weeks' rhythm hardly changes. */
const LEARN_EVERY_MS = HOUR;
/** A short outage of the database must not cost a minute. */
const RETRY_MS = 5 * SECOND;

/** Checks which channels fell silent or are heard again. */
export function watchInactivity(deps: InactivityDeps, everyMs: number = MINUTE): { close(): Promise<void> } {
  let known: { at: EpochMs; rhythms: Map<string, Rhythm> } | null = null;
  return startLoop(
    async () => {
      const now = deps.now();
      if (known === null || now - known.at >= LEARN_EVERY_MS)
        known = { at: now, rhythms: await rhythms(deps.store, deps.config().timezone, now) };
      await lookAt(known.rhythms, deps, now);
    },
    {
      everyMs,
      retryMs: RETRY_MS,
      failed: (error) =>
        deps.log.error(
          { err: error },
          'it is not known whether a channel is silent; it is looked again soon',
        ),
    },
  );
}

async function lookAt(known: ReadonlyMap<string, Rhythm>, deps: InactivityDeps, now: EpochMs): Promise<void> {
  const config = deps.config();
  const states = await channelStates(deps.store);
  const { calendar, timezone } = config;
  // A holiday: work at this hour a week before or after, but not now.
  const isOff = (at: EpochMs) =>
    calendar !== null &&
    !isWorking(calendar, at) &&
    (isWorking(calendar, at - 7 * 24 * HOUR) || isWorking(calendar, at + 7 * 24 * HOUR));
  for (const { id } of config.channels.values()) {
    const state = states.get(id);
    const rhythm = known.get(id);
    // A channel that is down is known already.
    const silence =
      state === undefined || rhythm === undefined || state.up === false
        ? null
        : inactivityOf(rhythm, state.last_event_at, now, timezone, isOff);
    if (silence !== null) deps.log.info({ channel: id, usual: silence.usualPerHour }, 'a channel is silent');
    if (await saveInactivity(deps.store, id, silence)) await announce(id, silence, config, deps.store, now);
  }
}

/** As for a connection that is down: by the company's webhook. */
async function announce(
  channel: string,
  silence: Inactivity | null,
  config: Config,
  store: Store,
  now: EpochMs,
): Promise<void> {
  if (!config.notify.webhook) return;
  const notice = newNotice({
    type: silence === null ? 'channel.up' : 'channel.down',
    channel,
    transport: 'webhook',
    due_at: now,
    data:
      silence === null
        ? { problem: null }
        : {
            problem: silent(silence.usualPerHour, now - silence.since)[config.locale],
            usual_per_hour: silence.usualPerHour,
            silent_seconds: Math.round((now - silence.since) / 1_000),
          },
  });
  await saveNotices(store.db, [notice], now);
}
