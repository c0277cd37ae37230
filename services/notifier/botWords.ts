import type { BotApi } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { type EpochMs, HOUR, SECOND } from '@otklik/domain';
import { type BotWords, type ClaimedWords, claimBotWords, markBotWords, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { textsOf } from '@otklik/texts';
import { retryForever } from '@otklik/timing';
import { retryAfter } from './outbox/outcome.ts';
import { escapeHtml, type TelegramMessage } from './telegram/message.ts';
import { mutable, withLinksOrWithout } from './telegram/sending.ts';
import { waitsMessageOf } from './telegram/waitsPages.ts';

interface WordsDeps {
  config(): Config;
  readonly store: Store;
  readonly log: Log;
  api(): BotApi | null;
  now(): EpochMs;
}

export interface WordsOfBot {
  /** Starts to say what is due. */
  drain(): Promise<void>;
  idle(): Promise<void>;
}

/** Chats at the same time. */
const AT_ONCE = 20;
/** After that an answer helps nobody. */
const LONGEST_TRYING_MS = HOUR;
/** So long Telegram takes an answer to a press. */
const PRESS_LASTS_MS = 150 * SECOND;

const LONGEST_REST_MS = 5 * SECOND;

const restOf = (
  { attempts }: ClaimedWords,
  { afterMs }: Extract<Called, { readonly outcome: 'retry' }>,
): number => afterMs ?? Math.min(retryAfter(attempts, null), LONGEST_REST_MS);

type Called =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'refused'; readonly problem: string }
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string };

/** Says what the bot has to answer: in order within a chat, again after an outage. No chat holds up another. */
export function createWordsOfBot(deps: WordsDeps): WordsOfBot {
  const { store, log } = deps;
  const onTheWay = new Set<Promise<void>>();

  const say = async (words: ClaimedWords): Promise<void> => {
    const bot = deps.api();
    const sent = await (words.callback_id === null ? write(words, bot, deps) : answerPress(words, bot));
    const now = deps.now();
    const lasts = words.callback_id === null ? LONGEST_TRYING_MS : PRESS_LASTS_MS;
    const isLate = sent.outcome === 'retry' && now - words.created_at >= lasts;
    if (sent.outcome !== 'ok')
      log.warn(
        { problem: sent.problem, attempts: words.attempts },
        'the bot could not answer one of our people',
      );
    const outcome =
      sent.outcome === 'retry' && !isLate
        ? ({ state: 'pending', retryAt: now + restOf(words, sent) } as const)
        : ({ state: sent.outcome === 'ok' ? 'said' : 'refused' } as const);
    await retryForever(
      () => markBotWords(store, words.id, outcome),
      (error) => log.error({ err: error }, 'what the bot said could not be written down; it is tried again'),
    );
  };

  return {
    drain: async () => {
      for (;;) {
        const room = AT_ONCE - onTheWay.size;
        const claimed = room > 0 ? await claimBotWords(store, deps.now(), room) : [];
        for (const words of claimed) {
          const saying: Promise<void> = say(words)
            .catch((error) => log.error({ err: error }, 'what the bot had to say could not be said'))
            .finally(() => onTheWay.delete(saying));
          onTheWay.add(saying);
        }
        if (claimed.length === 0) return;
      }
    },
    idle: async () => {
      while (onTheWay.size > 0) await Promise.all(onTheWay);
    },
  };
}

const NOBODY = { outcome: 'refused', problem: 'there is nobody to say it to' } as const;

async function write(words: BotWords, bot: BotApi | null, deps: WordsDeps): Promise<Called> {
  const message = await messageOf(words, deps);
  if (!bot || !message) return NOBODY;
  return withLinksOrWithout(message, (each) =>
    bot.sendMessage({
      chat_id: words.chat_id,
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      ...(words.message_id !== null && {
        reply_parameters: { message_id: words.message_id, allow_sending_without_reply: true },
      }),
      ...mutable(each),
    }),
  );
}

const MOST_OF_PRESS = 200;

async function answerPress({ callback_id, text, is_alert }: BotWords, bot: BotApi | null): Promise<Called> {
  if (!bot) return NOBODY;
  return bot.answerCallbackQuery({
    callback_query_id: callback_id,
    text: (text ?? '').slice(0, MOST_OF_PRESS),
    ...(is_alert && { show_alert: true }),
  } as never);
}

/** null: the list was for somebody who has left. */
async function messageOf({ text, person: id }: BotWords, deps: WordsDeps): Promise<TelegramMessage | null> {
  const plain = (words: string): TelegramMessage => ({
    text: escapeHtml(words),
    reply_markup: { inline_keyboard: [] },
  });
  if (text !== null) return plain(text);
  const person = id === null ? undefined : deps.config().people.get(id);
  if (!person) return null;
  return (await waitsMessageOf(1, person, deps)) ?? plain(textsOf(person.locale).noWaits);
}
