import type { EpochMs } from '@otklik/domain';
import { disputesOf, listWaits, timelineOf } from '@otklik/store';
import { z } from 'zod';
import { iso, presentDispute } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { callBackShape, presentCallBack } from './callBack.ts';
import { type Api, type ApiDeps, findWait, requireScope, showWait } from './context.ts';
import { disputeShape } from './disputes.ts';
import { byId, configId, instant, limit, refusals, time } from './fields.ts';
import { presentTimeline, timelineItem } from './timeline.ts';
import { waitShape } from './waitShape.ts';

export function waits(app: Api, deps: ApiDeps): void {
  getWaits(app, deps);
  getWait(app, deps);
}

const waitQuery = z.object({
  state: z.enum(['open', 'closed']).optional(),
  channel: configId.optional(),
  owner: configId.optional(),
  from: time.optional(),
  to: time.optional(),
  history: z
    .enum(['true', 'false'])
    .optional()
    .describe('Only what opened before its channel was watched, or only what since; left out: both'),
  limit,
  cursor: z
    .string()
    .regex(/^[^_]+_[0-9a-f-]{36}$/, 'is not a cursor that this API gave')
    .optional(),
});

function getWaits(app: Api, deps: ApiDeps): void {
  app.get(
    '/waits',
    {
      schema: {
        summary: 'Waits, newest first',
        querystring: waitQuery,
        response: { 200: z.object({ items: z.array(waitShape), next: z.string().nullable() }), ...refusals },
      },
    },
    async (request) => {
      const { state, channel, owner, from, to, history, limit, cursor } = request.query;
      const page = await listWaits(deps.store, {
        scope: requireScope(deps, request),
        limit,
        ...(state && { state }),
        ...(channel !== undefined && { channel }),
        ...(owner !== undefined && { owner }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(history !== undefined && { history: history === 'true' }),
        ...(cursor !== undefined && { after: parseCursor(cursor) }),
      });
      return {
        items: page.items.map((wait) => showWait(deps, wait)),
        next: page.next ? `${iso(page.next.openedAt)}_${page.next.id}` : null,
      };
    },
  );
}

function parseCursor(cursor: string): { openedAt: EpochMs; id: string } {
  const [at = '', id = ''] = cursor.split('_');
  const openedAt = Date.parse(at);
  if (Number.isNaN(openedAt) || !z.uuid().safeParse(id).success)
    throw new Refusal(400, 'The cursor is not one of ours', 'Send the value of `next` as it came.');
  return { openedAt, id };
}

const wholeWait = waitShape.extend({
  dispute: disputeShape.nullable(),
  typed_phone: z
    .string()
    .nullable()
    .describe('Of an open wait without a proven number: the one that the client typed'),
  call_back: callBackShape.nullable(),
  voided_at: instant.nullable().describe('When later knowledge made it part of another wait of the client'),
  timeline: z.array(timelineItem),
});

function getWait(app: Api, deps: ApiDeps): void {
  app.get(
    '/waits/:id',
    {
      schema: {
        summary: 'One wait with its timeline',
        params: byId,
        response: { 200: wholeWait, ...refusals },
      },
    },
    async (request) => {
      const { store, config } = deps;
      const wait = await findWait(deps, request, request.params.id);
      const [timeline, disputes] = await Promise.all([timelineOf(store, wait), disputesOf(store, [wait.id])]);
      const dispute = disputes.get(wait.id);
      return {
        ...showWait(deps, wait),
        dispute: dispute ? presentDispute(dispute) : null,
        typed_phone: wait.client_phone === null ? wait.typed_phone : null,
        call_back: presentCallBack(wait, request.access.person, config()),
        voided_at: wait.voided_at === null ? null : iso(wait.voided_at),
        timeline: presentTimeline(timeline, config()),
      };
    },
  );
}
