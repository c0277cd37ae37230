import type { JivoChannel } from '@otklik/config';
import type { Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { type CallFact, eventOf as callEvent } from '../phone/callFact.ts';
import { toE164 } from '../phone/numbers.ts';
import { type Spoken, spokenEvent } from '../provider/spoken.ts';

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const visitorShape = z.looseObject({ name: word, number: word, phone: word });
const agentShape = z.looseObject({ id: word, name: word, email: word });

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
const NOTHING = new Set([
  'chat_accepted',
  'chat_updated',
  'client_updated',
  'client_attribute_updated',
  'chat_assigned',
]);

/**
 * One webhook of Jivo. Of a chat every message and its second is told only when it is over: that an agent accepted it tells
 * nobody whether they have answered, so that it opens no wait (it would be a false alarm in each chat that goes on).
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
  // The number that a visitor typed is nobody's word but theirs: it names no client, and is only there to be dialled.
  const typed = visitor?.phone ? toE164(visitor.phone, 'RU') : null;
  const link = typed === null ? null : `tel:${typed}`;
  const author = { id: visitor?.number ?? chat ?? null, name: visitor?.name ?? null };
  const spoken = (said: Pick<Spoken, 'id' | 'side' | 'author' | 'at' | 'text' | 'link'>): Event =>
    spokenEvent(
      { ...said, thread: threadOf(visitor?.number, chat ?? said.id), text: shown(said.text) },
      channel,
      privacy,
      receivedAt,
    );
  if (name === 'offline_message' && data.offline_message_id) {
    const id = `offline/${data.offline_message_id}`;
    return {
      events: [spoken({ id, side: 'client', author, at: null, text: data.message ?? null, link })],
      faults: [],
    };
  }
  if (name === 'chat_finished' && chat && data.chat) {
    const agents = [...(data.agents ?? []), ...(agent ? [agent] : [])];
    const ids = idsOf(chat, data.chat.messages);
    const events = data.chat.messages.flatMap(({ message, timestamp, type, agent_id }, index): Event[] => {
      const about = { id: ids[index] ?? '', at: timestamp * 1_000, text: message ?? null };
      if (type === 'visitor') return [spoken({ ...about, side: 'client', author })];
      if (type !== 'agent') return [];
      const id = agent_id ?? agent?.id ?? null;
      const { name: own, email } = agents.find((each) => each.id === id) ?? {};
      const who = { id, name: own ?? null, email: email ?? null };
      return [spoken({ ...about, side: id === null ? 'unknown' : 'employee', author: who })];
    });
    return { events, faults: [] };
  }
  if (name === 'call_event' && data.call)
    return { events: callsOf(data.call, chat ?? null, agent?.id ?? null, channel, receivedAt), faults: [] };
  return { events: [], faults: [`a webhook of Jivo that we do not know: ${name.slice(0, 40)}`] };
}

/** By the visitor: an offline message is answered in their next chat, which has another number. */
const threadOf = (visitor: string | null | undefined, chat: string): string =>
  visitor ? `visitor-${visitor}` : `chat-${chat}`;

/** What stands in the place of words that the account's privacy settings keep back. */
const HIDDEN = '<Message text is not displayed here>';
const shown = (text: string | null): string | null => (text === HIDDEN ? null : text);

/**
 * Messages have no ids. By the second and their order within it, not by their place in the list: where a chat is over a
 * second time with only what is new, a place would name another message.
 */
function idsOf(chat: string, messages: readonly { readonly timestamp: number }[]): string[] {
  const seen = new Map<number, number>();
  return messages.map(({ timestamp }) => {
    const before = seen.get(timestamp) ?? 0;
    seen.set(timestamp, before + 1);
    return `${chat}/${timestamp}${before === 0 ? '' : `/${before}`}`;
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
  const base = { call, direction, outside: phone, line: null, at: null } as const;
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
