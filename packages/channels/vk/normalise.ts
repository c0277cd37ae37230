import type { EpochMs, Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, isSomething, messageEvent } from '../provider/messageEvent.ts';
import type { VkChannel } from './config.ts';

const int = z.number().int();

/** VK omits it when `is_cropped`. */
const others = {
  attachments: z.unknown().optional(),
  fwd_messages: z.unknown().optional(),
  geo: z.unknown().optional(),
  is_cropped: z.unknown().optional(),
};
const isAttached = (said: { readonly [Name in keyof typeof others]?: unknown }): boolean =>
  isSomething(said.attachments, said.fwd_messages, said.geo, said.is_cropped);

/** https://dev.vk.com/reference/objects/message */
const messageShape = z.looseObject({
  conversation_message_id: int.positive(),
  date: int.positive(),
  from_id: int,
  peer_id: int,
  out: int.optional(),
  text: z.string().optional(),
  admin_author_id: int.optional(),
  /** A service message: joins, pins, appearance. */
  action: z.unknown().optional(),
  ...others,
});

const commentShape = z.looseObject({
  id: int.positive(),
  from_id: int.refine((id) => id !== 0),
  date: int.positive(),
  text: z.string().optional(),
  reply_to_comment: int.optional(),
  parents_stack: z.array(int).optional(),
  ...others,
});
const deletedShape = z.looseObject({ id: int.positive(), deleter_id: int });
const orderShape = z.looseObject({ id: int, user_id: int.positive(), date: int.positive() });
/** https://dev.vk.com/ru/api/bots/development/keyboard: no time, no label. */
const pressShape = z.looseObject({
  event_id: z.string().min(1),
  user_id: int.positive(),
  peer_id: int.refine((id) => id !== 0),
});
const leadShape = z.looseObject({ lead_id: int, user_id: int.positive(), form_name: z.string().optional() });

/** Event prefix to the item's id field and its address. */
const COMMENTED: Readonly<Record<string, Commented>> = {
  wall_reply: { item: 'post_id', place: 'wall' },
  photo_comment: { item: 'photo_id', place: 'photo' },
  video_comment: { item: 'video_id', place: 'video' },
  market_comment: { item: 'item_id', place: 'product' },
  board_post: { item: 'topic_id', place: 'topic' },
};
interface Commented {
  readonly item: string;
  readonly place: string;
}

/** Events that concern no wait. */
const NOTHING =
  /^(like_|group_|poll_|user_|donut_|wall_(post|repost)|(photo|video|audio)_new|market_order_edit|message_(allow|deny|read|typing_state|reaction_event)|app_payload|vkpay_)/;
/** No turn, but our side may withdraw its words. */
const CHANGED = /^(message|wall_reply|(?:photo|video|market)_comment|board_post)_(edit|delete|restore)$/;

export interface ReadVk {
  readonly events: Event[];
  readonly faults: string[];
}

/** Callback API and Long Poll have the same `type` and `object`. */
export function eventsOfUpdate(
  type: string,
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): ReadVk {
  if (
    NOTHING.test(type) ||
    isServiceLine(messageIn(type, object)) ||
    isColleaguesPress(type, object, channel)
  )
    return { events: [], faults: [] };
  const changed = CHANGED.exec(type);
  if (changed) {
    const back = takenBackBy(changed[1] ?? '', changed[2] ?? '', object, channel, privacy, receivedAt);
    return { events: back === null ? [] : [back], faults: [] };
  }
  const event = eventOf(type, object, channel, privacy, receivedAt);
  return event === null
    ? { events: [], faults: [`an event of VK that we do not know: ${type.slice(0, 40)}`] }
    : { events: [event], faults: [] };
}

/** A new message comes in an envelope. */
const messageIn = (type: string, object: unknown): unknown =>
  type === 'message_new' && object !== null && typeof object === 'object'
    ? (Reflect.get(object, 'message') ?? object)
    : object;

/** In a group chat a colleague's press is neither turn nor answer. */
function isColleaguesPress(type: string, object: unknown, { staff }: VkChannel): boolean {
  const { data } = pressShape.safeParse(object);
  return (
    type === 'message_event' &&
    data !== undefined &&
    data.peer_id !== data.user_id &&
    staff.includes(String(data.user_id))
  );
}

function isServiceLine(object: unknown): boolean {
  const { data } = messageShape.safeParse(object);
  return data !== undefined && isSomething(data.action);
}

function eventOf(
  type: string,
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event | null {
  if (type === 'message_new') return eventOfMessage(messageIn(type, object), channel, privacy, receivedAt);
  if (type === 'message_reply') return eventOfMessage(object, channel, privacy, receivedAt, true);
  const commented = COMMENTED[type.replace(/_new$/, '')];
  if (commented && type.endsWith('_new')) return commentOf(object, commented, channel, privacy, receivedAt);
  if (type === 'message_event') return pressOf(object, channel, privacy, receivedAt);
  if (type === 'market_order_new') {
    const { data } = orderShape.safeParse(object);
    return data
      ? turn(`order/${data.id}`, data.user_id, data.date * 1_000, null, channel, privacy, receivedAt)
      : null;
  }
  if (type === 'lead_forms_new') {
    const { data } = leadShape.safeParse(object);
    return data
      ? turn(`lead/${data.lead_id}`, data.user_id, null, data.form_name ?? null, channel, privacy, receivedAt)
      : null;
  }
  return null;
}

/**
 * Deleted by one of us, or edited to nothing. VK names who deleted a comment, but (except photos) not its author:
 * another's deletion may be moderation or the client's.
 */
function takenBackBy(
  what: string,
  change: string,
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event | null {
  const commented = COMMENTED[what];
  const taken = (of: string, thread: string, author: string) =>
    deletionEvent({ of, thread, side: 'employee', author, at: null }, channel, receivedAt);
  if (change === 'delete') {
    const { data } = deletedShape.safeParse(object);
    if (!commented || !data) return null;
    const name = placeOf(data, commented, channel);
    const by = String(data.deleter_id);
    const isOurs = channel.staff.includes(by) || data.deleter_id === -Number(channel.groupId);
    return name !== null && isOurs ? taken(`${name}/${data.id}`, name, by) : null;
  }
  if (change !== 'edit') return null;
  const left = commented
    ? commentOf(object, commented, channel, privacy, receivedAt)
    : eventOfMessage(object, channel, privacy, receivedAt);
  if (left?.kind !== 'message' && left?.kind !== 'comment') return null;
  const isEmptied = left.wording?.empty === true && (left.side === 'employee' || left.side === 'unknown');
  return isEmptied ? taken(left.id, left.thread, left.author.id ?? '') : null;
}

/** The item's address; null when missing. */
function placeOf(data: object, { item, place }: Commented, { groupId }: VkChannel): string | null {
  const what: unknown = Reflect.get(data, item);
  // The community owns it; events name the owner by various fields, lists not at all.
  return Number.isInteger(what) ? `${place}-${groupId}_${String(what)}` : null;
}

/** A press that sends no message. */
function pressOf(object: unknown, channel: VkChannel, privacy: Privacy, receivedAt: EpochMs): Event | null {
  const { data } = pressShape.safeParse(object);
  if (!data) return null;
  const { event_id: id, user_id: user, peer_id: peer } = data;
  const author = String(user);
  return messageEvent(
    {
      id: `press/${id}`,
      thread: String(peer),
      side: 'client',
      author: { id: author },
      at: null,
      text: null,
      attached: true,
      link: chatLink(channel, peer),
    },
    channel,
    privacy,
    receivedAt,
  );
}

/** What a client did besides writing; it is answered in their chat. */
const turn = (
  id: string,
  user: number,
  at: EpochMs | null,
  text: string | null,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event =>
  messageEvent(
    {
      id,
      thread: String(user),
      side: 'client',
      author: { id: String(user) },
      at,
      text,
      attached: true,
      link: chatLink(channel, user),
    },
    channel,
    privacy,
    receivedAt,
  );

const chatLink = ({ groupId }: VkChannel, peer: number): string => `https://vk.com/gim${groupId}?sel=${peer}`;

/** A message's name. Some answers lack its global id. */
export const messageName = (peer: number, conversationMessageId: number): string =>
  `${peer}_${conversationMessageId}`;

/**
 * null when not a message. With an admin it is a person's, otherwise a bot's. In a group chat one of us may write
 * under their own name; in their own dialogue they are a client.
 */
export function eventOfMessage(
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
  isReply = false,
): Event | null {
  const { data } = messageShape.safeParse(object);
  if (!data || isSomething(data.action)) return null;
  const isOurs = isReply || data.out === 1 || data.from_id === -Number(channel.groupId);
  // A client is a person; anything else is for a person to look at.
  if (!isOurs && data.from_id <= 0) return null;
  const admin = data.admin_author_id;
  const isStaff = data.peer_id !== data.from_id && channel.staff.includes(String(data.from_id));
  return messageEvent(
    {
      id: messageName(data.peer_id, data.conversation_message_id),
      thread: String(data.peer_id),
      side: isOurs ? (admin === undefined ? 'bot' : 'employee') : isStaff ? 'employee' : 'client',
      author: { id: String(isOurs ? (admin ?? data.from_id) : data.from_id) },
      at: data.date * 1_000,
      seq: data.conversation_message_id,
      text: data.text ?? null,
      attached: isAttached(data),
      link: chatLink(channel, data.peer_id),
    },
    channel,
    privacy,
    receivedAt,
  );
}

/**
 * Neither community nor `staff`: a client, even another community (negative id). An unnamed person writes for the
 * community.
 */
function commentOf(
  object: unknown,
  commented: Commented,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event | null {
  const { data } = commentShape.safeParse(object);
  if (!data) return null;
  const name = placeOf(data, commented, channel);
  if (name === null) return null;
  const { place } = commented;
  // A board is one conversation; elsewhere each chain is.
  const top = place === 'topic' ? '' : `/${data.parents_stack?.[0] ?? data.reply_to_comment ?? data.id}`;
  const author = String(data.from_id);
  const isCommunity = data.from_id === -Number(channel.groupId);
  return messageEvent(
    {
      kind: 'comment',
      id: `${name}/${data.id}`,
      thread: `${name}${top}`,
      side: isCommunity ? 'unknown' : channel.staff.includes(author) ? 'employee' : 'client',
      author: { id: author },
      at: data.date * 1_000,
      seq: data.id,
      text: data.text ?? null,
      attached: isAttached(data),
      link: `https://vk.com/${name}${place === 'wall' ? `?reply=${data.id}` : ''}`,
    },
    channel,
    privacy,
    receivedAt,
  );
}
