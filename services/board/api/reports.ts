import { DAY } from '@otklik/domain';
import { blindSpans, ownerReport, responseTimes } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { instant, refusals, time } from './fields.ts';

const blindShape = z
  .object({
    channel: z.string(),
    from: instant,
    to: instant,
    seconds: z.number(),
    why: z.string().nullable(),
  })
  .meta({ id: 'BlindSpan' });

const IN_TIME =
  'Of `judged`: a person answered or called back in time, less what nobody could see or a dispute excused';
const JUDGED =
  'All whose window has ended: by that, or past it. in_time / judged is the share of answers in time, everywhere. Who waits within the window, or needed no answer before its end, counts nowhere';

const reportRow = z
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

const ownerRow = z
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

/** Of the last 30 days, unless a span is given. */
export function reports(app: Api, deps: ApiDeps): void {
  getOwners(app, deps);
  getResponseTimes(app, deps);
}

const span = { from: time.optional(), to: time.optional() };
const SHOWN_MS = 30 * DAY;

function getOwners(app: Api, deps: ApiDeps): void {
  app.get(
    '/reports/owners',
    {
      schema: {
        summary: 'How each owner answers: in time, politely, with words; and what is not their fault',
        querystring: z.object(span),
        response: { 200: z.object({ items: z.array(ownerRow) }), ...refusals },
      },
    },
    async (request) => {
      const { from = deps.now() - SHOWN_MS, to = deps.now() } = request.query;
      return { items: await ownerReport(deps.store, { from, to, scope: requireScope(deps, request) }) };
    },
  );
}

function getResponseTimes(app: Api, deps: ApiDeps): void {
  const { store, now, config } = deps;
  app.get(
    '/reports/response-times',
    {
      schema: {
        summary: 'Response times per group, in seconds, and when a channel could not be seen',
        querystring: z.object({ group_by: z.enum(['channel', 'owner', 'hour', 'weekday']), ...span }),
        response: {
          200: z.object({ items: z.array(reportRow), blind: z.array(blindShape) }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { group_by: groupBy, from = now() - SHOWN_MS, to = now() } = request.query;
      const scope = requireScope(deps, request);
      const { timezone } = config();
      const items = await responseTimes(store, { groupBy, from, to, timezone, scope });
      const blind = await blindSpans(store, { from, to }, now());
      return {
        items,
        blind: blind
          .filter(({ channel }) => scope.all || scope.channels.includes(channel))
          .map((span) => ({
            ...span,
            from: iso(span.from),
            to: iso(span.to),
            seconds: Math.round((span.to - span.from) / 1_000),
          })),
      };
    },
  );
}
