import { keepText, type Message, wordingOf } from '@otklik/domain';
import type { StaffUpdate } from '../channel.ts';
import { storableText } from '../provider/storable.ts';
import { attachmentOf } from './attachment.ts';
import { type ClientReading, NOTHING, type Normalised, only, type Reading } from './reading.ts';
import { isSpeech, wordsOf } from './speech.ts';
import { authorOf, linkToPerson, momentOf, turn } from './turn.ts';
import type { CallbackQuery, TelegramMessage } from './updateShape.ts';

/**
 * If the bot pings, our people's messages are staff updates; if it only pings, everybody's are, since the notifier
 * answers strangers too.
 */
export function readPrivate(message: TelegramMessage, reading: Reading): Normalised {
  if (!isSpeech(message)) return NOTHING;
  const { account } = reading;
  if (isStaff(message, reading)) {
    const words = staffWords(message, reading);
    return { ...NOTHING, staff: words === null ? [] : [words] };
  }
  return account.channel === null
    ? NOTHING
    : only(clientTurn(message, { ...reading, channel: account.channel }));
}

/** A private chat's id is the person's. */
function isStaff(message: TelegramMessage, { account }: Reading): boolean {
  if (account.staff === null) return false;
  return account.channel === null || account.staff.people.has(message.from?.id ?? message.chat.id);
}

function clientTurn(message: TelegramMessage, reading: ClientReading) {
  const { chat, from } = message;
  return turn(
    message,
    {
      thread: String(chat.id),
      prefix: String(chat.id),
      side: from?.is_bot ? 'bot' : 'client',
      author: authorOf(message),
      link: linkToPerson(from?.username, from?.id ?? chat.id),
    },
    reading,
  );
}

/** A press has neither time nor message number. */
export function clientPress(
  { id, data, from }: CallbackQuery,
  { chat, reply_markup: markup }: NonNullable<CallbackQuery['message']>,
  { channel, account, receivedAt }: ClientReading,
): Message {
  const pressed = markup?.inline_keyboard.flat().find((button) => button.callback_data === data);
  const words = pressed === undefined ? null : storableText(pressed.text);
  return {
    kind: 'message',
    channel: channel.id,
    id: `${chat.id}:press/${storableText(id)}`,
    thread: String(chat.id),
    side: 'client',
    author: authorOf({ message_id: 0, from, chat }),
    at: receivedAt,
    atSource: 'arrival',
    receivedAt,
    seq: null,
    text: keepText(words, account.privacy.text),
    wording: wordingOf(words, { formalReplies: channel.policy.formalReplies, attached: true }),
    link: linkToPerson(from.username, from.id),
  };
}

const staffMessage = (message: TelegramMessage, { updateId, account, receivedAt }: Reading) => ({
  account: account.account,
  updateId,
  from: message.from?.id ?? message.chat.id,
  chat: message.chat.id,
  at: momentOf(message, receivedAt).at,
  receivedAt,
  message: message.message_id,
  text: wordsOf(message),
  attached: attachmentOf(message, account.account),
});

function staffWords(message: TelegramMessage, reading: Reading): StaffUpdate | null {
  if (message.from?.is_bot) return null;
  return {
    ...staffMessage(message, reading),
    kind: 'words',
    replyTo: message.reply_to_message?.message_id ?? null,
    album: message.media_group_id ?? null,
  };
}

/** A client's edit may be invisible. Our people's words may already be with a client. */
export function readEdit(message: TelegramMessage, reading: Reading): Normalised {
  if (message.chat.type !== 'private' || message.from?.is_bot || !isStaff(message, reading)) return NOTHING;
  const edit: StaffUpdate = { ...staffMessage(message, reading), kind: 'edit' };
  return { ...NOTHING, staff: [edit] };
}
