import type { Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import { isSomething, messageEvent } from '../provider/messageEvent.ts';
import type { OkChannel } from './config.ts';

/** https://apiok.ru/en/dev/graph_api/methods/graph.chat/graph.chat.messages/get; the same in the webhook. */
export const messageShape = z.looseObject({
  sender: z.looseObject({ user_id: z.string().regex(/^(user|group):\d{1,20}$/), name: z.string().nullish() }),
  recipient: z.looseObject({ chat_id: z.string().min(1) }),
  message: z.looseObject({
    mid: z.string().min(1),
    text: z.string().nullish(),
    attachments: z.unknown().optional(),
    attachment: z.unknown().optional(),
  }),
  timestamp: z.number().positive(),
});

/** An unnamed person writes for the group. */
export function eventOfMessage(
  { sender, recipient, message, timestamp }: z.output<typeof messageShape>,
  channel: OkChannel,
  privacy: Privacy,
  receivedAt: number,
): Event {
  const [kind, number = ''] = sender.user_id.split(':');
  const side = kind === 'group' ? 'unknown' : channel.staff.includes(number) ? 'employee' : 'client';
  return messageEvent(
    {
      id: message.mid,
      thread: recipient.chat_id,
      side,
      author: { id: sender.user_id, name: side === 'unknown' ? null : (sender.name ?? null) },
      at: timestamp,
      seq: message.seq,
      text: message.text ?? null,
      attached: isSomething(message.attachments, message.attachment),
    },
    channel,
    privacy,
    receivedAt,
  );
}

/** https://apiok.ru/dev/graph_api/bot_api: a button under the message `mid`. */
export const pressShape = z.looseObject({
  webhookType: z.literal('MESSAGE_CALLBACK'),
  callbackId: z.string().min(1),
  sender: messageShape.shape.sender,
  recipient: messageShape.shape.recipient,
  timestamp: z.number().positive().nullish(),
});

/** Odnoklassniki does not tell the label; null if not by a client. */
export function eventOfPress(
  { callbackId, sender, recipient, timestamp = null }: z.output<typeof pressShape>,
  channel: OkChannel,
  privacy: Privacy,
  receivedAt: number,
): Event | null {
  const said = {
    sender,
    recipient,
    message: { mid: `press/${callbackId}` },
    timestamp: timestamp ?? receivedAt,
  };
  const event = eventOfMessage(said, channel, privacy, receivedAt);
  return event.side === 'client' ? event : null;
}
