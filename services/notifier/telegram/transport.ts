import type { BotApi } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedMessage, ClaimedNotice } from '@otklik/store';
import { textsOf } from '@otklik/texts';
import { disputeOf } from '../messages/dispute.ts';
import { leftOf } from '../messages/leftWaiting.ts';
import { listOf } from '../messages/list.ts';
import { pingOf } from '../messages/ping.ts';
import { isList, toldOf } from '../messages/told.ts';
import type { HandOver, PersonalNoticeTransport } from '../transports/transport.ts';
import { disputeMessage } from './disputes.ts';
import { leftMessage } from './leftMessage.ts';
import { listMessage, MOST_LISTED } from './listMessage.ts';
import { digestOf, escapeHtml, type TelegramMessage, telegramMessage, withoutLinks } from './message.ts';
import { handOverOf } from './refusals.ts';

/** Telegram takes about 30 messages a second of one bot; more at once only earns 429s. */
const AT_ONCE = 20;
/** While the bot is refused. */
const EDIT_AGAIN_MS = 15_000;

export interface TelegramTransport extends PersonalNoticeTransport {
  /** Makes a sent message say what is true now. `text` is the digest of what then stands in the chat. */
  edit(
    message: ClaimedMessage,
    now: EpochMs,
  ): Promise<
    | { outcome: 'edited'; text: string }
    | { outcome: 'retry'; afterMs: number | null; problem: string }
    | { outcome: 'refused'; problem: string }
  >;
}

type Called =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'refused'; readonly code: number }
  | { readonly outcome: 'retry'; readonly afterMs: number | null };

export function telegramTransport(
  config: () => Config,
  api: () => BotApi | null,
  clock: () => EpochMs,
): TelegramTransport {
  const compose = (notices: readonly ClaimedNotice[], now: EpochMs) => {
    const recipient = notices[0]?.recipient ?? null;
    const person = recipient === null ? undefined : config().people.get(recipient);
    const message = person && messageOf(notices, person, config(), now);
    return person && person.telegram !== null && message ? { chat: person.telegram, message } : null;
  };
  const gone = { outcome: 'refused', problem: 'the recipient has no Telegram account any more' } as const;

  /** Chats in which Telegram wants no more of us until then (429): what is due there meanwhile goes over together. */
  const restUntil = new Map<number, EpochMs>();
  const mustRest = (chat: number, now: EpochMs) => {
    const afterMs = (restUntil.get(chat) ?? 0) - now;
    return afterMs > 0 ? ({ outcome: 'retry', afterMs, problem: 'Telegram wants a pause' } as const) : null;
  };
  const heed = <T extends Called>(chat: number, called: T): T => {
    if (called.outcome === 'retry' && called.afterMs !== null) restUntil.set(chat, clock() + called.afterMs);
    else restUntil.delete(chat);
    return called;
  };

  return {
    atOnce: AT_ONCE,
    together: 'steps',
    inTurn: true,
    async send(bundle, now): Promise<HandOver> {
      const bot = api();
      const composed = compose(bundle, now);
      if (!bot || !composed) return gone;
      const { chat, message } = composed;
      const rest = mustRest(chat, now);
      if (rest) return rest;
      const sent = await withLinksOrWithout(message, async (each) =>
        heed(
          chat,
          await bot.sendMessage({
            chat_id: chat,
            parse_mode: 'HTML',
            link_preview_options: { is_disabled: true },
            ...(each.silent && { disable_notification: true }),
            ...mutable(each),
          }),
        ),
      );
      if (sent.outcome !== 'ok') return handOverOf(sent);
      return {
        outcome: 'sent',
        chatId: sent.result.chat.id,
        messageId: sent.result.message_id,
        text: digestOf(message),
      };
    },
    async edit({ chatId, messageId, notices }, now) {
      const bot = api();
      const composed = compose(notices, now);
      if (!bot || !composed) return gone;
      const { message } = composed;
      const text = digestOf(message);
      if (notices.every(({ sent_text }) => sent_text === text)) return { outcome: 'edited', text };
      const rest = mustRest(chatId, now);
      if (rest) return rest;
      const edited = await withLinksOrWithout(message, async (each) =>
        heed(
          chatId,
          await bot.editMessageText({
            chat_id: chatId,
            message_id: messageId,
            parse_mode: 'HTML',
            link_preview_options: { is_disabled: true },
            ...mutable(each),
          }),
        ),
      );
      if (edited.outcome === 'ok') return { outcome: 'edited', text };
      const failed = handOverOf(edited);
      // A bot that is refused now may be taken again: what stands in the chat must be true then.
      return failed.outcome === 'closed'
        ? { outcome: 'retry', afterMs: EDIT_AGAIN_MS, problem: failed.problem }
        : edited;
    },
    key() {
      const { telegram } = config().notify;
      return telegram && `${telegram.apiRoot} ${telegram.token.reveal()}`;
    },
    async test({ telegram, locale }): Promise<HandOver> {
      const bot = api();
      if (!bot || telegram === null) return gone;
      const text = escapeHtml(textsOf(locale).check);
      const sent = await bot.sendMessage({ chat_id: telegram, parse_mode: 'HTML', text });
      return sent.outcome === 'ok' ? { outcome: 'sent' } : handOverOf(sent);
    },
    async probe() {
      const me = await api()?.getMe();
      if (me === undefined) return { outcome: 'unknown' };
      if (me.outcome === 'ok') return { outcome: 'works' };
      const failed = handOverOf(me);
      return failed.outcome === 'closed' ? failed : { outcome: 'unknown' };
    },
  };
}

/** A message that is refused for what stands in it (400) goes out once more without its links. */
export async function withLinksOrWithout<Message extends TelegramMessage, T extends Called>(
  message: Message,
  send: (message: Message) => Promise<T>,
): Promise<T> {
  const called = await send(message);
  const bare = withoutLinks(message);
  const isAboutContent = called.outcome === 'refused' && called.code === BAD_REQUEST;
  return isAboutContent && digestOf(bare) !== digestOf(message) ? send(bare) : called;
}

const BAD_REQUEST = 400;

/** What one message tells its reader: of a dispute, a ping about one wait as ever, a list about several. null when there is no wait. */
export function messageOf(
  notices: readonly ClaimedNotice[],
  person: Person,
  config: Config,
  now: EpochMs,
): (TelegramMessage & { readonly silent: boolean }) | null {
  const told = toldOf(notices, now);
  const [first] = told;
  if (!first) return null;
  const left = leftOf(first, person, config, now);
  if (left) return { ...leftMessage(left, person.locale), silent: false };
  const dispute = disputeOf(first, person, config);
  if (dispute) return { ...disputeMessage(first.id, dispute, person.locale), silent: false };
  if (isList(told)) {
    const list = listOf(told, person, config, now, MOST_LISTED);
    return { ...listMessage(list, person.locale), silent: list.silent };
  }
  const ping = pingOf(first, person, config, now);
  return { ...telegramMessage(first.id, ping, first.wait, person, config), silent: false };
}

/** What stands in the chat. telegraf's types want arrays that may be written to. */
export const mutable = ({ text, reply_markup }: TelegramMessage) =>
  structuredClone({ text, reply_markup }) as never as {
    text: string;
    reply_markup: { inline_keyboard: never[][] };
  };
