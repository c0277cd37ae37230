import { DAY, MINUTE } from '@otklik/domain';
import { z } from 'zod';

/** An hour ahead is a fault in the script. */
export const MOST_AHEAD = 5 * MINUTE;
/** Older events are an archive or have a wrong year. */
export const MOST_BEHIND = 40 * DAY;
export const MOST_EVENTS = 500;

const plain = (most: number) =>
  z
    .string()
    .max(most, `at most ${most} characters`)
    .refine((text) => !text.includes('\u0000'), 'must not contain the character U+0000')
    .refine((text) => text.isWellFormed(), 'contains half of a surrogate pair: it is not valid Unicode');

const named = (most: number) => plain(most).min(1, 'must not be empty');

const from = z.strictObject({
  side: z
    .enum(['client', 'employee', 'bot'])
    .describe('Who did it: `bot` is any machine, and never counts as an answer'),
  id: named(256).nullish().describe('What the channel knows them by'),
  name: plain(256).nullish(),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be an international number such as +79990000001')
    .nullish(),
  email: plain(254)
    .regex(/^[^\s@]+@[^\s@]+$/, 'must be a mail address')
    .nullish(),
});

const common = {
  id: named(256).describe('The event’s own id, unique within the channel: a second delivery changes nothing'),
  thread: named(256).describe('Where the client waits for the answer: a chat, a mail thread, a number'),
  at: z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-11-23T10:00:00.000Z' })
    .describe('When it happened'),
  seq: z
    .int()
    .nullish()
    .describe('Your own ascending number within the thread: puts events of the same `at` in order'),
  from,
  link: plain(2_048)
    .regex(/^(https?|tel|mailto|tg):/i, 'must be a link that begins with https:, http:, tel:, mailto: or tg:')
    .nullish()
    .describe('A link that opens the chat'),
};

/** The fields of every event, even of an unknown kind. */
export const anyEvent = z.looseObject(common);

const text = plain(1_048_576).nullish();
const subject = plain(1_000)
  .nullish()
  .describe('What the conversation is about: an advertisement, an order. Shown beside the words');

/** An event for `POST /hooks/{channel}`. */
export const hookEvent = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ ...common, kind: z.literal('message'), text, subject }),
    z.strictObject({ ...common, kind: z.literal('comment'), text, subject }),
    z.strictObject({
      ...common,
      kind: z.literal('call'),
      text: z.null().optional(),
      subject,
      call: z.strictObject({
        direction: z.enum(['in', 'out']),
        phase: z.enum(['ringing', 'answered', 'ended']),
        outcome: z.enum(['answered', 'missed', 'no_answer', 'busy', 'failed']).nullish(),
        talk_seconds: z.number().min(0).max(86_400).nullish(),
      }),
    }),
    z.strictObject({ ...common, kind: z.literal('closing'), text: z.null().optional() }),
    z.strictObject({ ...common, kind: z.literal('reaction'), text: z.null().optional() }),
    z.strictObject({
      ...common,
      kind: z.literal('deletion'),
      text: z.null().optional(),
      of: named(256).describe('The id of the deleted event'),
    }),
  ],
  { error: 'must be one of message, comment, call, deletion, closing, reaction' },
);

export type HookEvent = z.infer<typeof hookEvent>;
