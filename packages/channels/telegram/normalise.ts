import type { z } from 'zod';
import type { StaffUpdate } from '../channel.ts';
import { storableText } from '../provider/storable.ts';
import { readBusinessMessage, readConnectionUpdate, readDeleted } from './business.ts';
import { connectionName } from './facts.ts';
import { groupNames, readGroupMessage, readMembership } from './groups.ts';
import { clientPress, readEdit, readPrivate } from './privateChat.ts';
import { type ClientReading, NOTHING, type Normalised, only, type Reading } from './reading.ts';
import type { HandledKind } from './updateKinds.ts';
import {
  type CallbackQuery,
  callbackQueryShape,
  connectionShape,
  deletedShape,
  memberShape,
  messageShape,
  type TelegramMessage,
  updateShape,
} from './updateShape.ts';

/** Clients' edits may be invisible changes, reactions are no answers, posts are ours. */
const OF_NO_CONCERN: ReadonlySet<string> = new Set(
  `channel_post edited_channel_post edited_business_message guest_message message_reaction
  message_reaction_count inline_query chosen_inline_result shipping_query pre_checkout_query purchased_paid_media poll
  poll_answer chat_member chat_join_request chat_boost removed_chat_boost managed_bot subscription
  stopped_message_generation`.split(/\s+/),
);

/** Pure; never throws. An unknown kind is a fault, kept for a person. */
export function normaliseUpdate(update: unknown, reading: Omit<Reading, 'updateId'>): Normalised {
  const head = updateShape.safeParse(update);
  if (!head.success) return { ...NOTHING, fault: 'not an update: update_id is missing' };
  const { update_id: updateId, ...kinds } = head.data;
  const present = Object.entries(kinds).filter(([, body]) => body !== undefined && body !== null);
  const handled = present.find(([kind]) => Object.hasOwn(READERS, kind));
  if (handled !== undefined) {
    const [kind, body] = handled;
    return READERS[kind as keyof typeof READERS](body, { ...reading, updateId });
  }
  const strange = present.find(([kind]) => !OF_NO_CONCERN.has(kind));
  return strange === undefined
    ? NOTHING
    : { ...NOTHING, fault: `unknown kind of update: ${storableText(strange[0]).slice(0, 64)}` };
}

/** The names to look up before reading (facts.ts). */
export function namesNeeded(update: unknown): string[] {
  const { data } = updateShape.safeParse(update);
  const message = messageShape.safeParse(data?.message).data;
  if (message !== undefined && message.chat.type !== 'private') return groupNames(message);
  const id = connectionIdIn(data);
  return id === null ? [] : [connectionName(id)];
}

function connectionIdIn(update: Readonly<Record<string, unknown>> | undefined): string | null {
  const {
    business_message: message,
    deleted_business_messages: deleted,
    business_connection: connection,
  } = update ?? {};
  return (
    messageShape.safeParse(message).data?.business_connection_id ??
    deletedShape.safeParse(deleted).data?.business_connection_id ??
    connectionShape.safeParse(connection).data?.id ??
    null
  );
}

type Reader = (body: unknown, reading: Reading) => Normalised;

const READERS = {
  message: shaped('message', messageShape, readMessage),
  edited_message: shaped('edited_message', messageShape, readEdit),
  business_message: ofChannel(shaped('business_message', messageShape, inChannel(readBusinessMessage))),
  deleted_business_messages: ofChannel(
    shaped('deleted_business_messages', deletedShape, inChannel(readDeleted)),
  ),
  business_connection: ofChannel(
    shaped('business_connection', connectionShape, inChannel(readConnectionUpdate)),
  ),
  my_chat_member: shaped('my_chat_member', memberShape, readMember),
  callback_query: shaped('callback_query', callbackQueryShape, readPress),
} satisfies Record<HandledKind, Reader>;

function shaped<Body>(
  kind: string,
  schema: z.ZodType<Body>,
  read: (body: Body, reading: Reading) => Normalised,
): Reader {
  return (body, reading) => {
    const { success, data, error } = schema.safeParse(body);
    return success ? read(data, reading) : { ...NOTHING, fault: faultAt(kind, error.issues[0]?.path) };
  };
}

/** A bot that only pings has no clients. */
function ofChannel(read: Reader): Reader {
  return (body, reading) => (reading.account.channel === null ? NOTHING : read(body, reading));
}

function inChannel<Body>(read: (body: Body, reading: ClientReading) => Normalised) {
  return (body: Body, reading: Reading): Normalised => {
    const { channel } = reading.account;
    return channel === null ? NOTHING : read(body, { ...reading, channel });
  };
}

function readMessage(message: TelegramMessage, reading: Reading): Normalised {
  if (message.chat.type === 'private') return readPrivate(message, reading);
  const { channel } = reading.account;
  if (channel === null || message.chat.type === 'channel') return NOTHING;
  if (message.chat.type !== 'group' && message.chat.type !== 'supergroup')
    return { ...NOTHING, fault: faultAt('message', ['chat', 'type']) };
  return readGroupMessage(message, { ...reading, channel });
}

/** In a private chat the person lets the bot in or out; in a group it is the bot's membership. */
function readMember(update: z.infer<typeof memberShape>, reading: Reading): Normalised {
  if (update.chat.type !== 'private') return inChannel(readMembership)(update, reading);
  const { account, updateId, receivedAt } = reading;
  if (account.staff === null) return NOTHING;
  const { id } = update.chat;
  const isBlocked = update.new_chat_member.status === 'kicked';
  const about = { account: account.account, updateId, from: id, chat: id, at: receivedAt, receivedAt };
  return { ...NOTHING, staff: [{ ...about, kind: 'membership', isBlocked }] };
}

/** Our people press buttons of pings; anybody else is a client, and the label is their words. */
function readPress(query: CallbackQuery, reading: Reading): Normalised {
  const { channel, staff, people } = reading.account;
  if (query.data === undefined) return NOTHING;
  const isStaff = staff !== null && (channel === null || staff.people.has(query.from.id));
  if (isStaff) return { ...NOTHING, staff: [press(query, query.data, reading)] };
  // This bot used to ping.
  if (people.has(query.from.id)) return NOTHING;
  if (channel === null || query.from.is_bot || query.message?.chat.type !== 'private') return NOTHING;
  // A bot's button in a colleague's chat.
  if (query.message.business_connection_id !== undefined) return NOTHING;
  return only(clientPress(query, query.message, { ...reading, channel }));
}

/** Telegram keeps a press for 150 s at most, so our receipt will do. */
function press(query: CallbackQuery, data: string, { updateId, account, receivedAt }: Reading): StaffUpdate {
  return {
    kind: 'press',
    account: account.account,
    updateId,
    from: query.from.id,
    chat: query.message?.chat.id ?? query.from.id,
    at: receivedAt,
    receivedAt,
    callbackId: query.id,
    message: query.message?.message_id ?? null,
    data: storableText(data),
  };
}

function faultAt(kind: string, path: readonly PropertyKey[] | undefined): string {
  return `/${[kind, ...(path ?? [])].map(String).join('/')} is missing or has an unknown shape`;
}
