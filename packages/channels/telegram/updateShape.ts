import { z } from 'zod';

/** https://core.telegram.org/bots/api#update. An odd value that does not identify the turn must not lose the wait. */
const unlessOdd = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const person = z.object({
  id: z.int().positive(),
  is_bot: z.boolean(),
  first_name: unlessOdd(z.string()),
  last_name: unlessOdd(z.string()),
  username: unlessOdd(z.string()),
});

const chat = z.object({
  id: z.int().refine((id) => id !== 0),
  type: unlessOdd(z.string()),
  title: unlessOdd(z.string()),
  username: unlessOdd(z.string()),
  is_direct_messages: unlessOdd(z.boolean()),
});

export const messageShape = z.looseObject({
  message_id: z.int(),
  /** Seconds since 1970. */
  date: unlessOdd(z.number()),
  chat,
  from: unlessOdd(person),
  /** An odd value must not make a client of them. */
  sender_chat: chat.refine(({ id }) => id < -1).optional(),
  author_signature: unlessOdd(z.string()),
  /** Present: a machine spoke. */
  sender_business_bot: z.unknown().optional(),
  business_connection_id: unlessOdd(z.string()),
  is_from_offline: z.unknown().optional(),
  is_automatic_forward: unlessOdd(z.boolean()),
  is_topic_message: unlessOdd(z.boolean()),
  message_thread_id: unlessOdd(z.int()),
  direct_messages_topic: unlessOdd(z.object({ topic_id: z.int(), user: unlessOdd(person) })),
  media_group_id: unlessOdd(z.string()),
  migrate_to_chat_id: unlessOdd(z.int()),
  migrate_from_chat_id: unlessOdd(z.int()),
  text: unlessOdd(z.string()),
  caption: unlessOdd(z.string()),
  /** Without `user_id`: not on Telegram. */
  contact: unlessOdd(z.object({ phone_number: z.string(), user_id: unlessOdd(z.int()) })),
  /** Present: not written by hand just now. */
  forward_origin: z.unknown().optional(),
  via_bot: z.unknown().optional(),
  reply_to_message: unlessOdd(
    z.object({ message_id: z.int(), is_automatic_forward: unlessOdd(z.boolean()) }),
  ),
});

export const callbackQueryShape = z.object({
  id: z.string(),
  from: person,
  data: unlessOdd(z.string()),
  /** Still has chat and id (and date 0) when inaccessible. */
  message: unlessOdd(
    z.object({
      message_id: z.int(),
      chat,
      business_connection_id: unlessOdd(z.string()),
      reply_markup: unlessOdd(
        z.object({
          inline_keyboard: z.array(
            z.array(z.object({ text: z.string(), callback_data: unlessOdd(z.string()) })),
          ),
        }),
      ),
    }),
  ),
});

/** https://core.telegram.org/bots/api#chatfullinfo */
export const chatShape = z.object({ title: unlessOdd(z.string()), linked_chat_id: unlessOdd(z.int()) });

/** https://core.telegram.org/bots/api#businessconnection */
export const connectionShape = z.object({
  id: z.string(),
  user: person,
  is_enabled: z.boolean(),
});

/** https://core.telegram.org/bots/api#businessmessagesdeleted */
export const deletedShape = z.object({
  business_connection_id: z.string(),
  chat,
  message_ids: z.array(z.int()),
});

/** https://core.telegram.org/bots/api#chatmemberupdated */
export const memberShape = z.object({ chat, new_chat_member: z.object({ status: z.string() }) });

export const updateShape = z.looseObject({ update_id: z.int() });

export type TelegramMessage = z.infer<typeof messageShape>;
export type TelegramPerson = z.infer<typeof person>;
export type CallbackQuery = z.infer<typeof callbackQueryShape>;
