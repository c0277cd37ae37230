import type { VkChannel } from '@otklik/config';
import type { EpochMs, Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { spokenEvent } from '../provider/spoken.ts';

const int = z.number().int();

/** https://dev.vk.com/reference/objects/message */
const messageShape = z.looseObject({
  conversation_message_id: int.positive(),
  date: int.positive(),
  from_id: int,
  peer_id: int,
  out: int.optional(),
  text: z.string().optional(),
  admin_author_id: int.optional(),
});

const commentShape = z.looseObject({
  id: int.positive(),
  from_id: int.refine((id) => id !== 0),
  date: int.positive(),
  text: z.string().optional(),
  reply_to_comment: int.optional(),
  parents_stack: z.array(int).optional(),
});
const orderShape = z.looseObject({ id: int, user_id: int.positive(), date: int.positive() });
const leadShape = z.looseObject({ lead_id: int, user_id: int.positive(), form_name: z.string().optional() });

/** What is commented on: the field that names it, and how VK writes its address. */
const COMMENTED: Readonly<Record<string, { readonly item: string; readonly place: string }>> = {
  wall_reply_new: { item: 'post_id', place: 'wall' },
  photo_comment_new: { item: 'photo_id', place: 'photo' },
  video_comment_new: { item: 'video_id', place: 'video' },
  market_comment_new: { item: 'item_id', place: 'product' },
  board_post_new: { item: 'topic_id', place: 'topic' },
};

/**
 * Nobody's turn and nobody's answer: likes, edits, joining and the like. Who deleted a comment is told, and (but for photos)
 * not whose it was: a moderator's tidying up would be taken for the client's withdrawal.
 */
const NOTHING =
  /^(like_|group_|poll_|user_|donut_|wall_(post|repost|reply_(edit|delete|restore))|(photo|video|audio)_new|(photo|video|market)_comment_(edit|delete|restore)|board_post_(edit|delete|restore)|market_order_edit|message_(edit|allow|deny|read|event|typing_state|reaction_event)|app_payload|vkpay_)/;

export interface ReadVk {
  readonly events: Event[];
  readonly faults: string[];
}

/** One event of the Callback API or of Long Poll: they have the same `type` and `object`. */
export function eventsOfUpdate(
  type: string,
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): ReadVk {
  if (NOTHING.test(type)) return { events: [], faults: [] };
  const event = eventOf(type, object, channel, privacy, receivedAt);
  return event === null
    ? { events: [], faults: [`an event of VK that we do not know: ${type.slice(0, 40)}`] }
    : { events: [event], faults: [] };
}

function eventOf(
  type: string,
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event | null {
  if (type === 'message_new') {
    const inner =
      object !== null && typeof object === 'object' ? (Reflect.get(object, 'message') ?? object) : object;
    return eventOfMessage(inner, channel, privacy, receivedAt);
  }
  if (type === 'message_reply') return eventOfMessage(object, channel, privacy, receivedAt, true);
  const commented = COMMENTED[type];
  if (commented) return commentOf(object, commented, channel, privacy, receivedAt);
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

/** What a person did besides writing: it is answered in their chat. */
const turn = (
  id: string,
  user: number,
  at: EpochMs | null,
  text: string | null,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event =>
  spokenEvent(
    {
      id,
      thread: String(user),
      side: 'client',
      author: { id: String(user) },
      at,
      text,
      link: chatLink(channel, user),
    },
    channel,
    privacy,
    receivedAt,
  );

const chatLink = ({ groupId }: VkChannel, peer: number): string => `https://vk.com/gim${groupId}?sel=${peer}`;

/** How a message is named everywhere: the global id is not in all answers. */
export const messageName = (peer: number, conversationMessageId: number): string =>
  `${peer}_${conversationMessageId}`;

/** null when it is none. Of what the community says, a person's is what names its admin; all else a bot or a script sent. */
export function eventOfMessage(
  object: unknown,
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
  isReply = false,
): Event | null {
  const { data } = messageShape.safeParse(object);
  if (!data) return null;
  const isOurs = isReply || data.out === 1 || data.from_id === -Number(channel.groupId);
  // A client is a person: what only looks so is left for a person to look at.
  if (!isOurs && data.from_id <= 0) return null;
  const admin = data.admin_author_id;
  return spokenEvent(
    {
      id: messageName(data.peer_id, data.conversation_message_id),
      thread: String(data.peer_id),
      side: !isOurs ? 'client' : admin === undefined ? 'bot' : 'employee',
      author: { id: String(isOurs ? (admin ?? data.from_id) : data.from_id) },
      at: data.date * 1_000,
      seq: data.conversation_message_id,
      text: data.text || null,
      link: chatLink(channel, data.peer_id),
    },
    channel,
    privacy,
    receivedAt,
  );
}

/**
 * Whoever is neither the community nor of its `staff` spoke from outside, another community (its number is negative) too.
 * Under the community's name writes a person whom VK does not name.
 */
function commentOf(
  object: unknown,
  { item, place }: { readonly item: string; readonly place: string },
  channel: VkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event | null {
  const { data } = commentShape.safeParse(object);
  if (!data) return null;
  const what = data[item];
  if (!Number.isInteger(what)) return null;
  // The owner is the community, which the events of some kinds name by another field and the lists by none.
  const name = `${place}-${channel.groupId}_${String(what)}`;
  // A board is one conversation; elsewhere each chain under a comment is.
  const top = place === 'topic' ? '' : `/${data.parents_stack?.[0] ?? data.reply_to_comment ?? data.id}`;
  const author = String(data.from_id);
  const isCommunity = data.from_id === -Number(channel.groupId);
  return spokenEvent(
    {
      kind: 'comment',
      id: `${name}/${data.id}`,
      thread: `${name}${top}`,
      side: isCommunity ? 'unknown' : channel.staff.includes(author) ? 'employee' : 'client',
      author: { id: author },
      at: data.date * 1_000,
      seq: data.id,
      text: data.text || null,
      link: `https://vk.com/${name}${place === 'wall' ? `?reply=${data.id}` : ''}`,
    },
    channel,
    privacy,
    receivedAt,
  );
}
