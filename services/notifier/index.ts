import type { FromStaff } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { type EpochMs, MINUTE, type Transport } from '@otklik/domain';
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

export interface NotifierWorld {
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
/** How long the end of the service waits for what presses have begun. */
const LAST_WORDS_MS = 3_000;

/** Drains the outbox, keeps sent pings true, sends answers on, and turns what people press and write into commands. */
export async function startNotifier(world: NotifierWorld): Promise<Notifier> {
  const { config, store, log, now } = world;
  const api = botOf(config);
  const telegram = telegramTransport(config, api, now);
  const email = emailTransport(config, now);
  const transports: Record<Transport, NoticeTransport> = {
    telegram,
    email,
    webhook: webhookTransport(config, now),
    console: consoleTransport(config, now, world.print, world.mark),
  };
  const outboxOf = (name: Transport): Outbox =>
    createOutbox(name, transports[name], world, aftermathOf(name, world), () => parts[name].hurry());
  const outboxes: Record<Transport, Outbox> = {
    telegram: outboxOf('telegram'),
    email: outboxOf('email'),
    webhook: outboxOf('webhook'),
    console: outboxOf('console'),
  };
  const edits = createEdits(telegram, world, () => parts.edits.hurry());
  const words = createWordsOfBot({ ...world, api });
  const relays = createRelays({ ...world, api }, () => parts.relays.hurry());
  const soon = async () => now() + LOOK_EVERY_MS;
  const parts: Record<OutboxPart, Loop> = {
    telegram: startLoop(outboxes.telegram.drain, soon, world),
    email: startLoop(outboxes.email.drain, soon, world),
    webhook: startLoop(outboxes.webhook.drain, soon, world),
    console: startLoop(outboxes.console.drain, soon, world),
    edits: startLoop(edits.drain, soon, world),
    words: startLoop(words.drain, soon, world),
    relays: startLoop(relays.drain, soon, world),
  };
  const look = async () => {
    for (const part of await duePartsOfOutbox(store, now())) parts[part].hurry();
  };
  // What is overdue is in somebody's hands already: it is looked for again at the next hint, or in a second.
  const nextLook = async () => {
    const [next, latest] = [await nextNoticeAt(store), now() + LOOK_EVERY_MS];
    return next !== null && next > now() ? Math.min(next, latest) : latest;
  };
  const looking = startLoop(look, nextLook, world);
  const releasing = startLoop(async () => void (await releaseDeadClaims(store)), soon, world);
  const transportsWatched = startLoop(watchTransports({ telegram, email }, world), soon, world);
  const unheard = startLoop(async () => void (await askForUnheard(store, world.rules(), now())), soon, world);
  measureReach(world);
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
  const staff = openQueue<FromStaff>('staff', world.queue, (error) => log.warn({ err: error }, 'queue'));
  const guesses = createGuesses(CODES_OF_AN_ACCOUNT);
  const menus = createMenus(api, log);
  const consumer = staff.consume(async (updates) => {
    for (const update of updates) {
      if (update.kind === 'mail') {
        await handleMailReply(update, world);
        continue;
      }
      await handleStaff(update, {
        ...world,
        api,
        guesses,
        meanwhile,
        menus,
        stopped: stopping.signal,
      });
    }
  }, 20);
  world.metrics.beforeReading(
    async () => {
      const waiting = await retryingNotices(world.store);
      world.metrics.noticesRetrying.reset();
      for (const { transport, notices } of waiting) world.metrics.noticesRetrying.set({ transport }, notices);
    },
    (error) => log.debug({ err: error }, 'metrics keep their last values'),
  );
  return {
    needs: { [world.queue.kind === 'redis' ? 'redis' : 'queue']: () => staff.counts() },
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

interface Loop {
  hurry(): void;
  close(): Promise<void>;
}

/** Runs `work` again and again: when hurried, and else at the time that `next` says after each round. */
function startLoop(work: () => Promise<void>, next: () => Promise<EpochMs>, world: NotifierWorld): Loop {
  let running = true;
  let again = false;
  let wake = () => {};
  const sleepUntil = (at: EpochMs) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, at - world.now()));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (running) {
      again = false;
      try {
        await work();
        if (again) continue;
        const at = await next();
        if (!again) await sleepUntil(at);
      } catch (error) {
        world.log.error({ err: error }, 'the outbox could not be read; it is tried again');
        await sleepUntil(world.now() + RETRY_MS);
      }
    }
  };
  const done = run();
  return {
    hurry: () => {
      again = true;
      wake();
    },
    close: async () => {
      running = false;
      wake();
      await done;
    },
  };
}
