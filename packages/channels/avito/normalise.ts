import type { EpochMs, Event, Privacy, Subject } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, messageEvent } from '../provider/messageEvent.ts';
import { storableName } from '../provider/storable.ts';
import type { AvitoChannel } from './config.ts';

const number = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(String);

/** The same shape in webhook and list. */
export const messageShape = z.looseObject({
  id: z.string().min(1),
  author_id: number,
  created: z.number().positive(),
  type: z.string(),
  /** Only in the list. */
  direction: z.string().nullish(),
  content: z
    .looseObject({
      text: z.string().optional(),
      flow_id: z.string().optional(),
      call: z.looseObject({ status: z.string() }).optional(),
      link: z.looseObject({ text: z.string().optional() }).optional(),
    })
    .nullish()
    .catch(null),
});

export type AvitoMessage = z.output<typeof messageShape>;

export interface AvitoChat {
  readonly id: string;
  /** null: not listed. */
  readonly name: string | null;
  /** null: not listed. */
  readonly subject: Subject | null;
}

/**
 * Avito's own words (`system`, authors 0 and 1) concern nobody. Outgoing ones are an unnamed person's. An `appCall`
 * has no outcome. https://developers.avito.ru/api-catalog/messenger/documentation
 */
export function eventsOfMessage(
  message: AvitoMessage,
  chat: AvitoChat,
  channel: AvitoChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event[] {
  const { id, author_id: author, type, content } = message;
  const isOurs = author === channel.userId || message.direction === 'out';
  const at = message.created * 1_000;
  if (type === 'system' || author === '0' || author === '1') return [];
  if (type === 'deleted')
    return [
      deletionEvent(
        { of: id, thread: chat.id, side: isOurs ? 'employee' : 'client', author, at: null },
        channel,
        receivedAt,
      ),
    ];
  const link = `https://www.avito.ru/profile/messenger/channel/${encodeURIComponent(storableName(chat.id))}`;
  if (type === 'call' || type === 'appCall') {
    // Others lack their length.
    if (isOurs || content?.call?.status !== 'missed') return [];
    return [missedCall(id, chat, author, Math.min(at, receivedAt), channel, link, receivedAt)];
  }
  return [
    messageEvent(
      {
        id,
        thread: chat.id,
        side: content?.flow_id === undefined ? (isOurs ? 'unknown' : 'client') : 'bot',
        author: { id: author, name: isOurs ? null : chat.name },
        at,
        text: content?.text ?? content?.link?.text ?? null,
        attached: type !== 'text',
        link,
        subject: chat.subject,
      },
      channel,
      privacy,
      receivedAt,
    ),
  ];
}

const missedCall = (
  id: string,
  chat: AvitoChat,
  author: string,
  at: EpochMs,
  channel: AvitoChannel,
  link: string,
  receivedAt: EpochMs,
): Event => ({
  kind: 'call',
  ...(chat.subject && { subject: chat.subject }),
  channel: channel.id,
  id: `${storableName(id)}/ended`,
  thread: storableName(chat.id),
  side: 'client',
  author: { id: author, name: chat.name, phone: null, email: null },
  at,
  atSource: 'provider',
  receivedAt,
  seq: null,
  call: { id: storableName(id), direction: 'in', phase: 'ended', outcome: 'missed', talkSeconds: 0 },
  text: null,
  link,
});

const hookShape = z.looseObject({
  payload: z.looseObject({
    type: z.string(),
    value: messageShape.extend({
      chat_id: z.string().min(1),
      user_id: number,
      chat_type: z.string().optional(),
    }),
  }),
});

/** Chats with Avito itself (a2u) concern nobody. */
export function eventsOfHook(
  json: unknown,
  channel: AvitoChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): { readonly events: Event[]; readonly faults: string[] } {
  const { data } = hookShape.safeParse(json);
  if (data?.payload.type !== 'message') return { events: [], faults: ['the body is no message of Avito'] };
  const { value } = data.payload;
  if (value.user_id !== channel.userId)
    return { events: [], faults: ['a message of another account of Avito'] };
  if (value.chat_type === 'a2u') return { events: [], faults: [] };
  return {
    events: eventsOfMessage(
      value,
      { id: value.chat_id, name: null, subject: null },
      channel,
      privacy,
      receivedAt,
    ),
    faults: [],
  };
}
