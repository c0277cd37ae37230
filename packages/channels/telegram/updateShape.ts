import { z } from 'zod';

/**
 * What we read of an update (https://core.telegram.org/bots/api#update). Loose on purpose: only what the identity of a
 * turn needs is required, and an odd value elsewhere must not cost the client their wait.
 */
const unlessOdd = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const person = z.object({
  id: z.int(),
  is_bot: unlessOdd(z.boolean()),
  first_name: unlessOdd(z.string()),
  last_name: unlessOdd(z.string()),
  username: unlessOdd(z.string()),
});

const chat = z.object({ id: z.int(), type: unlessOdd(z.string()) });

export const messageShape = z.looseObject({
  message_id: z.int(),
  /** Seconds since the epoch. */
  date: unlessOdd(z.number()),
  chat,
  from: unlessOdd(person),
  text: unlessOdd(z.string()),
  caption: unlessOdd(z.string()),
  contact: unlessOdd(z.object({ phone_number: z.string(), user_id: z.int() })),
  reply_to_message: unlessOdd(z.object({ message_id: z.int() })),
});

export const callbackQueryShape = z.object({
  id: z.string(),
  from: person,
  data: unlessOdd(z.string()),
  /** An inaccessible message still has its chat and id (and date 0). */
  message: unlessOdd(z.object({ message_id: z.int(), chat })),
});

export const updateShape = z.looseObject({ update_id: z.int() });

export type TelegramMessage = z.infer<typeof messageShape>;
export type TelegramPerson = z.infer<typeof person>;
export type CallbackQuery = z.infer<typeof callbackQueryShape>;
