import { DAY } from '@otklik/domain';
import { blindSpans, ownerReport, responseTimes } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { blindShape, ownerRow, reportRow } from '../shapes.ts';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { refusals, time } from './fields.ts';

/** How clients were answered. Without a span: the last 30 days. */
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
