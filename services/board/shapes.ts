import { PERSONAL_TRANSPORTS } from '@otklik/domain';
import { z } from 'zod';

/** What the API says, once: these schemas check, type and document it. Times are ISO 8601 in UTC. */
const time = z.iso.datetime();
const maybeTime = time.nullable();
const stage = z.enum(['waiting', 'warned', 'breached']);
const personalTransport = z.enum(PERSONAL_TRANSPORTS);

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
    opened_at: time,
    warn_at: time,
    breach_at: time,
    warned_at: maybeTime,
    breached_at: maybeTime,
    missed_at: maybeTime.describe('When a call of the client’s in it ended without a conversation'),
    closed_at: maybeTime,
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
    taken_until: maybeTime,
    hand_over: z
      .object({
        by: z.string(),
        from: z.string(),
        to: z.string(),
        until: time.describe('Not taken by then it goes back'),
        state: z.enum(['pending', 'accepted', 'returned', 'over']),
      })
      .nullable()
      .describe('The last time that somebody gave an open wait to another'),
    next_step_at: maybeTime,
  })
  .meta({ id: 'Wait' });

export type WaitShape = z.infer<typeof waitShape>;

export const callBackShape = z
  .object({
    channel: z.string().describe('The phone line by which the client is called'),
    from: z.string().describe('The telephone of the asker’s that rings first'),
  })
  .meta({ id: 'CallBack', description: 'null: the asker cannot call this client from here' });

export const timelineItem = z.looseObject({ at: time, type: z.string() }).meta({ id: 'TimelineItem' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export const noticeShape = z
  .object({
    id: z.uuid(),
    at: time,
    wait: z.uuid().nullable(),
    client: z.string().nullable(),
    channel: z.string().nullable(),
    recipient: z.string().nullable(),
    transport: z.enum(['telegram', 'email', 'webhook', 'console']),
    step: z.number().nullable(),
    stage: stage.nullable(),
    late_ms: z.number().nullable(),
    late_reason: z.string().nullable(),
    state: z.enum(['pending', 'sending', 'sent', 'failed', 'cancelled']),
    problem: z.string().nullable(),
  })
  .meta({ id: 'Notice' });

export const channelShape = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    owner: z.string(),
    deputies: z.array(z.string()),
    head: z.string().nullable(),
    warn_seconds: z.number(),
    breach_seconds: z.number(),
    up: z.boolean().nullable(),
    problem: z.string().nullable(),
    gaps: z.array(z.string()),
    last_event_at: maybeTime,
    silent_since: maybeTime,
    usual_per_hour: z.number().nullable(),
    kept_aside: z
      .number()
      .describe('What was kept aside and nobody has looked at; see `/channels/{id}/kept-aside`'),
    gone_since: maybeTime.describe(
      'Since when otklik.yaml no longer names it: it is listed while clients wait there, under its last settings',
    ),
    open_waits: z.number().nullable().describe('Of a channel that is gone: how many clients wait there'),
  })
  .meta({ id: 'Channel' });

const keptAsideShape = z
  .object({
    id: z.number(),
    at: time,
    reason: z.string().describe('For whoever looks into it: technical, in English'),
    why: z
      .enum(['not_understood', 'unproven'])
      .describe('unproven: it was understood, and nobody vouches for its sender'),
    seen_at: maybeTime.describe('When somebody looked at it'),
    seen_by: z.string().nullable(),
    again: z.boolean().describe('Whether it waits to be read again'),
    mail: z
      .object({
        from: z.string().nullable(),
        to: z.array(z.string()),
        subject: z.string().nullable(),
        at: maybeTime.describe('When the mail server got it'),
      })
      .nullable()
      .describe('null: it is no mail'),
  })
  .meta({
    id: 'KeptAside',
    description: 'Not understood, or from a sender whom nobody vouches for: it counts as nothing',
  });

export const keptAsideListShape = z
  .object({
    items: z.array(keptAsideShape),
    waiting: z.number().describe('How much of all there is waits to be read again'),
    left: z.number().describe('How much of all there is was not understood'),
  })
  .meta({ id: 'KeptAsideList' });

export const blindShape = z
  .object({
    channel: z.string(),
    from: time,
    to: time,
    seconds: z.number(),
    why: z.string().nullable(),
  })
  .meta({ id: 'BlindSpan' });

export const linkingShape = z
  .object({ shown: z.boolean(), code: z.string().nullable(), at: maybeTime })
  .meta({ id: 'Linking' });

export const personShape = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(['owner', 'head']),
    away: z.boolean(),
    away_until: maybeTime.describe('When «Я отошёл» ends; null for an absence of days'),
    on_duty: z.array(z.string()).describe('Channels whose shift is theirs now'),
    linked: z.boolean().describe('Whether their Telegram account is known'),
    reachable: z
      .boolean()
      .describe('Whether a ping reaches them by anything of their own; a webhook does not'),
    reach: z
      .array(
        z.object({
          transport: personalTransport,
          works: z.boolean().describe('False: it refuses them, or us, until something gets through'),
          since: maybeTime,
          problem: z.string().nullable().describe('What the provider said'),
        }),
      )
      .describe('By what, first to last'),
  })
  .meta({ id: 'Person' });

export const transportShape = z
  .object({
    transport: personalTransport,
    up: z.boolean().describe('False: it refuses our token or login, and nothing goes over it'),
    since: maybeTime,
    problem: z.string().nullable(),
  })
  .meta({ id: 'Transport' });

export const checkedShape = z
  .object({
    transport: personalTransport.nullable().describe('null: there is nothing to reach them by'),
    outcome: z.enum(['sent', 'refused', 'closed', 'failed', 'no_way']),
    said: z.object({ ru: z.string(), en: z.string() }).describe('What came of it, for a person'),
    problem: z.string().nullable().describe('What the provider said'),
  })
  .meta({ id: 'Checked' });

const IN_TIME =
  'Of `judged`: a person answered or called back in time, less what nobody could see or a dispute excused';
const JUDGED =
  'All whose window has ended: by that, or past it. in_time / judged is the share of answers in time, everywhere. Who waits within the window, or needed no answer before its end, counts nowhere';

export const reportRow = z
  .object({
    group: z.string(),
    waits: z.number(),
    answered: z.number(),
    within_warn: z.number(),
    within_breach: z.number(),
    in_time: z.number().describe(IN_TIME),
    judged: z.number().describe(JUDGED),
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p99: z.number().nullable(),
    unanswered: z.number(),
  })
  .meta({ id: 'ResponseTimes', description: 'Seconds' });

export const disputeShape = z
  .object({
    by: z.string(),
    reason: z.string(),
    at: time,
    decided_by: z.string().nullable(),
    decided_at: maybeTime,
    accepted: z.boolean().nullable(),
    note: z.string().nullable(),
    excused_seconds: z.number().nullable().describe('Seconds that it takes off the owner’s account'),
  })
  .meta({ id: 'Dispute' });

export const ownerRow = z
  .object({
    owner: z.string(),
    waits: z.number(),
    answered: z.number(),
    within_breach: z
      .number()
      .describe('Answered in the window, by the account that disputes and outages left'),
    in_time: z.number().describe(IN_TIME),
    judged: z.number().describe(JUDGED),
    breached: z.number().describe('Judged and not in time'),
    late_delivered: z.number().describe('Late only because the channel or Otklik delivered late'),
    late_delivered_seconds: z.number(),
    excused: z.number().describe('Breaches that a dispute excused'),
    excused_seconds: z.number(),
    p50: z.number().nullable(),
    formal: z.number().describe('Answers that were nothing but a nod'),
    no_reply_needed: z.number(),
    after_hours_answered: z.number(),
    late_replies: z.number().describe('Late replies whose words are known'),
    apologised: z.number(),
    thanked: z.number(),
  })
  .meta({ id: 'OwnerReport', description: 'Counts of waits; seconds where it says so' });

const clientShape = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    channels: z.array(z.string()),
    phone: z.string().nullable().describe('Masked'),
    email: z.string().nullable().describe('Masked'),
    typed_phone: z
      .string()
      .nullable()
      .describe('Masked; as the client typed it: nobody vouches for it, and it joins nobody'),
    typed_email: z.string().nullable().describe('The same of an address'),
    last_event_at: maybeTime,
    open_waits: z.number(),
  })
  .meta({ id: 'Client' });

export const suggestionShape = z
  .object({
    a: clientShape,
    b: clientShape,
    reason: z
      .enum(['same_name', 'shared_handle', 'typed_handle'])
      .describe('typed_handle: one of them only says that it is theirs'),
    value: z.string().describe('What they have in common; a number or an address is masked'),
    seen_at: time,
  })
  .meta({ id: 'Suggestion' });

export const joinShape = z
  .object({
    id: z.uuid(),
    a: clientShape,
    b: clientShape,
    reason: z.enum(['phone', 'email', 'person']),
    value: z.string().nullable().describe('Masked'),
    by: z.string().nullable().describe('Who joined them; null: the channels attest the same handle'),
    at: time,
    undone_at: maybeTime,
    undone_by: z
      .string()
      .nullable()
      .describe('null when the thread turned out to be written in by several people'),
    to_review: z
      .boolean()
      .describe('Made before the upgrade by a handle that nobody vouches for: confirm it or undo it'),
  })
  .meta({ id: 'Join' });

export const faultyPolicy = problem
  .extend({
    errors: z
      .array(
        z.object({
          path: z.string(),
          detail: z.string(),
          line: z.number().optional().describe('Counted from 1, as is `column`'),
          column: z.number().optional(),
          message: z.string().optional(),
          remedy: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'FaultyPolicy', description: 'RFC 9457, with the places in the YAML' });

const tallyShape = z
  .object({
    waits: z.number(),
    answered: z.number(),
    breaches: z.number(),
    within_warn: z
      .number()
      .nullable()
      .describe('In time, of all whose time until the mark has ended; null when there are none'),
    within_breach: z.number().nullable(),
    steps: z.number(),
    pings: z.number().describe('One per step and person'),
    held: z.number().describe('Held back by quiet hours; no pings'),
    people: z.array(
      z.object({
        person: z.string(),
        name: z.string(),
        pings: z.number(),
        held: z.number(),
        night: z.number().describe('Of the pings, those between 22:00 and 08:00 of their time zone'),
      }),
    ),
    channels: z.array(
      z.object({
        channel: z.string(),
        waits: z.number(),
        breaches: z.number(),
        within_breach: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'Tally', description: 'Of waits that opened in the time' });

export const simulationShape = z
  .object({ from: time, to: time, recorded: tallyShape, current: tallyShape, proposed: tallyShape })
  .meta({ id: 'Simulation' });

export const testedShape = z.object({
  ok: z.boolean(),
  steps: z.array(z.object({ ok: z.boolean(), said: z.object({ ru: z.string(), en: z.string() }) })),
});
