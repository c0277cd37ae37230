import type { Event, Privacy, Side } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, isSomething, messageEvent } from '../provider/messageEvent.ts';
import type { MaxChannel } from './config.ts';

const number = z.union([z.int().positive(), z.string().regex(/^\d{1,20}$/)]).transform(String);
const chatNumber = z.union([z.int(), z.string()]).transform(String);
const personShape = z.looseObject({
  user_id: number,
  is_bot: z.boolean(),
  first_name: z.string().nullish(),
  name: z.string().nullish(),
});

/** https://dev.max.ru/docs-api/objects/Message and …/CommentMessage */
const messageShape = z.looseObject({
  /** null: the channel itself speaks. */
  sender: personShape.nullish(),
  recipient: z.looseObject({
    chat_id: chatNumber,
    chat_type: z.string().optional(),
    /** A comment's post. */
    post_id: z.string().min(1).nullish(),
  }),
  timestamp: z.number().positive(),
  /** null for a bare forward. */
  body: z
    .looseObject({
      mid: z.string().min(1),
      text: z.string().nullish(),
      seq: z.unknown(),
      attachments: z.unknown().optional(),
    })
    .nullish(),
  link: z.looseObject({ type: z.string(), sender: personShape.nullish() }).nullish(),
});
type Message = z.output<typeof messageShape>;

const updateShape = z.looseObject({
  update_type: z.string(),
  timestamp: z.number().optional(),
  message: z.unknown().optional(),
  /** Only of a person in a dialogue. */
  user_locale: z.string().nullish(),
});
const removalShape = z.looseObject({
  timestamp: z.number().positive(),
  message_id: z.string().min(1),
  chat_id: z.union([z.number(), z.string()]),
  user_id: number,
  post_id: z.string().min(1).nullish(),
});

/** Updates that concern no wait. */
const NOTHING: ReadonlySet<string> = new Set(
  `bot_started bot_stopped bot_added bot_removed bot_admin_permissions_changed user_added user_removed chat_title_changed
  message_chat_created message_construction_request message_constructed`.split(/\s+/),
);

/** Reads an update, by webhook or polling. Updates have no id: `mid` identifies what was said. */
export function eventsOfUpdate(
  json: unknown,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): { readonly events: Event[]; readonly faults: string[] } {
  const { data } = updateShape.safeParse(json);
  if (!data) return { events: [], faults: ['the body is no update of MAX'] };
  if (NOTHING.has(data.update_type) || data.update_type.startsWith('dialog_'))
    return { events: [], faults: [] };
  const event = eventOfUpdate(data, json, channel, privacy, receivedAt);
  if (event === undefined)
    return { events: [], faults: [`an update of MAX that we do not know: ${data.update_type.slice(0, 40)}`] };
  return { events: event === null ? [] : [event], faults: [] };
}

function eventOfUpdate(
  { update_type: type, timestamp, message, user_locale: locale }: z.output<typeof updateShape>,
  json: unknown,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | null | undefined {
  const isHidden = (message ?? null) === null && typeof locale === 'string' && locale !== '';
  switch (type) {
    case 'message_created':
      return isHidden
        ? hiddenTurn(timestamp, channel, privacy, receivedAt)
        : eventOfMessage(message, channel, privacy, receivedAt);
    case 'comment_created':
      return eventOfComment(message, null, channel, privacy, receivedAt);
    case 'message_callback':
      return pressOf(json, channel, privacy, receivedAt);
    case 'message_edited':
    case 'comment_edited':
      return emptiedBy(message, channel, receivedAt);
    case 'message_removed':
    case 'comment_removed':
      return removalOf(json, channel, receivedAt);
    default:
      return undefined;
  }
}

/** MAX reports some (voice) messages without content or author: a thread of their own sends a person to MAX. */
function hiddenTurn(
  at: number | undefined,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | undefined {
  if (at === undefined || !(at > 0)) return undefined;
  const name = `${HIDDEN}${at}`;
  const spoken = { id: name, thread: name, side: 'client', author: { id: null }, at } as const;
  return messageEvent({ ...spoken, text: null, attached: true }, channel, privacy, receivedAt);
}

/** An unknown chat, to which nobody can write. */
export const HIDDEN = 'hidden/';

/** https://dev.max.ru/docs-api/objects/Update: the button's message; null when gone. */
const pressShape = z.looseObject({
  callback: z.looseObject({
    callback_id: z.string().min(1),
    timestamp: z.number().positive(),
    user: personShape,
    payload: z.string().nullish(),
  }),
  message: z
    .looseObject({
      recipient: z.looseObject({ chat_id: chatNumber, chat_type: z.string().nullish() }),
      body: z.unknown().optional(),
    })
    .nullish(),
});
const keyboardShape = z.looseObject({
  attachments: z.array(
    z.looseObject({
      payload: z.looseObject({
        buttons: z.array(z.array(z.looseObject({ text: z.string(), payload: z.string().nullish() }))),
      }),
    }),
  ),
});

/** The button's label. Under a channel's post nobody is addressed. */
function pressOf(
  json: unknown,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | null | undefined {
  const { data } = pressShape.safeParse(json);
  if (!data) return undefined;
  const { callback, message } = data;
  const { callback_id: id, timestamp: at, user, payload } = callback;
  if (sideOf(user, channel) !== 'client' || message?.recipient.chat_type === 'channel') return null;
  const keyboard = keyboardShape.safeParse(message?.body).data?.attachments ?? [];
  const buttons = keyboard.flatMap((each) => each.payload.buttons.flat());
  const text = buttons.find((button) => payload && button.payload === payload)?.text ?? null;
  const thread = message?.recipient.chat_id ?? `${HIDDEN}${user.user_id}`;
  return messageEvent(
    { id: `press/${id}`, thread, side: 'client', author: authorOf(user), at, text, attached: true },
    channel,
    privacy,
    receivedAt,
  );
}

/** An edit of ours to nothing withdraws the message. */
function emptiedBy(json: unknown, channel: MaxChannel, receivedAt: number): Event | null {
  const { data } = messageShape.safeParse(json);
  if (!data?.sender || !data.body || data.body.text || isAttached(data)) return null;
  if (sideOf(data.sender, channel) !== 'employee') return null;
  const { mid } = data.body;
  const author = data.sender.user_id;
  const thread = data.recipient.chat_id;
  return deletionEvent({ of: mid, thread, side: 'employee', author, at: null }, channel, receivedAt);
}

/** undefined: not a message. null: nobody's turn. */
export function eventOfMessage(
  json: unknown,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | null | undefined {
  const { data } = messageShape.safeParse(json);
  if (!data) return undefined;
  const { sender, recipient, timestamp } = data;
  if (recipient.post_id) return commentOf(data, recipient.post_id, channel, privacy, receivedAt);
  if (recipient.chat_type === 'channel') return null;
  if (!sender) return undefined;
  return messageEvent(
    {
      id: data.body?.mid ?? `${recipient.chat_id}/${timestamp}/${sender.user_id}`,
      thread: recipient.chat_id,
      side: sideOf(sender, channel),
      author: authorOf(sender),
      at: timestamp,
      seq: data.body?.seq,
      text: data.body?.text ?? null,
      attached: isAttached(data),
    },
    channel,
    privacy,
    receivedAt,
  );
}

/** undefined: none. `post`: the requested one, where the list omits it. */
export function eventOfComment(
  json: unknown,
  post: string | null,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | undefined {
  const { data } = messageShape.safeParse(json);
  const under = data?.recipient.post_id ?? post;
  return data && under ? commentOf(data, under, channel, privacy, receivedAt) : undefined;
}

/**
 * MAX names the answered comment, not the chain. So a thread is one client under one post: by their number, in our
 * comments by the answered number. An unnamed person speaks for the channel.
 */
function commentOf(
  { sender, timestamp, body, link }: Message,
  post: string,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | undefined {
  if (!body) return undefined;
  const side = sender ? sideOf(sender, channel) : 'unknown';
  const answered = link?.type === 'reply' && link.sender ? link.sender : null;
  const client = side === 'client' ? sender : answered;
  return messageEvent(
    {
      kind: 'comment',
      id: body.mid,
      thread: commentThread(post, client?.user_id ?? null),
      side,
      author: sender ? authorOf(sender) : { id: null },
      at: timestamp,
      seq: body.seq,
      text: body.text ?? null,
      attached: isAttached({ body, link }),
    },
    channel,
    privacy,
    receivedAt,
  );
}

/** A forward is in the link. */
const isAttached = ({ body, link }: Pick<Message, 'body' | 'link'>): boolean =>
  isSomething(body?.attachments, link?.type === 'forward');

/** MAX writes post ids with and without `mid.`. */
const commentThread = (post: string, client: string | null): string =>
  ['comment', post.replace(/^mid\./, ''), ...(client === null ? [] : [client])].join('/');

const sideOf = (sender: z.output<typeof personShape>, { staff }: MaxChannel): Side =>
  sender.is_bot ? 'bot' : staff.includes(sender.user_id) ? 'employee' : 'client';

const authorOf = (sender: z.output<typeof personShape>) => ({
  id: sender.user_id,
  name: sender.name ?? sender.first_name ?? null,
});

/**
 * In a dialogue (positive chat id) only its sides delete; in a group perhaps an admin, who is no client. Deleting
 * another's comment withdraws nothing of one's own.
 */
function removalOf(json: unknown, channel: MaxChannel, receivedAt: number): Event | null | undefined {
  const { data } = removalShape.safeParse(json);
  if (!data) return undefined;
  const { post_id: post, user_id: by } = data;
  const side = channel.staff.includes(by) ? 'employee' : 'client';
  if (side === 'client' && !post && Number(data.chat_id) <= 0) return null;
  const thread = post ? commentThread(post, by) : String(data.chat_id);
  const deleted = { of: data.message_id, thread, side, author: by, at: data.timestamp } as const;
  return deletionEvent(deleted, channel, receivedAt);
}
