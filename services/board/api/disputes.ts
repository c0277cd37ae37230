import { channelOnWait } from '@otklik/config';
import { judgesOf } from '@otklik/domain';
import {
  actorOf,
  type Disputed,
  decideDispute,
  disputeBreach,
  disputesOf,
  type NamedWait,
  openDisputes,
  waitsById,
} from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sees } from '../access.ts';
import { readerLocale } from '../locale.ts';
import { presentDispute } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, findWait, refusalTexts, requireScope, showWait } from './context.ts';
import { byId, instant, limit, problem, refusals } from './fields.ts';
import { disputeRefusal } from './refusals.ts';
import { waitShape } from './waitShape.ts';

export const disputeShape = z
  .object({
    by: z.string(),
    reason: z.string(),
    at: instant,
    decided_by: z.string().nullable(),
    decided_at: instant.nullable(),
    accepted: z.boolean().nullable(),
    note: z.string().nullable(),
    excused_seconds: z.number().nullable().describe('Seconds that it takes off the owner’s account'),
  })
  .meta({ id: 'Dispute' });

export function disputes(app: Api, deps: ApiDeps): void {
  postDispute(app, deps);
  postDecision(app, deps);
  getDisputes(app, deps);
}

const decided = { 200: disputeShape, 409: problem, ...refusals };

function shown(deps: ApiDeps, request: FastifyRequest, result: Disputed) {
  if (result.outcome === 'refused') throw disputeRefusal(result.reason, readerLocale(request, deps.config()));
  return presentDispute(result.dispute);
}

function postDispute(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/dispute',
    {
      schema: {
        summary: 'The owner says why a breach is not theirs; the head decides',
        params: byId,
        body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
        response: decided,
      },
    },
    async (request) => {
      const { id } = await findWait(deps, request, request.params.id);
      const by = actorOf(request.access);
      return shown(
        deps,
        request,
        await disputeBreach(deps.store, deps.rules(), id, by, request.body.reason, deps.now()),
      );
    },
  );
}

function postDecision(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/dispute/decide',
    {
      schema: {
        summary:
          'The head accepts a dispute, with the seconds that it excuses (all past the window when left out), or rejects it',
        params: byId,
        body: z.strictObject({
          accepted: z.boolean(),
          note: z.string().trim().max(500).nullish(),
          excused_seconds: z.number().min(0).nullish(),
        }),
        response: decided,
      },
    },
    async (request) => {
      const { id } = await findDecidable(deps, request, request.params.id);
      const { accepted, note = null, excused_seconds: excusedSeconds = null } = request.body;
      const decision = { accepted, note, excusedSeconds };
      const by = actorOf(request.access);
      return shown(
        deps,
        request,
        await decideDispute(deps.store, deps.rules(), id, by, decision, deps.now()),
      );
    },
  );
}

/** For the channel's head, an admin, or whoever judges in place of a head who is a party. */
async function findDecidable(deps: ApiDeps, request: FastifyRequest, id: string): Promise<NamedWait> {
  const judged = await findJudged(deps, request, id);
  const wait = judged ?? (await findWait(deps, request, id));
  const scope = requireScope(deps, request);
  if (!judged && !scope.all && !scope.channels.includes(wait.channel))
    throw new Refusal(403, 'Not yours to decide', refusalTexts(deps, request).disputesByHeads);
  return wait;
}

async function findJudged(deps: ApiDeps, request: FastifyRequest, id: string): Promise<NamedWait | null> {
  const dispute = (await disputesOf(deps.store, [id])).get(id);
  const [wait] = await waitsById(deps.store, [id]);
  return dispute && wait && judges(deps, request, wait, dispute.person) ? wait : null;
}

/** The channel's head is a party, so the asker judges. */
function judges(
  { config }: ApiDeps,
  { access: { person } }: FastifyRequest,
  wait: NamedWait,
  disputer: string,
): boolean {
  const channel = channelOnWait(config(), wait.channel);
  return (
    person !== null &&
    channel !== undefined &&
    judgesOf(channel, config().people, { disputer, owner: wait.owner }).includes(person)
  );
}

function getDisputes(app: Api, deps: ApiDeps): void {
  app.get(
    '/disputes',
    {
      schema: {
        summary: 'Disputes that nobody has decided yet, oldest first',
        querystring: z.object({ limit }),
        response: {
          200: z.object({ items: z.array(disputeShape.extend({ wait: waitShape })) }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const scope = requireScope(deps, request);
      const open = await openDisputes(deps.store, request.query.limit);
      const ids = open.map(({ wait_id }) => wait_id);
      const waits = new Map((await waitsById(deps.store, ids)).map((wait) => [wait.id, wait]));
      return {
        items: open.flatMap((dispute) => {
          const wait = waits.get(dispute.wait_id);
          return wait && (sees(scope, wait) || judges(deps, request, wait, dispute.person))
            ? [{ ...presentDispute(dispute), wait: showWait(deps, wait) }]
            : [];
        }),
      };
    },
  );
}
