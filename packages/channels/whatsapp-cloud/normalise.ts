import {
  type Author,
  type Bounce,
  type Deletion,
  type EpochMs,
  type Event,
  type Gesture,
  keepText,
  type Message,
  type Privacy,
  wordingOf,
} from '@otklik/domain';
import { greetingName, judgeGreeting } from '../provider/greetings.ts';
import {
  type ClientMessage,
  type Contact,
  contactShape,
  type Echo,
  echoShape,
  inGroupShape,
  messageShape,
  statusShape,
  type Value,
} from './bodyShape.ts';
import type { WhatsappCloudChannel } from './config.ts';
import { groupThread, namesIn, type PlacedClient, personName, placeClient } from './people.ts';
import { storable, wordsOf } from './words.ts';

export interface Read {
  readonly events: readonly Event[];
  /** Kept as long as the events. */
  readonly history: ReadonlyMap<string, string>;
  readonly fault: string | null;
}

export interface Reading {
  readonly channel: WhatsappCloudChannel;
  readonly known: ReadonlyMap<string, string>;
  readonly privacy: Privacy;
  readonly receivedAt: EpochMs;
}

const NOTHING: Read = { events: [], history: new Map(), fault: null };
const faulty = (fault: string): Read => ({ ...NOTHING, fault });

/** Actions on an existing message. */
const GESTURES: ReadonlySet<string> = new Set(['reaction', 'edit', 'pin', 'keep_in_chat', 'poll_update']);

/** Other hidden content may be words. */
function kindOf({ type, unsupported }: ClientMessage | Echo): string {
  const hidden = unsupported?.type;
  return type === 'unsupported' && hidden !== undefined && GESTURES.has(hidden) ? hidden : type;
}

/** Key: when the client last wrote. */
const lastName = (client: string): string => `last:${client}`;
/** Key: a message that we sent. */
export const sentName = (id: string): string => `sent:${id}`;

export function contactsIn({ contacts = [] }: Value): Contact[] {
  return contacts.map((raw) => contactShape.safeParse(raw).data).filter((contact) => contact !== undefined);
}

/** A turn of any kind, even `unsupported`, which the first message often is. */
export function readMessage(raw: unknown, contacts: readonly Contact[], reading: Reading): Read {
  const { data: message } = messageShape.safeParse(raw);
  if (message === undefined) return faulty('a message without id or type');
  const { contact, ...names } = namesIn(message.from, message.from_user_id, contacts);
  const former = message.system?.previous_user_id;
  const client = placeClient(former === undefined ? names : { ...names, userId: former }, reading.known);
  if (client === null) return faulty('a message that does not say who wrote');
  const about = base(message, client, reading);
  const author: Author = {
    id: client.thread,
    name: storable(contact?.profile?.name ?? '').trim() || null,
    phone: client.phone,
    email: null,
  };
  switch (kindOf(message)) {
    case 'reaction':
      return {
        ...NOTHING,
        events: [{ ...about, kind: 'reaction', side: 'client', author } satisfies Gesture],
      };
    case 'system':
      return { ...NOTHING, history: newNames(message, client) };
    // The chat was opened, or a message was changed: nothing was said.
    case 'request_welcome':
    case 'edit':
    case 'pin':
    case 'keep_in_chat':
    case 'poll_update':
      return NOTHING;
    case 'revoke':
      return revoked(message, { ...about, side: 'client', author });
    default: {
      const history = new Map([...client.learned, [lastName(about.thread), String(about.at)]]);
      return {
        events: [spoken(message, { ...about, side: 'client', author }, client, reading)],
        history,
        fault: null,
      };
    }
  }
}

/** An echo comes from the Business app or a linked device: one of us wrote it, unnamed. */
export function readEcho(raw: unknown, sender: 'person' | 'machine', reading: Reading): Read {
  const { data: echo } = echoShape.safeParse(raw);
  if (echo === undefined) return faulty('an echo without id or type');
  const client =
    echo.group_id === undefined
      ? placeClient(namesIn(echo.to, echo.to_user_id, []), reading.known)
      : { thread: echo.group_id, phone: null, learned: new Map<string, string>() };
  if (client === null) return faulty('an echo that does not say to whom');
  const about = base(echo, client, reading);
  const author: Author = { id: null, name: null, phone: null, email: null };
  const kind = kindOf(echo);
  if (GESTURES.has(kind) || kind === 'system') return NOTHING;
  if (kind === 'revoke') return revoked(echo, { ...about, side: 'employee', author });
  if (sender === 'machine')
    return {
      ...NOTHING,
      events: [spoken(echo, { ...about, side: 'bot', author }, client, reading)],
      history: client.learned,
    };
  const text = wordsOf(echo);
  const name = greetingName(text ?? '');
  const { known, channel } = reading;
  const lastTurn = known.get(lastName(about.thread));
  const judged = judgeGreeting(
    { text, thread: about.thread, id: about.id, at: about.at },
    lastTurn === undefined ? null : Number(lastTurn),
    known.get(name),
    channel.autoReplies,
  );
  const side = judged.by === 'machine' ? 'bot' : 'employee';
  const history = new Map(client.learned);
  if (judged.by !== 'person' && judged.heard !== null) history.set(name, JSON.stringify(judged.heard));
  const takenBack = judged.by === 'machine' ? judged.before : [];
  return {
    events: [
      spoken(echo, { ...about, side, author }, client, reading),
      ...takenBack.map(({ id, thread }) => bounce(id, thread, 'machine', about.at, reading)),
    ],
    history,
    fault: null,
  };
}

/** A status is no answer. A failed delivery takes one back. */
export function readStatus(raw: unknown, reading: Reading): Read {
  const { data: status } = statusShape.safeParse(raw);
  if (status === undefined) return faulty('a status without id');
  const thread = reading.known.get(sentName(status.id));
  if (status.status !== 'failed' || thread === undefined) return NOTHING;
  return { ...NOTHING, events: [bounce(status.id, thread, 'failed', timeOf(status, reading).at, reading)] };
}

/** The names to look up before reading. */
export function namesNeeded(value: Value): string[] {
  const contacts = contactsIn(value);
  const clients = (value.messages ?? []).flatMap((raw) => {
    const { data } = messageShape.safeParse(raw);
    const { waId, userId } = namesIn(data?.from, data?.from_user_id, contacts);
    return [waId, userId, data?.system?.previous_user_id ?? null];
  });
  const echoes = (value.message_echoes ?? []).flatMap((raw) => {
    const { data } = echoShape.safeParse(raw);
    return data === undefined ? [] : [data];
  });
  const groups = [...(value.messages ?? []), ...echoes].flatMap((raw) => {
    const { data } = inGroupShape.safeParse(raw);
    return data === undefined ? [] : [lastName(groupThread(data.group_id))];
  });
  const answered = echoes.flatMap(({ to, to_user_id }) => [to ?? null, to_user_id ?? null]);
  const people = [...clients, ...answered].filter((name) => name !== null);
  return [
    ...people.map(personName),
    ...groups,
    ...echoes.map((echo) => greetingName(wordsOf(echo) ?? '')),
    ...(value.statuses ?? []).flatMap((raw) => {
      const { data } = statusShape.safeParse(raw);
      return data === undefined ? [] : [sentName(data.id)];
    }),
  ];
}

/** Names that depend on the threads found. */
export const namesNeededOfThreads = (
  known: ReadonlyMap<string, string>,
  names: readonly string[],
): string[] =>
  names.flatMap((name) => {
    if (!name.startsWith('person:')) return [];
    return [lastName(known.get(name) ?? name.slice('person:'.length))];
  });

type About = Pick<Event, 'channel' | 'id' | 'thread' | 'at' | 'atSource' | 'receivedAt' | 'seq'>;
type MessageFields = About & Pick<Event, 'side' | 'author'>;

function base(message: ClientMessage | Echo, client: PlacedClient, reading: Reading): About {
  return {
    channel: reading.channel.id,
    id: storable(message.id),
    thread: storable(message.group_id === undefined ? client.thread : groupThread(message.group_id)),
    ...timeOf(message, reading),
    receivedAt: reading.receivedAt,
    seq: null,
  };
}

function timeOf(
  { timestamp }: { timestamp?: string | number | undefined },
  { receivedAt }: Reading,
): Pick<Event, 'at' | 'atSource'> {
  const seconds = Number(timestamp ?? Number.NaN);
  if (!Number.isSafeInteger(seconds) || seconds <= 0) return { at: receivedAt, atSource: 'arrival' };
  return { at: Math.min(seconds * 1_000, receivedAt), atSource: 'provider' };
}

function spoken(
  message: ClientMessage | Echo,
  about: MessageFields,
  client: PlacedClient,
  reading: Reading,
): Message {
  const words = wordsOf(message);
  return {
    ...about,
    kind: 'message',
    text: keepText(words, reading.privacy.text),
    wording: wordingOf(words, {
      formalReplies: reading.channel.policy.formalReplies,
      attached: message.type !== 'text',
    }),
    link:
      client.phone === null || message.group_id !== undefined
        ? null
        : `https://wa.me/${client.phone.slice(1)}`,
  };
}

function revoked({ revoke }: ClientMessage | Echo, about: MessageFields): Read {
  if (revoke === undefined) return faulty('a revoke that does not say of what');
  return {
    ...NOTHING,
    events: [{ ...about, kind: 'deletion', of: storable(revoke.original_message_id) } satisfies Deletion],
  };
}

function bounce(
  of: string,
  thread: string,
  why: string,
  at: EpochMs,
  { channel, receivedAt }: Reading,
): Bounce {
  return {
    kind: 'bounce',
    channel: channel.id,
    id: `${of}/${why}`,
    of,
    thread,
    side: 'bot',
    author: { id: null, name: null, phone: null, email: null },
    at,
    atSource: 'provider',
    receivedAt,
    seq: null,
  };
}

/** A client's new number or id continues the conversation. */
function newNames({ from_user_id: now, system }: ClientMessage, client: PlacedClient): Map<string, string> {
  const isNewId = system?.previous_user_id !== undefined;
  const names = [system?.wa_id, system?.user_id, isNewId ? now : undefined].filter(
    (name) => name !== undefined,
  );
  return new Map([
    ...client.learned,
    ...names.map((name): [string, string] => [personName(name), client.thread]),
  ]);
}
