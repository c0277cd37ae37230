import type { MetaChannel } from '@otklik/config';
import type { EpochMs, Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, isSomething, spokenEvent } from '../provider/spoken.ts';

const id = z.union([z.string().regex(/^[\w.-]{1,64}$/), z.int().positive()]).transform(String);
const party = z.looseObject({ id });

const messagingShape = z.looseObject({
  sender: party,
  recipient: party,
  timestamp: z.number().positive(),
  message: z
    .looseObject({
      mid: z.string().min(1),
      text: z.string().optional(),
      is_echo: z.boolean().optional(),
      is_deleted: z.boolean().optional(),
      app_id: id.optional(),
      attachments: z.unknown().optional(),
    })
    .optional(),
  postback: z.looseObject({ mid: z.string().min(1), title: z.string().optional() }).optional(),
});

/** Nobody's turn: what was read or delivered, who reacted, who came by which link. */
const NOTHING = [
  'read',
  'delivery',
  'reaction',
  'referral',
  'optin',
  'pass_thread_control',
  'take_thread_control',
  'message_edit',
];

const feedShape = z.looseObject({
  item: z.string(),
  verb: z.string().optional(),
  comment_id: z.string().optional(),
  post_id: z.string().optional(),
  parent_id: z.string().optional(),
  from: z.looseObject({ id, name: z.string().optional() }).optional(),
  message: z.string().optional(),
  created_time: z.number().optional(),
  permalink_url: z.string().optional(),
});
const commentShape = z.looseObject({
  id: z.string().min(1),
  from: z.looseObject({ id, username: z.string().optional() }),
  text: z.string().optional(),
  parent_id: z.string().optional(),
});

const entryShape = z.looseObject({
  id,
  time: z.number().optional(),
  messaging: z.array(z.unknown()).optional(),
  /** What another app has in hand: the client waits all the same. */
  standby: z.array(z.unknown()).optional(),
  changes: z.array(z.looseObject({ field: z.string(), value: z.unknown().optional() })).optional(),
});
const bodyShape = z.looseObject({ object: z.string(), entry: z.array(entryShape) });

export interface ReadMeta {
  readonly events: Event[];
  readonly faults: string[];
}

/**
 * One body to events. One app posts several accounts to one address, so that each entry goes to the channel of its account.
 * https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
 */
export function eventsOfBody(
  json: unknown,
  channelOf: (account: string) => MetaChannel | null,
  privacy: Privacy,
  receivedAt: number,
): ReadMeta {
  const { data } = bodyShape.safeParse(json);
  if (!data) return { events: [], faults: ['the body is none of Meta’s'] };
  const read: ReadMeta[] = data.entry.flatMap((entry) => {
    const channel = channelOf(entry.id);
    if (channel === null) return [{ events: [], faults: ['an account of Meta that no channel has'] }];
    const said = [...(entry.messaging ?? []), ...(entry.standby ?? [])].map((each) =>
      ofMessaging(each, channel, privacy, receivedAt),
    );
    const changed = (entry.changes ?? []).map(({ field, value }) =>
      ofChange(field, value, entry.time, channel, privacy, receivedAt),
    );
    return [...said, ...changed];
  });
  return { events: read.flatMap(({ events }) => events), faults: read.flatMap(({ faults }) => faults) };
}

const none: ReadMeta = { events: [], faults: [] };
const unknown = (what: string): ReadMeta => ({ events: [], faults: [`${what} of Meta that we do not know`] });

function ofMessaging(json: unknown, channel: MetaChannel, privacy: Privacy, receivedAt: number): ReadMeta {
  const { data } = messagingShape.safeParse(json);
  if (!data) return unknown('a message');
  const { sender, recipient, message, postback, timestamp } = data;
  const said = message ?? postback;
  if (!said) return NOTHING.some((name) => name in data) ? none : unknown('an event');
  const isOurs = message?.is_echo === true || sender.id === channel.accountId;
  const client = isOurs ? recipient.id : sender.id;
  if (message?.is_deleted) {
    const side = isOurs ? 'employee' : 'client';
    const deleted = { of: said.mid, thread: client, side, author: sender.id, at: timestamp } as const;
    return { events: [deletionEvent(deleted, channel, receivedAt)], faults: [] };
  }
  const isBot = message?.app_id !== undefined && channel.botApps.includes(message.app_id);
  const event = spokenEvent(
    {
      id: said.mid,
      thread: client,
      side: isOurs ? (isBot ? 'bot' : 'unknown') : 'client',
      author: { id: sender.id },
      at: timestamp,
      text: message?.text ?? postback?.title ?? null,
      attached: isSomething(message?.attachments),
    },
    channel,
    privacy,
    receivedAt,
  );
  return { events: [event], faults: [] };
}

function ofChange(
  field: string,
  value: unknown,
  time: number | undefined,
  channel: MetaChannel,
  privacy: Privacy,
  receivedAt: number,
): ReadMeta {
  const one = (said: SaidComment): ReadMeta => ({
    events: [eventOfComment(said, channel, privacy, receivedAt)],
    faults: [],
  });
  if (field === 'comments' || field === 'live_comments') {
    const { data } = commentShape.safeParse(value);
    if (!data) return unknown('a comment');
    const { from, text, parent_id: parent } = data;
    const at = time === undefined ? null : time * 1_000;
    return one({ id: data.id, top: parent ?? data.id, from: from.id, name: from.username, text, at });
  }
  if (field !== 'feed') return unknown('a change');
  const { data } = feedShape.safeParse(value);
  if (!data) return unknown('a change');
  // To like, to hide and to remove is no answer, and not told to be the client's own doing.
  if (data.item !== 'comment' || data.verb !== 'add') return none;
  if (!data.comment_id || !data.from) return unknown('a comment');
  const { comment_id: own, parent_id: parent, post_id: post, from, created_time: seconds } = data;
  return one({
    id: own,
    top: parent === undefined || parent === post ? own : parent,
    from: from.id,
    name: from.name,
    text: data.message,
    at: seconds === undefined ? null : seconds * 1_000,
    link: data.permalink_url,
  });
}

/** A comment, as a webhook or a list tells it. `top`: the one that its chain begins with, itself when it begins one. */
export interface SaidComment {
  readonly id: string;
  readonly top: string;
  readonly from: string;
  readonly name: string | undefined;
  readonly text: string | undefined;
  readonly at: EpochMs | null;
  readonly link?: string | undefined;
}

/** Whoever comments under our own name is a person whom Meta does not name. */
export function eventOfComment(
  { id: own, top, from, name, text, at, link = undefined }: SaidComment,
  channel: MetaChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event {
  const isOurs = from === channel.accountId;
  return spokenEvent(
    {
      kind: 'comment',
      id: `comment/${own}`,
      thread: `comment/${top}`,
      side: isOurs ? 'unknown' : channel.staff.includes(from) ? 'employee' : 'client',
      author: { id: from, name: isOurs ? null : (name ?? null) },
      at,
      text: text ?? null,
      // A sticker or a photo comes without a word of its own.
      attached: true,
      link: link ?? null,
    },
    channel,
    privacy,
    receivedAt,
  );
}
