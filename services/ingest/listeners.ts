import { type Feed, feedsOf, type Listener, type ListenerState } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs, Locale } from '@otklik/domain';
import {
  channelMemory,
  loadCursor,
  quarantine,
  recordedCalls,
  type Store,
  saveChannelState,
  saveCursor,
  saveNotices,
  tryLease,
  type WhyAside,
} from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { startLoop } from '@otklik/timing';
import type { Accept } from './accept.ts';
import { passOnAnswers } from './passOnAnswers.ts';
import { readToldAgain } from './readAgain.ts';

export interface ListenersDeps {
  config(): Config;
  store: Store;
  accept: Accept;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

export interface Listeners {
  /** Starts, stops and restarts listeners as the config asks now. */
  follow(): void;
  close(): Promise<void>;
}

const LEASE_EVERY_MS = 1_000;

interface Running {
  readonly fingerprint: string;
  stop(): Promise<void>;
}

/** One live connection per account, on the replica that holds its lease; the others stand by. */
export function startListeners(deps: ListenersDeps): Listeners {
  const running = new Map<string, Running>();
  const follow = () => {
    const wanted = new Map(feedsOf(deps.config()).map((feed) => [feed.name, feed]));
    for (const [name, { fingerprint, stop }] of running) {
      if (wanted.get(name)?.fingerprint === fingerprint) continue;
      running.delete(name);
      void stop().catch((error) => deps.log.error({ err: error, feed: name }, 'a listener did not stop'));
    }
    for (const [name, feed] of wanted) {
      if (!running.has(name)) running.set(name, keepListening(feed, deps));
    }
  };
  follow();
  return {
    follow,
    close: async () => {
      await Promise.all([...running.values()].map(({ stop }) => stop()));
    },
  };
}

function keepListening(feed: Feed, deps: ListenersDeps): Running {
  let stopped = false;
  let listener: Listener | null = null;
  const leasing = startLoop(
    async () => {
      const lease = await tryLease(deps.store, feed.name);
      if (!lease) return;
      if (!stopped) {
        listener = feed.start(listenerWorld(feed, deps));
        void lease.lost.then(() => listener?.stop());
        await Promise.all([passOnAnswers(feed, listener, deps), readToldAgain(feed.channel, listener, deps)]);
        listener = null;
      }
      await lease.release();
    },
    {
      everyMs: LEASE_EVERY_MS,
      failed: (error) =>
        deps.log.error({ err: error, feed: feed.name }, 'a listener ended; it is started again'),
    },
  );
  return {
    fingerprint: feed.fingerprint,
    stop: () => {
      stopped = true;
      listener?.stop();
      return leasing.close();
    },
  };
}

function listenerWorld(feed: Feed, deps: ListenersDeps) {
  const { store, log, now } = deps;
  return {
    deliver: deps.accept,
    recordedCalls: (calls: readonly { channel: string; id: string }[]) => recordedCalls(store.db, calls),
    missedByWebhook: (count: number) =>
      deps.metrics.missedByWebhook.inc({ channel: feed.channel ?? '' }, count),
    loadCursor: () => loadCursor(store, feed.name),
    saveCursor: (cursor: string) => saveCursor(store, feed.name, cursor),
    // A bot that only pings is no channel, and has a memory of its own.
    memory: channelMemory(store, feed.channel ?? feed.name),
    quarantine: async (body: unknown, reason: string, why: WhyAside = 'not_understood') => {
      const aside = { channel: feed.channel, source: feed.name, reason, why, form: 'told', body } as const;
      if (!(await quarantine(store, aside, now()))) return;
      deps.metrics.eventsRejected.inc({ channel: feed.channel ?? '', reason: why });
      log.warn({ feed: feed.name, reason, why }, 'what the provider sent is kept aside');
    },
    report: (state: ListenerState) => void report(feed, state, deps),
    now,
    log,
  };
}

async function report(feed: Feed, told: ListenerState, deps: ListenersDeps): Promise<void> {
  const state = inWords(told, deps.config().locale);
  const about = { feed: feed.name, problem: state.problem };
  if (state.up) deps.log.info(about, 'a listener is up');
  else deps.log.warn(about, 'a listener is down');
  const { channel } = feed;
  if (channel === null) return;
  deps.metrics.channelUp.set({ channel }, state.up ? 1 : 0);
  try {
    if (await saveChannelState(deps.store, { channel, ...state })) await announce(channel, state, deps);
  } catch (error) {
    deps.log.error({ err: error, channel }, 'could not write down how a channel stands');
  }
}

/** In the company's language. */
interface StateInWords {
  readonly up: boolean;
  readonly caughtUp: boolean;
  readonly problem: string | null;
  readonly gaps: readonly string[];
}

function inWords({ up, caughtUp, problem, gaps = [] }: ListenerState, locale: Locale): StateInWords {
  return { up, caughtUp, problem: problem?.[locale] ?? null, gaps: gaps.map((said) => said[locale]) };
}

/** By the company's webhook, as for waits. */
async function announce(channel: string, state: StateInWords, deps: ListenersDeps): Promise<void> {
  if (!deps.config().notify.webhook) return;
  const now = deps.now();
  const notice = {
    type: state.up ? ('channel.up' as const) : ('channel.down' as const),
    wait_id: null,
    channel,
    step: null,
    stage: null,
    recipient: null,
    transport: 'webhook' as const,
    due_at: now,
    late_reason: null,
    data: { problem: state.problem },
  };
  await saveNotices(deps.store.db, [notice], now);
}
