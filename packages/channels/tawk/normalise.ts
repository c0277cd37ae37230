import type { EpochMs, Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, isSomething, type MessageFields, messageEvent } from '../provider/messageEvent.ts';
import { dateTime } from '../provider/times.ts';
import type { TawkChannel } from './config.ts';

const word = z.string().nullish().catch(null);
const id = z.string().min(1);
const personShape = z.looseObject({ name: word, email: word });

const startShape = z.looseObject({
  chatId: id,
  time: z.unknown(),
  message: z.looseObject({ text: word, type: word, sender: z.looseObject({ type: z.string() }) }),
  visitor: personShape.nullish().catch(null),
});
const transcriptShape = z.looseObject({
  chat: z.looseObject({
    id,
    visitor: personShape.nullish().catch(null),
    messages: z.array(z.unknown()),
  }),
});
const lineShape = z.looseObject({
  sender: z.looseObject({ t: z.string(), n: word, id: word }),
  type: word,
  msg: word,
  time: z.unknown(),
  attchs: z.unknown().optional(),
});
type Line = z.output<typeof lineShape> & { readonly at: EpochMs };
const ticketShape = z.looseObject({
  time: z.unknown(),
  ticket: z.looseObject({ id, subject: word, message: word }),
  requester: personShape.extend({ type: word }).nullish().catch(null),
});

interface Read {
  readonly events: Event[];
  readonly faults: string[];
}

const NOTHING: Read = { events: [], faults: [] };

/**
 * One webhook of tawk.to. A chat is told by its first message, by its end, and some minutes later by its transcript: what
 * agents answered stands there alone. https://developer.tawk.to/webhooks/
 */
export function eventsOfTawk(
  json: unknown,
  channel: TawkChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Read {
  const { data } = z.looseObject({ event: z.string() }).safeParse(json);
  if (!data) return misread('the body is no webhook of tawk.to');
  const said = (fields: Said): Event =>
    messageEvent({ kind: 'message', attached: false, ...fields }, channel, privacy, receivedAt);
  switch (data.event) {
    case 'chat:start':
      return channel.started === 'waits' ? startOf(data, said) : NOTHING;
    case 'chat:end':
      return NOTHING;
    case 'chat:transcript_created':
      return transcriptOf(data, said, (fields) => deletionEvent(fields, channel, receivedAt), channel);
    case 'ticket:create':
      return ticketOf(data, said);
    default:
      return misread(`a webhook of tawk.to that we do not know: ${data.event.slice(0, 40)}`);
  }
}

type Said = Omit<MessageFields, 'attached'> & { readonly attached?: boolean };
type Say = (fields: Said) => Event;
type TakeBack = (fields: Parameters<typeof deletionEvent>[0]) => Event;

const misread = (fault: string): Read => ({ events: [], faults: [fault] });

/** What an agent began is nobody's turn; the transcript has it. */
function startOf(body: unknown, said: Say): Read {
  const { data } = startShape.safeParse(body);
  const at = dateTime(data?.time);
  if (!data || at === null) return misread('chat:start is not as tawk.to describes it');
  const { chatId, message, visitor } = data;
  if (message.sender.type === 'agent' || message.sender.type === 'system') return NOTHING;
  if (message.sender.type !== 'visitor') return misread('chat:start of a sender that we do not know');
  const attached = message.type !== 'msg';
  const client = { id: startId(chatId), thread: threadOf(chatId), side: 'client' } as const;
  const event = said({
    ...client,
    author: visitorOf(chatId, visitor),
    at,
    text: message.text ?? null,
    attached,
  });
  return { events: [event], faults: [] };
}

/** The transcript has the client's first words too, by their own time: then those of chat:start count no longer. */
function transcriptOf(body: unknown, said: Say, takenBack: TakeBack, { started }: TawkChannel): Read {
  const { data } = transcriptShape.safeParse(body);
  if (!data) return misread('chat:transcript_created is not as tawk.to describes it');
  const { id: chat, visitor, messages } = data.chat;
  const { lines, faults } = linesOf(messages);
  const ids = idsOf(chat, lines);
  const events = lines.map((line, index) => {
    const { sender, type, msg, at, attchs } = line;
    const about = {
      id: ids[index] ?? '',
      thread: threadOf(chat),
      at,
      text: msg ?? null,
      attached: isSomething(attchs) || (type ?? PLAIN) !== PLAIN,
    };
    if (sender.t === 'v') return said({ ...about, side: 'client', author: visitorOf(chat, visitor) });
    const agent = sender.id || sender.n || null;
    const side = agent === null ? 'unknown' : 'employee';
    return said({ ...about, side, author: { id: agent, name: sender.n ?? null } });
  });
  const first = lines.find(({ sender }) => sender.t === 'v');
  if (started === 'ignored' || first === undefined || faults.length > 0) return { events, faults };
  const place = { of: startId(chat), thread: threadOf(chat), side: 'client', author: chat } as const;
  return { events: [...events, takenBack({ ...place, at: first.at })], faults };
}

const PLAIN = 'msg';
/** Types of what somebody said (the page on chat:start), and of what they did besides. */
const SPEECH: ReadonlySet<string> = new Set([PLAIN, 'file', 'webrtc-call']);
const BESIDES: ReadonlySet<string> = new Set(['nav']);

/** What visitors and agents said. The widget and its triggers speak as `s`; an agent's call by itself says nothing of talk. */
function linesOf(messages: readonly unknown[]): { lines: Line[]; faults: string[] } {
  const faults: string[] = [];
  const lines = messages.flatMap((each): Line[] => {
    const { data } = lineShape.safeParse(each);
    const at = dateTime(data?.time);
    const type = data?.type ?? PLAIN;
    if (data?.sender.t === 's' || BESIDES.has(type)) return [];
    if (data?.sender.t === 'a' && type === 'webrtc-call') return [];
    if (!data || at === null || !/^[va]$/.test(data.sender.t) || !SPEECH.has(type)) {
      faults.push('a message of a transcript that we do not understand');
      return [];
    }
    return [{ ...data, at }];
  });
  return { lines, faults };
}

function ticketOf(body: unknown, said: Say): Read {
  const { data } = ticketShape.safeParse(body);
  const at = dateTime(data?.time);
  if (!data || at === null) return misread('ticket:create is not as tawk.to describes it');
  const { ticket, requester } = data;
  if (requester?.type === 'agent') return NOTHING;
  const event = said({
    id: `ticket/${ticket.id}`,
    thread: `ticket-${ticket.id}`,
    side: 'client',
    author: visitorOf(`ticket-${ticket.id}`, requester),
    at,
    text: [ticket.subject, ticket.message].filter(Boolean).join('\n') || null,
    attached: true,
  });
  return { events: [event], faults: [] };
}

const threadOf = (chat: string): string => `chat-${chat}`;

/** A chat's id is its visitor's: tawk.to tells no other. What they typed proves nothing; a name of digits is the widget's. */
function visitorOf(
  own: string,
  person: z.output<typeof personShape> | null | undefined,
): MessageFields['author'] {
  const name = person?.name && !/^V\d+$/.test(person.name) ? person.name : null;
  const email = /^[^\s@]+@[^\s@]+$/.test(person?.email ?? '') ? (person?.email?.toLowerCase() ?? null) : null;
  return { id: own, name, typed: { phone: null, email } };
}

const startId = (chat: string): string => `${chat}/start`;

/** Messages have no ids: by who wrote, when, and their order within the millisecond, so that another transcript of the chat names them alike. */
function idsOf(chat: string, lines: readonly Line[]): string[] {
  const seen = new Map<string, number>();
  return lines.map(({ sender, at }) => {
    const name = `${chat}/${sender.t}/${at}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}/${before}`;
  });
}
