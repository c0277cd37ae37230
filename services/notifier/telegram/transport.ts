import type { BotApi } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import type { HandOver, NoticeTransport } from '../transports/transport.ts';
import { pingOf } from '../words/ping.ts';
import { digestOf, telegramMessage } from './message.ts';

/** Telegram takes about 30 messages a second of one bot; more at once only earns 429s. */
const AT_ONCE = 20;

export interface TelegramTransport extends NoticeTransport {
  /** Makes a sent ping say what is true now. `text` is the digest of what then stands in the chat. */
  edit(
    notice: ClaimedNotice,
    now: EpochMs,
  ): Promise<
    | { outcome: 'edited'; text: string }
    | { outcome: 'retry'; afterMs: number | null; problem: string }
    | { outcome: 'refused'; problem: string }
  >;
}

export function telegramTransport(
  config: () => Config,
  api: () => BotApi | null,
  sentAt: (notice: ClaimedNotice) => EpochMs,
): TelegramTransport {
  const compose = (notice: ClaimedNotice, now: EpochMs) => {
    const person = notice.recipient === null ? undefined : config().people.get(notice.recipient);
    if (!person || person.telegram === null || !notice.wait) return null;
    return {
      person,
      chat: person.telegram,
      message: messageOf(notice, notice.wait, person, config(), now, sentAt(notice)),
    };
  };
  const gone = { outcome: 'refused', problem: 'the recipient has no Telegram account any more' } as const;
  return {
    atOnce: AT_ONCE,
    async send(notice, now): Promise<HandOver> {
      const bot = api();
      const composed = compose(notice, now);
      if (!bot || !composed) return gone;
      const { chat, message } = composed;
      const sent = await bot.sendMessage({
        chat_id: chat,
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...mutable(message),
      });
      if (sent.outcome !== 'ok') return sent;
      return {
        outcome: 'sent',
        chatId: sent.result.chat.id,
        messageId: sent.result.message_id,
        text: digestOf(message),
      };
    },
    async edit(notice, now) {
      const bot = api();
      const composed = compose(notice, now);
      if (!bot || !composed || notice.chat_id === null || notice.message_id === null) return gone;
      const { message } = composed;
      const text = digestOf(message);
      if (text === notice.sent_text) return { outcome: 'edited', text };
      const edited = await bot.editMessageText({
        chat_id: notice.chat_id,
        message_id: notice.message_id,
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...mutable(message),
      });
      return edited.outcome === 'ok' ? { outcome: 'edited', text } : edited;
    },
  };
}

export function messageOf(
  notice: ClaimedNotice,
  wait: NamedWait,
  person: Person,
  config: Config,
  now: EpochMs,
  firstSentAt: EpochMs,
) {
  return telegramMessage(
    notice.id,
    pingOf({ ...notice, wait, firstSentAt }, person, config, now),
    wait,
    person,
    config,
  );
}

/** telegraf's types want arrays that may be written to. */
export const mutable = (message: ReturnType<typeof telegramMessage>) =>
  structuredClone(message) as never as { text: string; reply_markup: { inline_keyboard: never[][] } };
