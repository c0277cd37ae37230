import type { EpochMs, Event, Privacy, Side } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, isSomething, messageEvent } from '../provider/messageEvent.ts';
import type { MetaChannel } from './config.ts';

const id = z.union([z.string().regex(/^[\w.-]{1,64}$/), z.int().positive()]).transform(String);
const party = z.looseObject({ id });
/** Milliseconds, or seconds (`changes`, comments), number or text; to milliseconds. */
const time = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{9,14}$/)
      .transform(Number),
  ])
  .refine((at) => at > 0)
  .transform((at) => (at < 100_000_000_000 ? at * 1_000 : at));

const messagingShape = z.looseObject({
  sender: party,
  recipient: party,
  timestamp: time,
  message: z
    .looseObject({
      mid: z.string().min(1),
      text: z.string().nullish(),
      is_echo: z.boolean().nullish(),
      is_deleted: z.boolean().nullish(),
      app_id: id.nullish(),
      attachments: z.unknown().optional(),
    })
    .nullish(),
  postback: z.looseObject({ mid: z.string().min(1).nullish(), title: z.string().nullish() }).nullish(),
});
/** An edit, or with `num_edit` 0 a new Instagram message, often without sender. */
const editShape = z.looseObject({
  sender: party.nullish(),
  recipient: party.nullish(),
  timestamp: time,
  message_edit: z.looseObject({
    mid: z.string().min(1),
    num_edit: z.number().nullish(),
    text: z.string().nullish(),
  }),
});

/** Read and delivery marks, reactions, referrals: they concern no wait. */
const NOTHING = [
  'read',
  'delivery',
  'reaction',
  'referral',
  'optin',
  'pass_thread_control',
  'take_thread_control',
];

const authorShape = z.looseObject({
  id: id.nullish(),
  name: z.string().nullish(),
  username: z.string().nullish(),
});
const feedShape = z.looseObject({
  item: z.string(),
  verb: z.string().nullish(),
  comment_id: z.string().nullish(),
  post_id: z.string().nullish(),
  parent_id: z.string().nullish(),
  from: authorShape.nullish(),
  message: z.string().nullish(),
  created_time: time.nullish(),
  permalink_url: z.string().nullish(),
});
/** Items that stand on a page by themselves. */
const POSTS: ReadonlySet<string> = new Set(['post', 'status', 'photo', 'video', 'share', 'note', 'link']);
const commentShape = z.looseObject({
  id: z.string().min(1),
  from: authorShape.nullish(),
  text: z.string().nullish(),
  parent_id: z.string().nullish(),
});

const changeShape = z.looseObject({ field: z.string(), value: z.unknown().optional() });
const entryShape = z.looseObject({
  id,
  time: time.nullish(),
  messaging: z.array(z.unknown()).nullish(),
  /** Held by another app; the client waits. */
  standby: z.array(z.unknown()).nullish(),
  changes: z.array(z.unknown()).nullish(),
  /** A single change may stand in the entry itself. */
  field: z.string().nullish(),
  value: z.unknown().optional(),
});
const bodyShape = z.looseObject({ object: z.string(), entry: z.array(entryShape) });

/** `words`: uncut, unlike the event's. */
export interface SaidEvent {
  readonly event: Event;
  readonly words: string | null;
}

/** A message whose sender Meta left out. */
export interface Unnamed {
  readonly channel: MetaChannel;
  readonly mid: string;
  readonly at: EpochMs;
}

export interface ReadMeta {
  readonly said: readonly (SaidEvent & { readonly channel: MetaChannel })[];
  readonly unnamed: readonly Unnamed[];
  readonly faults: readonly string[];
}

/**
 * One app posts several accounts to one address.
 * https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
 */
export function readMetaBody(
  json: unknown,
  channelOf: (account: string) => MetaChannel | null,
  privacy: Privacy,
  receivedAt: number,
): ReadMeta {
  const { data } = bodyShape.safeParse(json);
  if (!data) return { ...none, faults: ['the body is none of Meta’s'] };
  const read: ReadMeta[] = data.entry.flatMap((entry) => {
    const channel = channelOf(entry.id);
    if (channel === null) return [{ ...none, faults: ['an account of Meta that no channel has'] }];
    const at: Place = { channel, privacy, receivedAt, time: entry.time ?? null };
    const said = [...(entry.messaging ?? []), ...(entry.standby ?? [])].map((each) => ofMessaging(each, at));
    const changes = [...(entry.changes ?? []), ...(typeof entry.field === 'string' ? [entry] : [])];
    return [...said, ...changes.map((each) => ofChange(each, at))];
  });
  return {
    said: read.flatMap(({ said }) => said),
    unnamed: read.flatMap(({ unnamed }) => unnamed),
    faults: read.flatMap(({ faults }) => faults),
  };
}

interface Place {
  readonly channel: MetaChannel;
  readonly privacy: Privacy;
  readonly receivedAt: EpochMs;
  /** The entry's time. */
  readonly time: EpochMs | null;
}

const none: ReadMeta = { said: [], unnamed: [], faults: [] };
const unknown = (what: string): ReadMeta => ({ ...none, faults: [`${what} of Meta that we do not know`] });
const one = (event: Event, words: string | null, { channel }: Place): ReadMeta => ({
  ...none,
  said: [{ event, words, channel }],
});

const has = (json: unknown, name: string): boolean =>
  typeof json === 'object' && json !== null && (Reflect.get(json, name) ?? null) !== null;

function ofMessaging(json: unknown, place: Place): ReadMeta {
  if (has(json, 'message_edit') && !has(json, 'message')) return ofEdit(json, place);
  const { data } = messagingShape.safeParse(json);
  if (!data) return unknown('a message');
  const { sender, recipient, message, postback, timestamp } = data;
  const mid = message ? message.mid : (postback?.mid ?? `postback/${sender.id}/${timestamp}`);
  if (!message && !postback) return NOTHING.some((name) => name in data) ? none : unknown('an event');
  const { channel, receivedAt } = place;
  const isOurs = message?.is_echo === true || sender.id === channel.accountId;
  const client = isOurs ? recipient.id : sender.id;
  if (message?.is_deleted) {
    const side = isOurs ? 'employee' : 'client';
    const deleted = { of: mid, thread: client, side, author: sender.id, at: timestamp } as const;
    return one(deletionEvent(deleted, channel, receivedAt), null, place);
  }
  const isBot = typeof message?.app_id === 'string' && channel.botApps.includes(message.app_id);
  const words = message?.text ?? postback?.title ?? null;
  const side = isOurs ? (isBot ? 'bot' : 'unknown') : 'client';
  return spoken(
    { mid, client, side, author: sender.id, at: timestamp, words },
    isSomething(message?.attachments),
    place,
  );
}

/** An edit is no turn; with number 0 it is a new message. */
function ofEdit(json: unknown, place: Place): ReadMeta {
  const { data } = editShape.safeParse(json);
  if (!data) return unknown('an edit');
  const { sender, recipient, timestamp: at, message_edit: edit } = data;
  const { mid, text: words = null } = edit;
  if (edit.num_edit !== 0) return none;
  const { channel } = place;
  const isOurs = sender?.id === channel.accountId;
  const client = (isOurs ? recipient?.id : sender?.id) ?? null;
  if (!sender || client === null) return { ...none, unnamed: [{ channel, mid, at }] };
  return spoken(
    { mid, client, side: isOurs ? 'unknown' : 'client', author: sender.id, at, words },
    !words,
    place,
  );
}

function spoken(
  {
    mid,
    client,
    words,
    ...who
  }: { mid: string; client: string; side: Side; author: string; at: EpochMs; words: string | null },
  attached: boolean,
  place: Place,
): ReadMeta {
  const { channel, privacy, receivedAt } = place;
  const said = { ...who, id: mid, thread: client, author: { id: who.author }, text: words, attached };
  return one(messageEvent(said, channel, privacy, receivedAt), words, place);
}

/** Instagram may send these in `changes`, Messenger sends them in `messaging`. */
const MESSAGING = /^(messages|message_|messaging_|standby$)/;

function ofChange(json: unknown, place: Place): ReadMeta {
  const { data: change } = changeShape.safeParse(json);
  if (!change) return unknown('a change');
  const { field, value } = change;
  if (MESSAGING.test(field)) return ofMessaging(value, place);
  const { channel, privacy, receivedAt } = place;
  const comment = (said: SaidComment): ReadMeta =>
    one(eventOfComment(said, channel, privacy, receivedAt), said.text, place);
  if (field === 'comments' || field === 'live_comments') {
    const { data } = commentShape.safeParse(value);
    if (!data) return unknown('a comment');
    const { id: own, from, text = null, parent_id: parent } = data;
    const author = { from: from?.id ?? null, name: from?.username ?? null };
    return comment({ id: own, top: parent ?? own, ...author, text, at: place.time });
  }
  if (field !== 'feed') return unknown('a change');
  const { data } = feedShape.safeParse(value);
  if (!data) return unknown('a change');
  const { item, verb, comment_id: own, parent_id: parent, post_id: post, from, message: text = null } = data;
  // Likes, hiding and removal are no answers, and perhaps not the client's.
  if (verb !== 'add') return none;
  const said = {
    from: from?.id ?? null,
    name: from?.name ?? null,
    text,
    at: data.created_time ?? null,
    link: data.permalink_url ?? null,
  };
  if (POSTS.has(item)) {
    if (!post || !from?.id) return unknown('a post');
    return isOfVisitor(from.id, channel) ? comment({ ...said, id: post, top: post }) : none;
  }
  if (item !== 'comment') return none;
  if (!own) return unknown('a comment');
  return comment({ ...said, id: own, top: !parent || parent === post ? own : parent, post });
}

/** What the page or one of us posts addresses nobody. */
export const isOfVisitor = (author: string, { accountId, staff }: MetaChannel): boolean =>
  author !== accountId && !staff.includes(author);

/** A comment or a visitor's post. `top`: the first of its chain, perhaps itself. */
export interface SaidComment {
  readonly id: string;
  readonly top: string;
  /** null: hidden, which Meta does for people, not for the page. */
  readonly from: string | null;
  readonly name: string | null;
  readonly text: string | null;
  readonly at: EpochMs | null;
  readonly link?: string | null;
  /** The page's post above it. */
  readonly post?: string | null | undefined;
}

/** An unnamed person comments under our name. Under a visitor's post that is an answer; under our own nobody waits. */
export function eventOfComment(
  { id: own, top, from, name, text, at, link = null, post = null }: SaidComment,
  channel: MetaChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event {
  const isOurs = from === channel.accountId;
  const side = isOurs ? 'unknown' : from !== null && channel.staff.includes(from) ? 'employee' : 'client';
  const answered = side !== 'client' && top === own && post ? post : top;
  return messageEvent(
    {
      kind: 'comment',
      id: `comment/${own}`,
      thread: `comment/${answered}`,
      side,
      author: { id: from, name: isOurs ? null : name },
      at,
      text,
      // A sticker or photo has no field of its own.
      attached: true,
      link,
    },
    channel,
    privacy,
    receivedAt,
  );
}
