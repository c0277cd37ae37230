import type { BotApi } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedMessage, ClaimedNotice } from '@otklik/store';
import { textsOf } from '@otklik/texts';
import type { Bundle, HandOver, PersonalNoticeTransport } from '../transports/transport.ts';
import { digestOf, escapeHtml } from './message.ts';
import { messageOf } from './messageOf.ts';
import { handOverOf } from './refusals.ts';
import { createRests, type Rests } from './rests.ts';
import { mutable, withLinksOrWithout } from './sending.ts';

/** Telegram takes about 30 messages a second of a bot. */
const AT_ONCE = 20;
/** While the bot is refused. */
const EDIT_AGAIN_MS = 15_000;

type Edited =
  | { outcome: 'edited'; text: string }
  | { outcome: 'retry'; afterMs: number | null; problem: string }
  | { outcome: 'refused'; problem: string };

export interface TelegramTransport extends PersonalNoticeTransport {
  /** `text`: the digest of what the chat then shows. */
  edit(message: ClaimedMessage, now: EpochMs): Promise<Edited>;
}

interface World {
  config(): Config;
  api(): BotApi | null;
  readonly rests: Rests;
}

export function telegramTransport(
  config: () => Config,
  api: () => BotApi | null,
  clock: () => EpochMs,
): TelegramTransport {
  const world: World = { config, api, rests: createRests(clock) };
  return {
    atOnce: AT_ONCE,
    together: 'steps',
    inTurn: true,
    send: (bundle, now) => send(bundle, now, world),
    edit: (message, now) => edit(message, now, world),
    key() {
      const { telegram } = config().notify;
      return telegram && `${telegram.apiRoot} ${telegram.token.reveal()}`;
    },
    test: (person) => test(person, api()),
    async probe() {
      const me = await api()?.getMe();
      if (me === undefined) return { outcome: 'unknown' };
      if (me.outcome === 'ok') return { outcome: 'works' };
      const failed = handOverOf(me);
      return failed.outcome === 'closed' ? failed : { outcome: 'unknown' };
    },
  };
}

const GONE = { outcome: 'refused', problem: 'the recipient has no Telegram account any more' } as const;

/** null: the recipient or the wait is gone. */
function compose(notices: readonly ClaimedNotice[], config: Config, now: EpochMs) {
  const recipient = notices[0]?.recipient ?? null;
  const person = recipient === null ? undefined : config.people.get(recipient);
  const message = person && messageOf(notices, person, config, now);
  return person && person.telegram !== null && message ? { chat: person.telegram, message } : null;
}

async function send(bundle: Bundle, now: EpochMs, { config, api, rests }: World): Promise<HandOver> {
  const bot = api();
  const composed = compose(bundle, config(), now);
  if (!bot || !composed) return GONE;
  const { chat, message } = composed;
  const rest = rests.of(chat, now);
  if (rest) return rest;
  const sent = await withLinksOrWithout(message, async (each) =>
    rests.heed(
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
  const { chat: told, message_id: messageId } = sent.result;
  return { outcome: 'sent', chatId: told.id, messageId, text: digestOf(message) };
}

async function edit(
  { chatId, messageId, notices }: ClaimedMessage,
  now: EpochMs,
  { config, api, rests }: World,
): Promise<Edited> {
  const bot = api();
  const composed = compose(notices, config(), now);
  if (!bot || !composed) return GONE;
  const { message } = composed;
  const text = digestOf(message);
  if (notices.every(({ sent_text }) => sent_text === text)) return { outcome: 'edited', text };
  const rest = rests.of(chatId, now);
  if (rest) return rest;
  const edited = await withLinksOrWithout(message, async (each) =>
    rests.heed(
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
  // It may be taken again, and then the chat must be true.
  return failed.outcome === 'closed'
    ? { outcome: 'retry', afterMs: EDIT_AGAIN_MS, problem: failed.problem }
    : edited;
}

async function test({ telegram, locale }: Person, bot: BotApi | null): Promise<HandOver> {
  if (!bot || telegram === null) return GONE;
  const text = escapeHtml(textsOf(locale).check);
  const sent = await bot.sendMessage({ chat_id: telegram, parse_mode: 'HTML', text });
  return sent.outcome === 'ok' ? { outcome: 'sent' } : handOverOf(sent);
}
