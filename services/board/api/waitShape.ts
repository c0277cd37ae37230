import { z } from 'zod';
import { instant } from './fields.ts';

const maybeInstant = instant.nullable();

export const stage = z.enum(['waiting', 'warned', 'breached']);

const eventKind = z.enum([
  'message',
  'comment',
  'call',
  'deletion',
  'bounce',
  'closing',
  'reaction',
  'decision',
]);

export const waitShape = z
  .object({
    id: z.uuid(),
    client: z
      .string()
      .nullable()
      .describe('The client’s name as the channel tells it, or the number of a caller without one'),
    client_id: z.uuid(),
    channel: z.string(),
    thread: z.string(),
    owner: z.string(),
    asked: z.string().describe('Who answers for it now: the owner, or the deputy of an owner who is away'),
    owner_why: z
      .string()
      .describe(
        'Why it is theirs: owner, on_duty, handed_over, handed_back, owner_away, overloaded, nobody_there',
      ),
    first_owner: z.string().describe('Whose it was as it opened'),
    also_on: z.array(z.string()).describe('Other channels on which the client has asked meanwhile'),
    kind: z.enum(['message', 'comment', 'call']),
    text: z.string().nullable().describe('The first words, as far as privacy keeps them'),
    link: z.string().nullable(),
    subject: z
      .object({ title: z.string(), link: z.string().nullable().describe('Opens the advertisement itself') })
      .nullable()
      .describe('What the conversation is about: an advertisement, a mail’s subject'),
    stage,
    opened_at: instant,
    warn_at: instant,
    breach_at: instant,
    warned_at: maybeInstant,
    breached_at: maybeInstant,
    missed_at: maybeInstant.describe('When a call of the client’s in it ended without a conversation'),
    closed_at: maybeInstant,
    outcome: z.enum(['answered', 'attempted', 'self_served', 'no_reply_needed', 'withdrawn']).nullable(),
    answered_by: z.string().nullable(),
    answered_via: z.string().nullable().describe('The channel on which the answer came'),
    answered_with: eventKind.nullable(),
    formal_answer: z.boolean().describe('The answer was nothing but a nod: «+», «ок»'),
    farewell: z
      .boolean()
      .describe('The client only said goodbye: a person may decide that no reply is needed'),
    excused_seconds: z.number().describe('Seconds that an accepted dispute takes off the owner’s account'),
    response_seconds: z.number().nullable(),
    after_hours: z.boolean(),
    history: z
      .boolean()
      .describe('Opened before its channel was watched (enforce_from): never pinged, in no report'),
    late_delivered: z
      .number()
      .describe('Seconds of the wait that nobody could see, because the event reached us late'),
    etiquette: z
      .object({ late: z.boolean(), apology: z.boolean().nullable(), thanks: z.boolean().nullable() })
      .nullable(),
    taken_by: z.string().nullable(),
    taken_until: maybeInstant,
    hand_over: z
      .object({
        by: z.string(),
        from: z.string(),
        to: z.string(),
        until: instant.describe('Not taken by then it goes back'),
        state: z.enum(['pending', 'accepted', 'returned', 'over']),
      })
      .nullable()
      .describe('The last time that somebody gave an open wait to another'),
    next_step_at: maybeInstant,
  })
  .meta({ id: 'Wait' });

export type WaitShape = z.infer<typeof waitShape>;
