import type { JivoChannel } from '@otklik/config';
import type { Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { eventOf as callEvent } from '../phone/callFact.ts';
import { toE164 } from '../phone/numbers.ts';
import { spokenEvent } from '../provider/spoken.ts';

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const visitorShape = z.looseObject({ name: word, number: word, phone: word });
const agentShape = z.looseObject({ id: word, name: word });

const bodyShape = z.looseObject({
  event_name: z.string(),
  chat_id: word,
  visitor: visitorShape.nullish(),
  agent: agentShape.nullish(),
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
  const phone = visitor?.phone ? toE164(visitor.phone, 'RU') : null;
  const author = { id: visitor?.number ?? chat ?? null, name: visitor?.name ?? null, phone };
  const said = (id: string, text: string | null, at: number | null): Event =>
    spokenEvent(
      { id, thread: `chat-${chat ?? id}`, side: 'client', author, at, text },
      channel,
      privacy,
      receivedAt,
    );
  if (name === 'offline_message' && data.offline_message_id)
    return { events: [said(`offline/${data.offline_message_id}`, data.message ?? null, null)], faults: [] };
  if (name === 'chat_finished' && chat && data.chat) {
    const events = data.chat.messages.flatMap(({ message, timestamp, type, agent_id }, index): Event[] => {
      const id = `${chat}/${index}`;
      const at = timestamp * 1_000;
      if (type === 'visitor') return [said(id, message ?? null, at)];
      if (type !== 'agent') return [];
      const who = { id: agent_id ?? agent?.id ?? null };
      const side = who.id === null ? 'unknown' : 'employee';
      return [
        spokenEvent(
          { id, thread: `chat-${chat}`, side, author: who, at, text: message ?? null },
          channel,
          privacy,
          receivedAt,
        ),
      ];
    });
    return { events, faults: [] };
  }
  if (name === 'call_event' && data.call)
    return { events: callsOf(data.call, agent?.id ?? null, channel, receivedAt), faults: [] };
  return { events: [], faults: [`a webhook of Jivo that we do not know: ${name.slice(0, 40)}`] };
}

const ENDS: Readonly<Record<string, 'answered' | 'missed' | 'no_answer'>> = {
  end: 'answered',
  error: 'missed',
  client_disconnected: 'missed',
};

/** Calls through Jivo have no id and no time: one number within five minutes is one call. */
function callsOf(
  {
    type,
    phone,
    status,
  }: { readonly type: string; readonly phone?: string | null | undefined; readonly status: string },
  agent: string | null,
  channel: JivoChannel,
  receivedAt: number,
): Event[] {
  if (!phone) return [];
  const direction = type === 'incoming' ? 'in' : 'out';
  const call = `call/${phone}/${Math.floor(receivedAt / FIVE_MINUTES)}`;
  const base = { call, direction, outside: phone, line: null, at: null } as const;
  const place = { id: channel.id, country: 'RU' };
  if (status === 'start')
    return [
      callEvent(
        { ...base, phase: 'ringing', employee: direction === 'out' ? agent : null },
        place,
        receivedAt,
      ),
    ];
  if (status === 'agent_connected')
    return [callEvent({ ...base, phase: 'answered', employee: agent }, place, receivedAt)];
  const outcome = ENDS[status];
  if (outcome === undefined || outcome === 'answered') return [];
  return [
    callEvent(
      { ...base, phase: 'ended', employee: null, outcome: direction === 'in' ? 'missed' : 'no_answer' },
      place,
      receivedAt,
    ),
  ];
}

const FIVE_MINUTES = 300_000;
