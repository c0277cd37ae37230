import { z } from 'zod';

/** What the API says, once: these schemas check, type and document it. Times are ISO 8601 in UTC. */
const time = z.iso.datetime();
const maybeTime = time.nullable();

export const waitShape = z
  .object({
    id: z.uuid(),
    client: z.string().nullable().describe('The client’s name as the channel tells it'),
    client_id: z.uuid(),
    channel: z.string(),
    thread: z.string(),
    owner: z.string(),
    asked: z.string().describe('Who answers for it now: the owner, or the deputy of an owner who is away'),
    kind: z.enum(['message', 'comment', 'call', 'deletion', 'decision']),
    text: z.string().nullable().describe('The first words, as far as privacy keeps them'),
    link: z.string().nullable(),
    stage: z.enum(['waiting', 'warned', 'breached']),
    opened_at: time,
    warn_at: time,
    breach_at: time,
    warned_at: maybeTime,
    breached_at: maybeTime,
    closed_at: maybeTime,
    outcome: z.enum(['answered', 'attempted', 'self_served', 'no_reply_needed', 'withdrawn']).nullable(),
    answered_by: z.string().nullable(),
    answered_via: z.string().nullable().describe('The channel on which the answer came'),
    response_seconds: z.number().nullable(),
    after_hours: z.boolean(),
    late_delivered: z
      .number()
      .describe('Seconds of the wait that nobody could see, because the event reached us late'),
    etiquette: z.unknown().nullable(),
    taken_by: z.string().nullable(),
    taken_until: maybeTime,
    next_step_at: maybeTime,
  })
  .meta({ id: 'Wait' });

export type WaitShape = z.infer<typeof waitShape>;

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
    transport: z.string(),
    step: z.number().nullable(),
    stage: z.string().nullable(),
    late_ms: z.number().nullable(),
    late_reason: z.string().nullable(),
    state: z.string(),
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
    last_event_at: maybeTime,
  })
  .meta({ id: 'Channel' });

export const personShape = z
  .object({ id: z.string(), name: z.string(), role: z.string(), away: z.boolean() })
  .meta({ id: 'Person' });

export const reportRow = z
  .object({
    group: z.string(),
    waits: z.number(),
    answered: z.number(),
    within_warn: z.number(),
    within_breach: z.number(),
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p99: z.number().nullable(),
    unanswered: z.number(),
  })
  .meta({ id: 'ResponseTimes', description: 'Seconds' });
