import type { MaxChannel } from '@otklik/config';
import type { Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { deletionEvent, spokenEvent } from '../provider/spoken.ts';

const number = z.union([z.int().positive(), z.string().regex(/^\d{1,20}$/)]).transform(String);

/** https://dev.max.ru/docs-api/objects/Message */
const messageShape = z.looseObject({
  sender: z.looseObject({
    user_id: number,
    is_bot: z.boolean(),
    first_name: z.string().nullish(),
    name: z.string().nullish(),
  }),
  recipient: z.looseObject({
    chat_id: z.union([z.int(), z.string()]).transform(String),
    chat_type: z.string().optional(),
  }),
  timestamp: z.number().positive(),
  body: z.looseObject({ mid: z.string().min(1), text: z.string().nullish() }),
});

const updateShape = z.looseObject({
  update_type: z.string(),
  timestamp: z.number().optional(),
  message: z.unknown().optional(),
});
const removalShape = z.looseObject({
  timestamp: z.number().positive(),
  message_id: z.string().min(1),
  chat_id: z.union([z.number(), z.string()]),
  user_id: number,
});

/** Nobody's turn and nobody's answer. */
const NOTHING =
  /^(bot_(started|stopped|added|removed)|user_(added|removed)|chat_title_changed|message_(edited|callback|chat_created|construction_request|constructed)|dialog_\w+)$/;

/** One update, by webhook or by polling. Updates have no id: `mid` names what was said. */
export function eventsOfUpdate(
  json: unknown,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): { readonly events: Event[]; readonly faults: string[] } {
  const { data } = updateShape.safeParse(json);
  if (!data) return { events: [], faults: ['the body is no update of MAX'] };
  if (NOTHING.test(data.update_type)) return { events: [], faults: [] };
  const event =
    data.update_type === 'message_created'
      ? eventOfMessage(data.message, channel, privacy, receivedAt)
      : data.update_type === 'message_removed'
        ? removalOf(json, channel, receivedAt)
        : undefined;
  if (event === undefined)
    return { events: [], faults: [`an update of MAX that we do not know: ${data.update_type.slice(0, 40)}`] };
  return { events: event === null ? [] : [event], faults: [] };
}

/** undefined when it is none. */
export function eventOfMessage(
  json: unknown,
  channel: MaxChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | undefined {
  const { data } = messageShape.safeParse(json);
  if (!data) return undefined;
  const { sender, recipient, body } = data;
  const side = sender.is_bot ? 'bot' : channel.staff.includes(sender.user_id) ? 'employee' : 'client';
  return spokenEvent(
    {
      id: body.mid,
      thread: recipient.chat_id,
      side,
      author: { id: sender.user_id, name: sender.name ?? sender.first_name ?? null },
      at: data.timestamp,
      text: body.text ?? null,
    },
    channel,
    privacy,
    receivedAt,
  );
}

/** In a dialogue (its number is positive) only its two sides can delete; in a group an admin may, whom we must not take for the client. */
function removalOf(json: unknown, channel: MaxChannel, receivedAt: number): Event | null | undefined {
  const { data } = removalShape.safeParse(json);
  if (!data) return undefined;
  if (Number(data.chat_id) <= 0 || channel.staff.includes(data.user_id)) return null;
  return deletionEvent(
    { of: data.message_id, thread: String(data.chat_id), author: data.user_id, at: data.timestamp },
    channel,
    receivedAt,
  );
}
