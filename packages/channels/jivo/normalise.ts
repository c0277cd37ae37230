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

/** Nobody's turn. */
const NOTHING = new Set(['chat_updated', 'client_updated', 'client_attribute_updated', 'chat_assigned']);

/**
 * One webhook of Jivo. Of a chat every message and its second is told only when it is over: that an agent accepted it tells
 * nobody whether they have answered, so that it opens no wait (it would be a false alarm in each chat that goes on), and
 * counts as their answer until it is known what they said: see {@link acceptance}.
 * https://www.jivo.ru/docs/webhooks
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
  // The number and address that a visitor typed into the form are nobody's word but theirs.
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
      // What a field that we do not know holds may be a file.
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

/** By the visitor: an offline message is answered in their next chat, which has another number. */
export const threadOf = (visitor: string | null | undefined, chat: string): string =>
  visitor ? `visitor-${visitor}` : `chat-${chat}`;

const wordless = { at: null, text: null, attached: false } as const;
const nobody = { id: null, name: null, phone: null, email: null };

/**
 * An agent took the chat: an answer, until words of theirs or the whole chat are told, which take it back and count for
 * themselves (or for nothing: then the client waits on). With `accepted: waits` it is nothing.
 */
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

/** What was said is known: that somebody accepted the chat counts no longer. */
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

/** What stands in the place of words that the account's privacy settings keep back. */
const HIDDEN = '<Message text is not displayed here>';
export const shown = (text: string | null): string | null => (text === HIDDEN ? null : text);

/** A message's name: the bot is told of it as it is written, and the webhook when the chat is over. */
export const messageId = (chat: string, by: string, timestamp: number, before = 0): string =>
  `${chat}/${by}/${timestamp}${before === 0 ? '' : `/${before}`}`;

/**
 * Messages have no ids. By who wrote, the second and their order within it, not by their place in the list: where a chat is
 * over a second time with only what is new, a place would name another message.
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
 * Calls through Jivo have no id and no time. Those of one chat and one type within five minutes are one call: whether a
 * chat outlives a call is not documented. A call-back that the visitor ordered (`callback`) is the client's turn: they
 * wait until somebody is on the line with them, which in calls that Jivo dials is `client_connected`.
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
  // The number of an ordered call-back is what the visitor typed, until somebody has answered at it.
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
