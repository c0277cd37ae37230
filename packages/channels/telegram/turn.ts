import { type Author, type EpochMs, keepText, type Message, type Side, wordingOf } from '@otklik/domain';
import { storableText } from '../provider/storable.ts';
import type { ClientReading } from './reading.ts';
import { isAttached, wordsOf } from './speech.ts';
import type { TelegramMessage, TelegramPerson } from './updateShape.ts';

/** Where a message stands and who speaks: what differs between private chats, business chats and groups. */
export interface Place {
  readonly thread: string;
  /** Makes message ids unique within the channel: they are counted per chat. */
  readonly prefix: string;
  readonly side: Side;
  readonly author: Author;
  readonly link: string;
  readonly kind?: 'message' | 'comment';
}

/** One message as our event. Everything of an album counts as one: its parts have one id here. */
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

/** Ephemeral messages all have the id 0 (Bot API 10.2), so there the update's own id stands in. */
const numberOf = (messageId: number, updateId: number): string =>
  messageId === 0 ? `u${updateId}` : String(messageId);

export function momentOf({ date }: TelegramMessage, receivedAt: EpochMs): Pick<Message, 'at' | 'atSource'> {
  if (date === undefined || !(date > 0)) return { at: receivedAt, atSource: 'arrival' };
  return { at: Math.min(Math.trunc(date * 1000), receivedAt), atSource: 'provider' };
}

/**
 * Whoever wrote it, with the number that they themselves shared: Telegram names the account that a contact belongs to. One
 * that was passed on, or that a bot has made for them, anybody could have written.
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

/** Telegram gives numbers in international form, with or without the plus. */
function toE164(number: string | undefined): string | null {
  const digits = number?.replaceAll(/\D/g, '') ?? '';
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
}

/** There is no https link to a person without a public name; `tg://user` opens the chat in Telegram's own apps. */
export function linkToPerson(username: string | undefined, id: number): string {
  return username !== undefined && /^\w{1,64}$/.test(username)
    ? `https://t.me/${username}`
    : `tg://user?id=${id}`;
}
