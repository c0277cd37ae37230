import { z } from 'zod';

/**
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview. Requires only who
 * speaks to whom and when.
 */
const unlessOdd = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const id = z.string().min(1).max(512);

export const bodyShape = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.looseObject({ id: unlessOdd(id), changes: z.array(z.unknown()) })),
});

export const changeShape = z.object({ field: z.string(), value: z.looseObject({}) });

export const valueShape = z.looseObject({
  metadata: z.object({ phone_number_id: id }),
  contacts: unlessOdd(z.array(z.unknown())),
  messages: unlessOdd(z.array(z.unknown())),
  message_echoes: unlessOdd(z.array(z.unknown())),
  statuses: unlessOdd(z.array(z.unknown())),
});

export const contactShape = z.object({
  /** Number in digits; absent for users with a username. */
  wa_id: unlessOdd(id),
  /** Business-scoped user id, such as `RU.1502576394655843`. */
  user_id: unlessOdd(id),
  profile: unlessOdd(z.object({ name: unlessOdd(z.string()) })),
});

const said = {
  id,
  /** Seconds since 1970, as text. */
  timestamp: unlessOdd(z.union([z.string(), z.number()])),
  type: z.string().regex(/^[a-z_]{1,40}$/),
  /** What Meta cannot show. */
  unsupported: unlessOdd(z.object({ type: unlessOdd(z.string()) })),
  text: unlessOdd(z.object({ body: z.string() })),
  group_id: unlessOdd(id),
  revoke: unlessOdd(z.object({ original_message_id: id })),
};

export const messageShape = z.looseObject({
  ...said,
  from: unlessOdd(id),
  from_user_id: unlessOdd(id),
  /** The old number or id is in `from` or `previous_user_id`. */
  system: unlessOdd(
    z.object({
      type: unlessOdd(z.string()),
      wa_id: unlessOdd(id),
      user_id: unlessOdd(id),
      previous_user_id: unlessOdd(id),
    }),
  ),
});

export const echoShape = z.looseObject({ ...said, to: unlessOdd(id), to_user_id: unlessOdd(id) });

export const inGroupShape = z.looseObject({ group_id: id });

export const statusShape = z.object({ id, status: z.string(), timestamp: said.timestamp });

export type Contact = z.infer<typeof contactShape>;
export type ClientMessage = z.infer<typeof messageShape>;
export type Echo = z.infer<typeof echoShape>;
export type Value = z.infer<typeof valueShape>;
