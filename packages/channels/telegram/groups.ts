import type { Author, Side } from '@otklik/domain';
import type { z } from 'zod';
import { storableText } from '../provider/storable.ts';
import { byName, chainName, type Group, groupName, lastName, readGroup, UNKNOWN_GROUP } from './facts.ts';
import { type ClientReading, NOTHING, type Normalised, only } from './reading.ts';
import { isSpeech } from './speech.ts';
import { authorOf, turn } from './turn.ts';
import type { memberShape, TelegramMessage } from './updateShape.ts';

/** A group or topic is one thread, whichever client asks. Comments have one thread per chain. */
export function readGroupMessage(message: TelegramMessage, reading: ClientReading): Normalised {
  const group = readGroup(reading.known.get(groupName(message.chat.id))) ?? UNKNOWN_GROUP;
  const moved = migration(message, reading);
  if (moved !== null) return moved;
  const fact = { ...group, title: message.chat.title ?? group.title, left: false };
  if (isPost(message)) {
    return factOf(message.chat.id, { ...fact, linked: message.sender_chat?.id ?? group.linked });
  }
  if (!isSpeech(message)) return NOTHING;
  const unsaid = whatIsUnsaid(message);
  if (unsaid !== null) return { ...NOTHING, fault: `/message does not say ${unsaid}` };
  const side = sideOf(message, group, reading);
  const { thread, history, isComment } = placeOf(message, group, side, reading);
  const event = turn(
    message,
    {
      kind: isComment ? 'comment' : 'message',
      thread,
      prefix: String(message.chat.id),
      side,
      author: groupAuthor(message),
      link: linkToMessage(message),
    },
    reading,
  );
  const facts =
    JSON.stringify(fact) === JSON.stringify(group) ? NOTHING.facts : factOf(message.chat.id, fact).facts;
  return { ...only(event), facts, history };
}

const factOf = (chat: number, fact: Group): Normalised => ({
  ...NOTHING,
  facts: new Map([[groupName(chat), JSON.stringify(fact)]]),
});

/** Reported once in both chats. */
function migration(message: TelegramMessage, { known }: ClientReading): Normalised | null {
  const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to === undefined && from === undefined) return null;
  const [before, after] = to === undefined ? [from ?? chat.id, chat.id] : [chat.id, to];
  const fact = (id: number) =>
    readGroup(known.get(groupName(id))) ?? { ...UNKNOWN_GROUP, title: chat.title ?? null };
  return {
    ...NOTHING,
    facts: new Map([
      [groupName(before), JSON.stringify({ ...fact(before), movedTo: after })],
      [groupName(after), JSON.stringify({ ...fact(after), movedFrom: before, left: false })],
    ]),
  };
}

/** Look like bots; `sender_chat` says in whose name (https://core.telegram.org/bots/api#message). */
const STAND_INS: ReadonlySet<number> = new Set([1087968824, 136817688, 552888, 936174]);

/** Telegram posts the linked channel's posts into its discussion group. */
const TELEGRAM = 777000;

const isPost = ({ is_automatic_forward: isForward, from }: TelegramMessage): boolean =>
  isForward === true || from?.id === TELEGRAM;

/** null: enough to tell client from employee. */
function whatIsUnsaid({
  from,
  sender_chat: as,
  chat,
  direct_messages_topic: topic,
}: TelegramMessage): string | null {
  if (as === undefined && (from === undefined || STAND_INS.has(from.id))) return 'who wrote';
  return chat.is_direct_messages === true && topic === undefined ? 'whose direct messages these are' : null;
}

function sideOf(message: TelegramMessage, group: Group, { account }: ClientReading): Side {
  const { chat, from, sender_chat: as, direct_messages_topic: topic } = message;
  if (from !== undefined && account.people.has(from.id)) return 'employee';
  if (topic?.user !== undefined) return from?.id === topic.user.id ? 'client' : 'employee';
  if (as !== undefined && chat.is_direct_messages === true) return 'employee';
  if (as !== undefined) return as.id === chat.id || as.id === group.linked ? 'employee' : 'client';
  return from?.is_bot === true ? 'bot' : 'client';
}

/** Whoever speaks for a group or channel is nameless unless signed. */
function groupAuthor(message: TelegramMessage): Author {
  const { sender_chat: as, author_signature: signature, chat } = message;
  if (as === undefined) return { ...authorOf(message), phone: null };
  const isOurs = as.id === chat.id || as.type === 'channel';
  const name = storableText(signature ?? (isOurs ? '' : (as.title ?? ''))).trim();
  return { id: null, name: name === '' ? null : name, phone: null, email: null };
}

interface GroupPlace {
  readonly thread: string;
  readonly history: ReadonlyMap<string, string>;
  readonly isComment: boolean;
}

function placeOf(message: TelegramMessage, group: Group, side: Side, reading: ClientReading): GroupPlace {
  // By the first id, so that a wait survives the move.
  const chat = group.movedFrom ?? message.chat.id;
  const { direct_messages_topic: direct, message_thread_id: thread, is_topic_message: isTopic } = message;
  const plain = (name: string): GroupPlace => ({ thread: name, history: new Map(), isComment: false });
  if (direct !== undefined) return plain(`${chat}/d${direct.topic_id}`);
  if (thread === undefined) return plain(String(chat));
  if (isTopic === true) return plain(`${chat}/t${thread}`);
  const isDiscussion = group.linked !== null || message.reply_to_message?.is_automatic_forward === true;
  return isDiscussion ? comment(message, thread, side, reading) : plain(String(chat));
}

/**
 * An answer joins its comment's chain. Under the post, a comment starts or continues its author's chain; an
 * employee's continues the latest client's.
 */
function comment(message: TelegramMessage, post: number, side: Side, { known }: ClientReading): GroupPlace {
  const { chat, message_id: id, reply_to_message: reply, from, sender_chat: as } = message;
  const author = as?.id ?? from?.id ?? 0;
  const answered =
    reply && reply.message_id !== post && reply.is_automatic_forward !== true ? reply.message_id : null;
  const own = `${chat.id}/c${id}`;
  const goesOn =
    known.get(side === 'client' ? byName(chat.id, post, author) : lastName(chat.id, post)) ?? own;
  const thread =
    answered === null ? goesOn : (known.get(chainName(chat.id, answered)) ?? `${chat.id}/c${answered}`);
  const history = new Map([[chainName(chat.id, id), thread]]);
  if (side === 'client')
    history.set(lastName(chat.id, post), thread).set(byName(chat.id, post, author), thread);
  return { thread, history, isComment: true };
}

/** The link opens for members only, unless the group is public: https://core.telegram.org/api/links#message-links */
function linkToMessage({ chat, message_id: id, message_thread_id: thread }: TelegramMessage): string {
  const place =
    chat.username !== undefined && /^\w{1,64}$/.test(chat.username)
      ? chat.username
      : `c/${String(chat.id).replace(/^-100/, '').replace(/^-/, '')}`;
  return `https://t.me/${place}/${id}${thread === undefined ? '' : `?thread=${thread}`}`;
}

/** The bot was added, promoted or removed. */
export function readMembership(
  { chat, new_chat_member: member }: z.infer<typeof memberShape>,
  { known }: ClientReading,
): Normalised {
  if (chat.type === 'private') return NOTHING;
  const group = readGroup(known.get(groupName(chat.id))) ?? UNKNOWN_GROUP;
  const left = member.status === 'left' || member.status === 'kicked';
  return factOf(chat.id, { ...group, title: chat.title ?? group.title, left });
}

/** The names to look up before reading. */
export function groupNames(message: TelegramMessage): string[] {
  const { chat, message_thread_id: post, reply_to_message: reply, from, sender_chat: as } = message;
  const moves = [message.migrate_to_chat_id, message.migrate_from_chat_id].filter((id) => id !== undefined);
  const names = [chat.id, ...moves].map(groupName);
  if (post === undefined) return names;
  names.push(lastName(chat.id, post), byName(chat.id, post, as?.id ?? from?.id ?? 0));
  if (reply !== undefined) names.push(chainName(chat.id, reply.message_id));
  return names;
}
