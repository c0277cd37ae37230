import type { BotApi } from '@otklik/channels';
import { type DurationMs, SECOND, type Transport } from '@otklik/domain';
import {
  askForUnheard,
  duePartsOfOutbox,
  listen,
  nextNoticeAt,
  type OutboxPart,
  releaseDeadClaims,
} from '@otklik/store';
import { type Loop, startLoop } from '@otklik/timing';
import { createWordsOfBot } from './botWords.ts';
import { createEdits } from './edits.ts';
import type { NotifierDeps } from './notifierDeps.ts';
import { createOutbox } from './outbox/outbox.ts';
import { aftermathOf, watchTransports } from './reaching.ts';
import { createReplies } from './replies.ts';
import { type TelegramTransport, telegramTransport } from './telegram/transport.ts';
import { consoleTransport } from './transports/console.ts';
import { emailTransport } from './transports/email.ts';
import type { NoticeTransport, PersonalNoticeTransport } from './transports/transport.ts';
import { webhookTransport } from './transports/webhook.ts';

const LOOK_EVERY_MS = SECOND;
const RETRY_MS = 500;

interface Part {
  drain(): Promise<void>;
  idle(): Promise<void>;
}

/** Sends pings, their edits, the bot's answers, and answers to clients. */
export async function startOutgoing(
  deps: NotifierDeps,
  api: () => BotApi | null,
): Promise<{ close(): Promise<void> }> {
  const { config, store, log, now } = deps;
  const transports = transportsOf(deps, api);
  const again = (everyMs: DurationMs | (() => Promise<DurationMs>) = LOOK_EVERY_MS) => ({
    everyMs,
    retryMs: RETRY_MS,
    failed: (error: unknown) => log.error({ err: error }, 'the outbox could not be read; it is tried again'),
  });
  const outbox = (name: Transport): Part =>
    createOutbox(name, transports[name], deps, aftermathOf(name, deps), () => loops[name].hurry());
  const parts: Record<OutboxPart, Part> = {
    telegram: outbox('telegram'),
    email: outbox('email'),
    webhook: outbox('webhook'),
    console: outbox('console'),
    edits: createEdits(transports.telegram, deps, () => loops.edits.hurry()),
    words: createWordsOfBot({ config, store, log, now, api }),
    replies: createReplies({ ...deps, api }, () => loops.replies.hurry()),
  };
  const loops: Record<OutboxPart, Loop> = {
    telegram: startLoop(parts.telegram.drain, again()),
    email: startLoop(parts.email.drain, again()),
    webhook: startLoop(parts.webhook.drain, again()),
    console: startLoop(parts.console.drain, again()),
    edits: startLoop(parts.edits.drain, again()),
    words: startLoop(parts.words.drain, again()),
    replies: startLoop(parts.replies.drain, again()),
  };
  const look = async () => {
    for (const part of await duePartsOfOutbox(store, now())) loops[part].hurry();
  };
  // Overdue ones are being sent already.
  const untilNext = async () => {
    const inMs = ((await nextNoticeAt(store)) ?? 0) - now();
    return inMs > 0 ? Math.min(inMs, LOOK_EVERY_MS) : LOOK_EVERY_MS;
  };
  const looking = startLoop(look, again(untilNext));
  const watching = [
    startLoop(() => releaseDeadClaims(store), again()),
    startLoop(watchTransports(transports, deps), again()),
    startLoop(() => askForUnheard(store, deps.rules(), now()), again()),
  ];
  const listening = await listen(store, {
    signal: (said) => said.about === 'outbox' && looking.hurry(),
    gap: looking.hurry,
    error: (error) => log.warn({ err: error }, 'the notifier does not hear; it looks every second'),
  });
  return {
    close: async () => {
      await listening.close();
      await Promise.all([looking, ...watching, ...Object.values(loops)].map((loop) => loop.close()));
      await Promise.all(Object.values(parts).map((part) => part.idle()));
      transports.email.close();
    },
  };
}

interface Transports extends Record<Transport, NoticeTransport> {
  readonly telegram: TelegramTransport;
  readonly email: PersonalNoticeTransport & { close(): void };
}

const transportsOf = ({ config, now, print, mark }: NotifierDeps, api: () => BotApi | null): Transports => ({
  telegram: telegramTransport(config, api, now),
  email: emailTransport(config, now),
  webhook: webhookTransport(config, now),
  console: consoleTransport(config, now, print, mark),
});
