import { recentNotices } from '@otklik/store';
import { z } from 'zod';
import { presentNotice } from '../present.ts';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { instant, limit, refusals } from './fields.ts';

const noticeShape = z
  .object({
    id: z.uuid(),
    at: instant,
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

/** The pings that went out. */
export function notices(app: Api, deps: ApiDeps): void {
  app.get(
    '/notices',
    {
      schema: {
        summary: 'The newest pings and what became of them',
        querystring: z.object({ limit }),
        response: { 200: z.object({ items: z.array(noticeShape) }), ...refusals },
      },
    },
    async (request) => {
      const rows = await recentNotices(deps.store, requireScope(deps, request), request.query.limit);
      return { items: rows.map(presentNotice) };
    },
  );
}
