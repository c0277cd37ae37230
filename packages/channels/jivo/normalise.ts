import type { Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { type CallFact, callEvent } from '../provider/callFact.ts';
import { isSomething, type MessageFields, messageEvent } from '../provider/messageEvent.ts';
import { toE164 } from '../provider/phoneNumbers.ts';
import { storableName } from '../provider/storable.ts';
import type { JivoChannel } from './config.ts';

export const word = z.union([z.string(), z.number()]).transform(String).nullish();
const visitorShape = z.looseObject({ name: word, number: word, phone: word, email: word });
export const agentShape = z.looseObject({ id: word, name: word, email: word });

const bodyShape = z.looseObject({
  event_name: z.string(),
  chat_id: word,
  visitor: visitorShape.nullish(),
  agent: agentShape.nullish(),
  agents: z.array(agentShape).nullish().catch(null),
  chat: z
    .looseObject({
      messages: z.array(
        z.looseObject({
          message: z.string().nullish(),
          timestamp: z.number().positive(),
          type: z.string(),
          agent_id: word,
        }),
      ),
    })
    .nullish(),
  offline_message_id: word,
  message: z.string().nullish(),
  call: z.looseObject({ type: z.string(), phone: word, status: z.string() }).nullish(),
});

/** Events that concern no wait. */
const NOTHING = new Set(['chat_updated', 'client_updated', 'client_attribute_updated', 'chat_assigned']);

/**
 * Messages and their times come only at the chat's end. An acceptance opens no wait (a false alarm in each running
 * chat) and counts as an answer until the words are known: see {@link acceptance}. https://www.jivo.ru/docs/webhooks
 */
export function eventsOfJivo(
  json: unknown,
  channel: JivoChannel,
  privacy: Privacy,
  receivedAt: number,
): { readonly events: Event[]; readonly faults: string[] } {
  const { data } = bodyShape.safeParse(json);
  if (!data) return { events: [], faults: ['the body is no webhook of Jivo'] };
  const { event_name: name, visitor, chat_id: chat, agent } = data;
  if (NOTHING.has(name)) return { events: [], faults: [] };
  // The visitor typed these, so they are unproven.
  const typed = {
    phone: visitor?.phone ? toE164(visitor.phone, 'RU') : null,
    email: addressIn(visitor?.email),
  };
  const link = typed.phone === null ? null : `tel:${typed.phone}`;
  const author = { id: visitor?.number ?? chat ?? null, name: visitor?.name ?? null, typed };
  const spoken = (
    said: Pick<MessageFields, 'id' | 'side' | 'author' | 'at' | 'text' | 'attached' | 'link'>,
  ): Event =>
    messageEvent(
      { ...said, thread: threadOf(visitor?.number, chat ?? said.id), text: shown(said.text) },
      channel,
      privacy,
      receivedAt,
    );
  if (name === 'offline_message' && data.offline_message_id) {
    const id = `offline/${data.offline_message_id}`;
    return {
      events: [
        spoken({ id, side: 'client', author, at: null, text: data.message ?? null, attached: false, link }),
      ],
      faults: [],
    };
  }
  if (name === 'chat_accepted')
    return {
      events: chat ? acceptance(chat, visitor?.number ?? null, agent, channel, receivedAt) : [],
      faults: [],
    };
  if (name === 'chat_finished' && chat && data.chat) {
    const agents = [...(data.agents ?? []), ...(agent ? [agent] : [])];
    const ids = idsOf(chat, data.chat.messages);
    const events = data.chat.messages.flatMap((each, index): Event[] => {
      const { message, timestamp, type, agent_id, ...rest } = each;
      // An unknown field may hold a file.
      const attached = isSomething(...Object.values(rest));
      const about = { id: ids[index] ?? '', at: timestamp * 1_000, text: message ?? null, attached };
      if (type === 'visitor') return [spoken({ ...about, side: 'client', author })];
      if (type !== 'agent') return [];
      const id = agent_id ?? agent?.id ?? null;
      const { name: own, email } = agents.find((each) => each.id === id) ?? {};
      const who = { id, name: own ?? null, email: email ?? null };
      return [spoken({ ...about, side: id === null ? 'unknown' : 'employee', author: who })];
    });
    return {
      events: [...events, ...acceptanceOver(chat, visitor?.number ?? null, channel, receivedAt)],
      faults: [],
    };
  }
  if (name === 'call_event' && data.call)
    return { events: callsOf(data.call, chat ?? null, agent?.id ?? null, channel, receivedAt), faults: [] };
  return { events: [], faults: [`a webhook of Jivo that we do not know: ${name.slice(0, 40)}`] };
}

const addressIn = (text: string | null | undefined): string | null =>
  text && text.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(text) ? text.toLowerCase() : null;

/** Threads go by visitor: an offline message is answered in the next chat. */
export const threadOf = (visitor: string | null | undefined, chat: string): string =>
  visitor ? `visitor-${visitor}` : `chat-${chat}`;

const wordless = { at: null, text: null, attached: false } as const;
const nobody = { id: null, name: null, phone: null, email: null };

/** An answer until words or the whole chat replace it. With `accepted: waits` it is nothing. */
export function acceptance(
  chat: string,
  visitor: string | null,
  agent: z.output<typeof agentShape> | null | undefined,
  channel: JivoChannel,
  receivedAt: number,
): Event[] {
  if (channel.accepted === 'waits') return [];
  const { id = null, name = null, email = null } = agent ?? {};
  const side = id === null ? 'unknown' : 'employee';
  const said = {
    ...wordless,
    id: acceptanceId(chat),
    thread: threadOf(visitor, chat),
    author: { id, name, email },
  };
  return [messageEvent({ ...said, side }, channel, NO_WORDS, receivedAt)];
}

/** The words are known, so the acceptance counts no longer. */
export function acceptanceOver(
  chat: string,
  visitor: string | null,
  channel: JivoChannel,
  receivedAt: number,
): Event[] {
  if (channel.accepted === 'waits') return [];
  const of = acceptanceId(chat);
  return [
    {
      kind: 'bounce',
      channel: channel.id,
      id: `${of}/over`,
      of,
      thread: storableName(threadOf(visitor, chat)),
      side: 'bot',
      author: nobody,
      at: receivedAt,
      atSource: 'arrival',
      receivedAt,
      seq: null,
    },
  ];
}

const acceptanceId = (chat: string): string => storableName(`${chat}/accepted`);
const NO_WORDS: Privacy = { text: 'none', keepText: 0, keepEvents: 0 };

/** Replaces words that the account's privacy settings hide. */
const HIDDEN = '<Message text is not displayed here>';
export const shown = (text: string | null): string | null => (text === HIDDEN ? null : text);

/** The same for bot (at once) and webhook (at the end). */
export const messageId = (chat: string, by: string, timestamp: number, before = 0): string =>
  `${chat}/${by}/${timestamp}${before === 0 ? '' : `/${before}`}`;

/**
 * Messages have no ids. By author, second and order within it: a second report with only new messages would shift
 * positions.
 */
function idsOf(
  chat: string,
  messages: readonly { readonly timestamp: number; readonly type: string }[],
): string[] {
  const seen = new Map<string, number>();
  return messages.map(({ timestamp, type }) => {
    const name = messageId(chat, type, timestamp);
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return messageId(chat, type, timestamp, before);
  });
}

/**
 * Jivo's calls have no id and no time. Those of one chat and type within five minutes are one; whether a chat
 * outlives a call is undocumented. A call-back by order (`callback`) is the client's turn until somebody talks with
 * them: `client_connected` where Jivo dials.
 */
function callsOf(
  { type, phone, status }: JivoCall,
  chat: string | null,
  agent: string | null,
  channel: JivoChannel,
  receivedAt: number,
): Event[] {
  if (!phone) return [];
  const direction = type === 'outgoing' ? 'out' : 'in';
  const call = `call/${chat ?? phone}/${type}/${Math.floor(receivedAt / FIVE_MINUTES)}`;
  const line = { call, direction, outside: phone, line: null, at: null } as const;
  // Typed, until somebody answered.
  const isTyped = type === 'callback' && status !== 'client_connected';
  const base = { ...line, ...(isTyped && { numberTyped: true as const }) };
  const event = (fact: Pick<CallFact, 'phase' | 'employee' | 'outcome'>): Event[] => [
    callEvent({ ...base, ...fact }, { id: channel.id, country: 'RU' }, receivedAt),
  ];
  if (status === 'start') return event({ phase: 'ringing', employee: direction === 'out' ? agent : null });
  if (status === (type === 'incoming' ? 'agent_connected' : 'client_connected'))
    return event({ phase: 'answered', employee: agent });
  if (status !== 'error') return [];
  return event({
    phase: 'ended',
    employee: direction === 'out' ? agent : null,
    outcome: direction === 'in' ? 'missed' : 'no_answer',
  });
}

interface JivoCall {
  readonly type: string;
  readonly phone?: string | null | undefined;
  readonly status: string;
}

const FIVE_MINUTES = 300_000;
