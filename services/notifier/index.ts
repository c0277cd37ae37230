import type { FromStaff } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { type DurationMs, type EpochMs, MINUTE, type Transport } from '@otklik/domain';
import { openQueue, type QueuePlace } from '@otklik/queue';
import {
  askForUnheard,
  type ClockRules,
  createGuesses,
  duePartsOfOutbox,
  type LivePeople,
  listen,
  nextNoticeAt,
  type OutboxPart,
  type RecordRules,
  releaseDeadClaims,
  retryingNotices,
  type Store,
} from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { type Loop, startLoop } from '@otklik/timing';
import { createWordsOfBot } from './botWords.ts';
import { createEdits } from './edits.ts';
import { handleMailReply } from './mailReplies.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { aftermathOf, measureReach, watchTransports } from './reaching.ts';
import { createRelays } from './relays.ts';
import { botOf } from './telegram/botOf.ts';
import { createMenus } from './telegram/menu.ts';
import { handleStaff } from './telegram/staff.ts';
import { telegramTransport } from './telegram/transport.ts';
import { consoleTransport } from './transports/console.ts';
import { emailTransport } from './transports/email.ts';
import type { NoticeTransport } from './transports/transport.ts';
import { webhookTransport } from './transports/webhook.ts';

export { type Checked, checkPeople, probeTransports } from './checkPeople.ts';

export interface NotifierDeps {
  config(): Config;
  /** The company's rules, for the commands that people give by button. */
  rules(): RecordRules & ClockRules;
  store: Store;
  people: Pick<LivePeople, 'refresh' | 'closed'>;
  queue: QueuePlace;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
  /** Where the console transport prints; `mark` stands before each line. */
  print(line: string): void;
  mark: string;
}

export interface Notifier {
  /** What it needs, by name, each with a question that fails while it is missing. */
  readonly needs: Readonly<Record<string, () => Promise<unknown>>>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
const RETRY_MS = 500;
/** What one of ours does goes by its order (`/away`, `/back`; words, their edit): a queue that hands out several at once mixes them up. */
const ONE_AT_A_TIME = 1;
/** How long the end of the service waits for what presses have begun. */
const LAST_WORDS_MS = 3_000;

/** Drains the outbox, keeps sent pings true, sends answers on, and turns what people press and write into commands. */
export async function startNotifier(deps: NotifierDeps): Promise<Notifier> {
  const { config, store, log, now } = deps;
  const api = botOf(config);
  const telegram = telegramTransport(config, api, now);
  const email = emailTransport(config, now);
  const transports: Record<Transport, NoticeTransport> = {
    telegram,
    email,
    webhook: webhookTransport(config, now),
    console: consoleTransport(config, now, deps.print, deps.mark),
  };
  const outboxOf = (name: Transport): Outbox =>
    createOutbox(name, transports[name], deps, aftermathOf(name, deps), () => parts[name].hurry());
  const outboxes: Record<Transport, Outbox> = {
    telegram: outboxOf('telegram'),
    email: outboxOf('email'),
    webhook: outboxOf('webhook'),
    console: outboxOf('console'),
  };
  const edits = createEdits(telegram, deps, () => parts.edits.hurry());
  const words = createWordsOfBot({ ...deps, api });
  const relays = createRelays({ ...deps, api }, () => parts.relays.hurry());
  const again = (everyMs: DurationMs | (() => Promise<DurationMs>) = LOOK_EVERY_MS) => ({
    everyMs,
    retryMs: RETRY_MS,
    failed: (error: unknown) => log.error({ err: error }, 'the outbox could not be read; it is tried again'),
  });
  const parts: Record<OutboxPart, Loop> = {
    telegram: startLoop(outboxes.telegram.drain, again()),
    email: startLoop(outboxes.email.drain, again()),
    webhook: startLoop(outboxes.webhook.drain, again()),
    console: startLoop(outboxes.console.drain, again()),
    edits: startLoop(edits.drain, again()),
    words: startLoop(words.drain, again()),
    relays: startLoop(relays.drain, again()),
  };
  const look = async () => {
    for (const part of await duePartsOfOutbox(store, now())) parts[part].hurry();
  };
  // What is overdue is in somebody's hands already: it is looked for again at the next hint, or in a second.
  const untilNext = async () => {
    const inMs = ((await nextNoticeAt(store)) ?? 0) - now();
    return inMs > 0 ? Math.min(inMs, LOOK_EVERY_MS) : LOOK_EVERY_MS;
  };
  const looking = startLoop(look, again(untilNext));
  const releasing = startLoop(async () => void (await releaseDeadClaims(store)), again());
  const transportsWatched = startLoop(watchTransports({ telegram, email }, deps), again());
  const unheard = startLoop(async () => void (await askForUnheard(store, deps.rules(), now())), again());
  measureReach(deps);
  const loops = [looking, releasing, transportsWatched, unheard, ...Object.values(parts)];
  const hurry = looking.hurry;
  const listening = await listen(store, {
    signal: (said) => said.about === 'outbox' && hurry(),
    gap: hurry,
    error: (error) => log.warn({ err: error }, 'the notifier does not hear; it looks every second'),
  });
  const stopping = new AbortController();
  const goingOn = new Set<Promise<void>>();
  const meanwhile = (work: Promise<void>): void => {
    const done: Promise<void> = work
      .catch((error) => log.error({ err: error }, 'what a press began could not be ended'))
      .finally(() => goingOn.delete(done));
    goingOn.add(done);
  };
  const staff = openQueue<FromStaff>('staff', deps.queue, (error) => log.warn({ err: error }, 'queue'));
  const guesses = createGuesses(CODES_OF_AN_ACCOUNT);
  const menus = createMenus(api, log);
  const consumer = staff.consume(async (updates) => {
    for (const update of updates) {
      if (update.kind === 'mail') {
        await handleMailReply(update, deps);
        continue;
      }
      await handleStaff(update, {
        ...deps,
        api,
        guesses,
        meanwhile,
        menus,
        stopped: stopping.signal,
      });
    }
  }, ONE_AT_A_TIME);
  deps.metrics.beforeReading(
    async () => {
      const waiting = await retryingNotices(deps.store);
      deps.metrics.noticesRetrying.reset();
      for (const { transport, notices } of waiting) deps.metrics.noticesRetrying.set({ transport }, notices);
    },
    (error) => log.debug({ err: error }, 'metrics keep their last values'),
  );
  return {
    needs: { [deps.queue.kind === 'redis' ? 'redis' : 'queue']: () => staff.counts() },
    close: async () => {
      await consumer.close();
      await staff.close();
      const patience = setTimeout(() => stopping.abort(), LAST_WORDS_MS);
      await Promise.all(goingOn);
      clearTimeout(patience);
      await listening.close();
      await Promise.all(loops.map((loop) => loop.close()));
      await Promise.all([edits, relays, words, ...Object.values(outboxes)].map((each) => each.idle()));
      email.close();
    },
  };
}

/** A link code is short, so that somebody can type it: each account tries a few, then one a minute. */
const CODES_OF_AN_ACCOUNT = { atOnce: 5, anotherAfterMs: MINUTE };
