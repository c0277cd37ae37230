import { recentNotices } from '@otklik/store';
import { z } from 'zod';
import { presentNotice } from '../present.ts';
import { noticeShape } from '../shapes.ts';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { limit, refusals } from './fields.ts';

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
