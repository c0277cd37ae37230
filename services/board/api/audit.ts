import { listAudit } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { instant, limit, refusals } from './fields.ts';

const auditShape = z
  .object({
    at: instant,
    actor: z.string(),
    action: z.string(),
    wait: z.uuid().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

export function audit(app: Api, deps: ApiDeps): void {
  app.get(
    '/audit',
    {
      schema: {
        summary: 'Who did what',
        querystring: z.object({ limit, before: z.coerce.number().int().optional() }),
        response: { 200: z.object({ items: z.array(auditShape), next: z.number().nullable() }), ...refusals },
      },
    },
    async (request) => {
      if (!requireScope(deps, request).all)
        throw new Refusal(403, 'Not for this role', 'The audit log is for the role admin.');
      const { limit, before = null } = request.query;
      const rows = await listAudit(deps.store, limit, before);
      return {
        items: rows.map((row) => ({
          at: iso(row.at),
          actor: row.actor,
          action: row.action,
          wait: row.wait_id,
          details: row.details,
        })),
        next: rows.length === limit ? (rows.at(-1)?.position ?? null) : null,
      };
    },
  );
}
