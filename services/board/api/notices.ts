import { clientName } from '@otklik/domain';
import { type NoticeRow, recentNotices } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { instant, limit, refusals } from './fields.ts';
import { stage } from './waitShape.ts';

const noticeShape = z
  .object({
    id: z.uuid(),
    at: instant,
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

/** The columns are text; the schema says what they may hold. */
const { transport: transportOf, stage: stageOf, state: stateOf } = noticeShape.shape;

function presentNotice(notice: NoticeRow) {
  return {
    id: notice.id,
    at: iso(notice.sent_at ?? notice.created_at),
    wait: notice.wait_id,
    client: clientName({ client_name: notice.client_name ?? null, thread: notice.thread ?? '' }),
    channel: notice.channel,
    recipient: notice.recipient,
    transport: transportOf.parse(notice.transport),
    step: notice.step,
    stage: stageOf.parse(notice.stage),
    late_ms: notice.sent_at === null ? null : notice.sent_at - notice.due_at,
    late_reason: notice.late_reason,
    state: stateOf.parse(notice.state),
    problem: notice.problem,
  };
}
