import { type Author, type EpochMs, keepText, type Message, type Side, wordingOf } from '@otklik/domain';
import { storableText } from '../provider/storable.ts';
import type { ClientReading } from './reading.ts';
import { isAttached, wordsOf } from './speech.ts';
import type { TelegramMessage, TelegramPerson } from './updateShape.ts';

export interface Place {
  readonly thread: string;
  /** Telegram counts ids per chat. */
  readonly prefix: string;
  readonly side: Side;
  readonly author: Author;
  readonly link: string;
  readonly kind?: 'message' | 'comment';
}

/** An album's parts share one id. */
export function turn(message: TelegramMessage, place: Place, reading: ClientReading): Message {
  const { channel, account, receivedAt, updateId } = reading;
  const { message_id: messageId, media_group_id: album } = message;
  return {
    kind: place.kind ?? 'message',
    channel: channel.id,
    id: `${place.prefix}:${album === undefined ? numberOf(messageId, updateId) : `g${storableText(album)}`}`,
    thread: place.thread,
    side: place.side,
    author: place.author,
    ...momentOf(message, receivedAt),
    receivedAt,
    seq: messageId === 0 ? null : messageId,
    text: keepText(wordsOf(message), account.privacy.text),
    wording: wordingOf(wordsOf(message), {
      formalReplies: channel.policy.formalReplies,
      attached: isAttached(message),
    }),
    link: place.link,
  };
}

/** Ephemeral messages all have id 0 (Bot API 10.2): the update's id is used. */
const numberOf = (messageId: number, updateId: number): string =>
  messageId === 0 ? `u${updateId}` : String(messageId);

export function momentOf({ date }: TelegramMessage, receivedAt: EpochMs): Pick<Message, 'at' | 'atSource'> {
  if (date === undefined || !(date > 0)) return { at: receivedAt, atSource: 'arrival' };
  return { at: Math.min(Math.trunc(date * 1000), receivedAt), atSource: 'provider' };
}

/**
 * Includes the number that they shared: Telegram names a contact's account. A forwarded or bot-made contact proves
 * nothing.
 */
export function authorOf({
  from,
  chat,
  contact,
  forward_origin: passedOn,
  via_bot: bot,
}: TelegramMessage): Author {
  const id = from?.id ?? chat.id;
  const isOwnNumber = contact?.user_id === id && passedOn === undefined && bot === undefined;
  return {
    id: String(id),
    name: nameOf(from),
    phone: isOwnNumber ? toE164(contact?.phone_number) : null,
    email: null,
  };
}

function nameOf(person: TelegramPerson | undefined): string | null {
  const name = storableText([person?.first_name, person?.last_name].filter(Boolean).join(' ')).trim();
  return name === '' ? null : name;
}

/** Numbers are international, with or without the plus. */
function toE164(number: string | undefined): string | null {
  const digits = number?.replaceAll(/\D/g, '') ?? '';
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
}

/** `tg://user` works only in Telegram's apps. */
export function linkToPerson(username: string | undefined, id: number): string {
  return username !== undefined && /^\w{1,64}$/.test(username)
    ? `https://t.me/${username}`
    : `tg://user?id=${id}`;
}
