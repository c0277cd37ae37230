import { type ConfigFault, readProposal } from '@otklik/config';
import { readSpan, type SpanProblem } from '@otklik/domain';
import { simulationReport } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, requireHead } from './context.ts';
import { instant, problem } from './fields.ts';

const faultyPolicy = problem
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

const simulationShape = z
  .object({ from: instant, to: instant, recorded: tallyShape, current: tallyShape, proposed: tallyShape })
  .meta({ id: 'Simulation' });

const LONGEST_POLICY = 65_536;

/** What another policy would have done with the recorded history. */
export function simulation(app: Api, deps: ApiDeps): void {
  app.post(
    '/policy/simulate',
    {
      schema: {
        summary: 'What another policy would have done on the recorded history; nothing is changed',
        body: z.strictObject({
          policy: z
            .string()
            .max(LONGEST_POLICY)
            .describe('YAML: the fields of one policy for every channel, or `policies:` by name'),
          from: z.string().max(40).describe('A date in the company’s time zone, or an instant'),
          to: z.string().max(40).describe('The same; not included'),
        }),
        response: { 200: simulationShape, 400: faultyPolicy, 401: problem, 403: problem },
      },
    },
    async (request, reply) => {
      const channels = requireHead(deps, request, 'simulationByHeads');
      const config = deps.config();
      const span = readSpan(request.body.from, request.body.to, config.timezone, deps.now());
      if ('problem' in span) throw new Refusal(400, 'No such time', SPAN_PROBLEMS[span.problem]);
      const read = readProposal(request.body.policy, 'policy', config);
      if (!read.ok) return reply.code(400).type('application/problem+json').send(presentFaults(read.faults));
      const current = deps.rules();
      const proposed = { ...current, channels: read.config.channels };
      const report = await simulationReport(deps.store, { current, proposed }, span, channels);
      return { from: iso(span.from), to: iso(span.to), ...report };
    },
  );
}

const SPAN_PROBLEMS: Readonly<Record<SpanProblem, string>> = {
  from: 'Write `from` as 2026-11-01 or 2026-11-01T00:00:00Z.',
  to: 'Write `to` as 2026-11-24 or 2026-11-24T00:00:00Z.',
  order: '`from` must be before `to`.',
  length: 'Ask for a year at most.',
};

const presentFaults = (faults: readonly ConfigFault[]) => ({
  type: 'about:blank',
  title: 'The policy cannot be taken',
  status: 400,
  detail: 'Mend the places named in `errors`.',
  errors: faults.map(({ path, line, column, message, remedy }) => ({
    path,
    detail: remedy === '' ? message : `${message}. ${remedy}`,
    line,
    column,
    message,
    remedy,
  })),
});
