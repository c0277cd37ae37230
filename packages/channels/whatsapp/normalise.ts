import { type Author, type EpochMs, type Event, keepText, type Privacy, wordingOf } from '@otklik/domain';
import { isAutoReply } from '../provider/autoReply.ts';
import { storableText } from '../provider/storable.ts';
import type { WhatsappChannel } from './config.ts';
import { isGroupJid, type PersonJid, personJid } from './jids.ts';
import { factName, placePerson } from './people.ts';
import type { RawWaContent, RawWaMessage, WaSelf } from './rawEvent.ts';

export interface Reading {
  readonly channel: WhatsappChannel;
  readonly privacy: Privacy;
  /** Values of {@link namesNeeded}. */
  readonly known: ReadonlyMap<string, string>;
  readonly self: WaSelf;
  readonly receivedAt: EpochMs;
}

export interface Normalised {
  readonly events: readonly Event[];
  /** Why a person should look at it. */
  readonly fault: string | null;
  /** Kept until the account is forgotten. */
  readonly facts: ReadonlyMap<string, string>;
  /** Kept as long as the events. */
  readonly history: ReadonlyMap<string, string>;
}

export const NOTHING: Normalised = { events: [], fault: null, facts: new Map(), history: new Map() };

/** Key: our own sending. Its echo is no event. */
export const sentName = (id: string): string => `sent:${id}`;
/** Key: `undecrypted` opened a wait, `silent` did not. */
const metName = (id: string): string => `met:${id}`;

/** Message ids are random and stable; the chat's address is not (number or LID). Each side draws its own ids. */
export const eventId = (id: string, fromMe: boolean): string =>
  fromMe ? `${storableText(id)}/out` : storableText(id);

/** The names to look up before reading. */
export function namesNeeded(message: RawWaMessage): string[] {
  const people = [message.chat, message.chatAlt, message.participant, message.participantAlt];
  const names = people.map(personJid).flatMap((person) => (person === null ? [] : [factName(person)]));
  return [...names, message.fromMe ? sentName(message.id) : metName(message.id)];
}

/** Pure; never throws. */
export function normaliseMessage(message: RawWaMessage, reading: Reading): Normalised {
  const place = placeOf(message, reading);
  if (place === null) return NOTHING;
  if (message.fromMe && reading.known.has(sentName(message.id))) return { ...NOTHING, facts: place.facts };
  const read = message.content === null ? readStub(message, place, reading) : READERS[message.content.kind];
  const result = typeof read === 'function' ? read(message, place, reading) : read;
  return { ...NOTHING, ...result, facts: place.facts };
}

interface Place {
  readonly thread: string;
  readonly side: 'client' | 'employee' | 'bot';
  readonly author: Author;
  readonly link: string | null;
  readonly facts: ReadonlyMap<string, string>;
}

/** null where nobody waits: our own chat, status, newsletters, broadcasts, bots. */
function placeOf(message: RawWaMessage, { channel, known, self }: Reading): Place | null {
  const other = (jid: string | null) => {
    const person = personJid(jid);
    return person === null || isSelf(person, self) ? null : person;
  };
  if (isGroupJid(message.chat)) {
    const thread = message.chat;
    if (message.fromMe) return { thread, ...OURS, link: null, facts: new Map() };
    const person = other(message.participant);
    if (person === null) return null;
    const { phone, learned } = placePerson(person, other(message.participantAlt), known);
    const side = phone !== null && channel.colleagues.includes(phone) ? 'employee' : 'client';
    return { thread, side, author: authorOf(person, phone, message), link: null, facts: learned };
  }
  const person = other(message.chat);
  if (person === null) return null;
  const { thread, phone, learned: facts } = placePerson(person, other(message.chatAlt), known);
  const link = phone === null ? null : `https://wa.me/${phone.slice(1)}`;
  if (message.fromMe) return { thread, ...OURS, link, facts };
  return { thread, side: 'client', author: authorOf(person, phone, message), link, facts };
}

/** WhatsApp does not tell who of a shared account typed. */
const OURS = {
  side: 'employee',
  author: { id: null, name: null, phone: null, email: null },
} as const satisfies Partial<Place>;

export function isSelf({ jid }: PersonJid, self: WaSelf): boolean {
  return jid === personJid(self.pn)?.jid || jid === personJid(self.lid)?.jid;
}

function authorOf({ jid }: PersonJid, phone: string | null, { pushName }: RawWaMessage): Author {
  const name = storableText(pushName ?? '').trim();
  return { id: jid, name: name === '' ? null : name, phone, email: null };
}

type Read = Partial<Pick<Normalised, 'events' | 'fault' | 'history'>>;
type Reader = (message: RawWaMessage, place: Place, reading: Reading) => Read;

const READERS: { readonly [Kind in RawWaContent['kind']]: Reader } = {
  speech: readSpeech,
  revoke: readRevoke,
  reaction: readReaction,
  silent: readSilent,
  strange: (message, place, reading) => ({
    ...readSpeech(message, place, reading),
    fault: 'a message of a kind that the library does not know: update Otklik',
  }),
};

/**
 * A client's undecrypted message has sender and time, so it counts. Ours may be an automatic greeting: our telephone
 * is asked for it again.
 */
function readStub(message: RawWaMessage, place: Place, reading: Reading): Read {
  if (!message.isUndecrypted || place.side !== 'client') return {};
  // A second delivery cannot be decrypted: it was read the first time.
  if (reading.known.get(metName(message.id)) === 'silent') return {};
  return { ...readSpeech(message, place, reading), history: new Map([[metName(message.id), 'undecrypted']]) };
}

function readSilent(message: RawWaMessage, place: Place, reading: Reading): Read {
  if (place.side !== 'client') return {};
  return {
    events: withoutStub(message, place, reading),
    history: new Map([[metName(message.id), 'silent']]),
  };
}

function readSpeech(message: RawWaMessage, place: Place, reading: Reading): Read {
  const { channel, privacy } = reading;
  const text = message.content?.kind === 'speech' ? message.content.text : null;
  const words = text === null ? null : storableText(text);
  return {
    events: [
      {
        kind: 'message',
        ...happening(message, { ...place, side: sideOf(message, place, words, channel) }, reading),
        text: keepText(words, privacy.text),
        wording: wordingOf(words, { formalReplies: channel.policy.formalReplies, attached: false }),
        link: place.link,
      },
    ],
  };
}

/** A re-sent message proves no fresh answer, and could be forged. */
function sideOf(
  { fromMe, isResent }: RawWaMessage,
  { side }: Place,
  text: string | null,
  channel: WhatsappChannel,
) {
  if (!fromMe) return side;
  return isResent || isAutoReply(text, channel.autoReplies) ? 'bot' : side;
}

/** A deletion by an admin or by us stops no clock. */
function readRevoke(message: RawWaMessage, place: Place, reading: Reading): Read {
  const { content } = message;
  if (content?.kind !== 'revoke') return {};
  const isOwn =
    content.by === null || personJid(content.by)?.jid === personJid(message.participant ?? message.chat)?.jid;
  if (place.side === 'client' && !isOwn) return {};
  const of = eventId(content.of, message.fromMe && content.ofMe);
  const deletion = { kind: 'deletion' as const, ...happening(message, place, reading), of };
  return { events: [deletion, ...withoutStub(message, place, reading)] };
}

/** A removed reaction has no emoji. */
function readReaction(message: RawWaMessage, place: Place, reading: Reading): Read {
  const undone = withoutStub(message, place, reading);
  if (message.content?.kind !== 'reaction' || message.content.emoji === '') return { events: undone };
  return { events: [{ kind: 'reaction', ...happening(message, place, reading) }, ...undone] };
}

/** An undecrypted message turns out to be no turn. */
function withoutStub(message: RawWaMessage, place: Place, reading: Reading): Event[] {
  if (message.fromMe || reading.known.get(metName(message.id)) !== 'undecrypted') return [];
  const { id, ...rest } = happening(message, place, reading);
  return [{ kind: 'deletion', ...rest, id: `${id}/none`, of: id }];
}

function happening(
  message: RawWaMessage,
  { thread, side, author }: Pick<Place, 'thread' | 'side' | 'author'>,
  reading: Reading,
) {
  const { channel, receivedAt } = reading;
  return {
    channel: channel.id,
    id: eventId(message.id, message.fromMe),
    thread,
    side,
    author,
    ...momentOf(message.sentAt, receivedAt),
    receivedAt,
    seq: null,
  };
}

export function momentOf(sentAt: number | null, receivedAt: EpochMs): Pick<Event, 'at' | 'atSource'> {
  if (sentAt === null || !(sentAt > 0)) return { at: receivedAt, atSource: 'arrival' };
  return { at: Math.min(Math.trunc(sentAt * 1_000), receivedAt), atSource: 'provider' };
}
