import { type Author, type EpochMs, keepText, type Message, wordingOf } from '@otklik/domain';
import type { Delivery, StaffUpdate } from '../channel.ts';
import type { TelegramAccount, UpdateKind } from './account.ts';
import { isSpeech, storable, wordsOf } from './speech.ts';
import {
  type CallbackQuery,
  callbackQueryShape,
  messageShape,
  type TelegramMessage,
  type TelegramPerson,
  updateShape,
} from './updateShape.ts';

/** `fault` says why an update of a kind that we handle could not be understood: then somebody must look at its body. */
export interface Normalised extends Delivery {
  readonly fault: string | null;
}

const NOTHING: Normalised = { events: [], staff: [], fault: null };

/**
 * What happened, by one update of the Bot API. Never throws. Kinds that we don't handle (edits, reactions, groups, what
 * is invented tomorrow) give an empty delivery. In a bot that also pings, private messages of our own people are
 * staff updates and all others clients' turns; in a bot that only pings, everything is a staff update, since the notifier
 * answers strangers too.
 */
export function normaliseUpdate(update: unknown, account: TelegramAccount, receivedAt: EpochMs): Normalised {
  const head = updateShape.safeParse(update);
  if (!head.success) return { ...NOTHING, fault: 'not an update: update_id is missing' };
  const { update_id: updateId, message, callback_query: query } = head.data;
  if (message !== undefined && message !== null) return readMessage(message, updateId, account, receivedAt);
  if (query !== undefined && query !== null) return readPress(query, updateId, account, receivedAt);
  return NOTHING;
}

function readMessage(
  raw: unknown,
  updateId: number,
  account: TelegramAccount,
  receivedAt: EpochMs,
): Normalised {
  const { success, data: message, error } = messageShape.safeParse(raw);
  if (!success) return { ...NOTHING, fault: faultAt('message', error.issues[0]?.path) };
  if (message.chat.type !== 'private' || !isSpeech(message)) return NOTHING;
  if (isStaff(message, account)) {
    const words = staffWords(message, updateId, account, receivedAt);
    return { ...NOTHING, staff: words === null ? [] : [words] };
  }
  return { ...NOTHING, events: clientTurn(message, updateId, account, receivedAt) };
}

/** A private chat has the id of the person in it. */
function isStaff(message: TelegramMessage, account: TelegramAccount): boolean {
  if (account.staff === null) return false;
  return account.channel === null || account.staff.people.has(message.from?.id ?? message.chat.id);
}

function clientTurn(
  message: TelegramMessage,
  updateId: number,
  account: TelegramAccount,
  receivedAt: EpochMs,
): Message[] {
  if (account.channel === null) return [];
  const { chat, from, message_id: messageId } = message;
  return [
    {
      kind: 'message',
      channel: account.channel.id,
      id: eventId(chat.id, messageId, updateId),
      thread: String(chat.id),
      side: from?.is_bot ? 'bot' : 'client',
      author: authorOf(message),
      ...momentOf(message, receivedAt),
      receivedAt,
      seq: messageId === 0 ? null : messageId,
      text: keepText(wordsOf(message), account.privacy.text),
      wording: wordingOf(wordsOf(message), account.channel.policy.formalReplies),
      link: linkTo(from, chat.id),
    },
  ];
}

/** Ephemeral messages all have the id 0 (Bot API 10.2), so there the update's own id stands in. */
function eventId(chatId: number, messageId: number, updateId: number): string {
  return messageId === 0 ? `${chatId}:u${updateId}` : `${chatId}:${messageId}`;
}

function authorOf({ from, chat, contact }: TelegramMessage): Author {
  const id = from?.id ?? chat.id;
  const name = storable([from?.first_name, from?.last_name].filter(Boolean).join(' ')).trim();
  const isOwnNumber = contact?.user_id === id;
  return {
    id: String(id),
    name: name === '' ? null : name,
    phone: isOwnNumber ? toE164(contact?.phone_number) : null,
    email: null,
  };
}

/** Telegram gives numbers in international form, with or without the plus. */
function toE164(number: string | undefined): string | null {
  const digits = number?.replaceAll(/\D/g, '') ?? '';
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
}

function momentOf({ date }: TelegramMessage, receivedAt: EpochMs): Pick<Message, 'at' | 'atSource'> {
  if (date === undefined || !(date > 0)) return { at: receivedAt, atSource: 'arrival' };
  return { at: Math.min(Math.trunc(date * 1000), receivedAt), atSource: 'provider' };
}

/** There is no https link to a person without a public name; `tg://user` opens the chat in Telegram's own apps. */
function linkTo(from: TelegramPerson | undefined, chatId: number): string {
  const name = from?.username;
  return name !== undefined && /^\w{1,64}$/.test(name)
    ? `https://t.me/${name}`
    : `tg://user?id=${from?.id ?? chatId}`;
}

function staffWords(
  message: TelegramMessage,
  updateId: number,
  { account }: TelegramAccount,
  receivedAt: EpochMs,
): StaffUpdate | null {
  if (message.from?.is_bot) return null;
  return {
    kind: 'words',
    account,
    updateId,
    from: message.from?.id ?? message.chat.id,
    chat: message.chat.id,
    at: momentOf(message, receivedAt).at,
    receivedAt,
    message: message.message_id,
    replyTo: message.reply_to_message?.message_id ?? null,
    text: wordsOf(message),
  };
}

function readPress(
  raw: unknown,
  updateId: number,
  account: TelegramAccount,
  receivedAt: EpochMs,
): Normalised {
  const { success, data: query, error } = callbackQueryShape.safeParse(raw);
  if (!success) return { ...NOTHING, fault: faultAt('callback_query', error.issues[0]?.path) };
  if (account.staff === null || query.data === undefined) return NOTHING;
  return { ...NOTHING, staff: [press(query, query.data, updateId, account, receivedAt)] };
}

/** A press has no time of its own: Telegram keeps it for 150 s at most, so our receipt is near enough. */
function press(
  query: CallbackQuery,
  data: string,
  updateId: number,
  { account }: TelegramAccount,
  receivedAt: EpochMs,
): StaffUpdate {
  return {
    kind: 'press',
    account,
    updateId,
    from: query.from.id,
    chat: query.message?.chat.id ?? query.from.id,
    at: receivedAt,
    receivedAt,
    callbackId: query.id,
    message: query.message?.message_id ?? null,
    data: storable(data),
  };
}

function faultAt(kind: UpdateKind, path: readonly PropertyKey[] | undefined): string {
  return `/${[kind, ...(path ?? [])].map(String).join('/')} is missing or has an unknown shape`;
}
