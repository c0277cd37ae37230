import { clientName } from '@otklik/domain';
import {
  actorOf,
  type CadenceCommanded,
  cadenceById,
  type ListedCadence,
  listCadences,
  markNotReached,
  markReached,
  postponeCadence,
  releaseCadence,
} from '@otklik/store';
import { cadenceTextsOf } from '@otklik/texts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sees } from '../access.ts';
import { readerLocale } from '../locale.ts';
import { iso } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, refusalTexts, requireScope } from './context.ts';
import { byId, instant, limit, problem, refusals, time } from './fields.ts';

const action = z.enum(['call', 'message', 'email_or_sms', 'task', 'return_to_source', 'control']);
const states = z.enum(['running', 'control', 'ended']);

const attemptShape = z
  .object({
    day: z.int().describe('Working days from the call in vain, which is day 1'),
    at: instant,
    do: action,
    means: z.string().nullable().describe('By what it was made; null: by a person'),
    outcome: z.string().nullable().describe('null: nobody knows yet'),
    by: z.string().nullable(),
  })
  .meta({ id: 'CadenceAttempt' });

const cadenceShape = z
  .object({
    id: z.uuid(),
    client: z.string().nullable(),
    client_id: z.uuid(),
    wait: z.uuid().describe('The wait that ended as attempted'),
    channel: z.string(),
    phone: z.string().nullable().describe('E.164, where it is known'),
    owner: z.string(),
    state: states.describe(
      'control: the plan is over, and the lead stays in sight until a person releases it',
    ),
    day: z.int(),
    next: z.object({ at: instant, do: action }).nullable(),
    started_at: instant,
    ended_at: instant.nullable(),
    end_reason: z.string().nullable(),
    attempts: z.array(attemptShape),
  })
  .meta({ id: 'Cadence', description: 'The call-back plan of a client who could not be reached' });

/** Moment and id of the last that was shown. */
const cursor = z
  .string()
  .regex(/^\d+_[0-9a-f-]{36}$/)
  .transform((text) => {
    const [startedAt = '', id = ''] = text.split('_');
    return { startedAt: Number(startedAt), id };
  });

export function cadences(app: Api, deps: ApiDeps): void {
  getCadences(app, deps);
  postWords(app, deps);
  postPostponed(app, deps);
  postReleased(app, deps);
}

function getCadences(app: Api, deps: ApiDeps): void {
  app.get(
    '/cadences',
    {
      schema: {
        summary: 'Clients who could not be reached, and how they are tried again; newest first',
        querystring: z.object({
          state: states.optional(),
          client: z.uuid().optional().describe('`client_id`'),
          limit,
          cursor: cursor.optional(),
        }),
        response: {
          200: z.object({ items: z.array(cadenceShape), next: z.string().nullable() }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { state, client, limit: most, cursor: after } = request.query;
      const { items, next } = await listCadences(
        deps.store,
        {
          scope: requireScope(deps, request),
          limit: most,
          ...(state && { state }),
          ...(client !== undefined && { client }),
          ...(after && { after }),
        },
        deps.rules(),
        deps.now(),
      );
      return { items: items.map(present), next: next && `${next.startedAt}_${next.id}` };
    },
  );
}

const answers = { 200: cadenceShape, 409: problem, ...refusals };

function postWords(app: Api, deps: ApiDeps): void {
  const words = [
    { path: 'reached', summary: 'The client was reached: the plan ends', does: markReached },
    { path: 'not-reached', summary: 'The call that is open was made in vain', does: markNotReached },
  ] as const;
  for (const { path, summary, does } of words)
    app.post(`/cadences/:id/${path}`, { schema: { summary, params: byId, response: answers } }, (request) =>
      told(deps, request, request.params.id, (by) =>
        does(deps.store, deps.rules(), request.params.id, by, deps.now()),
      ),
    );
}

function postPostponed(app: Api, deps: ApiDeps): void {
  app.post(
    '/cadences/:id/postpone',
    {
      schema: {
        summary: 'Nothing before that moment',
        params: byId,
        body: z.strictObject({ to: time }),
        response: answers,
      },
    },
    (request) =>
      told(deps, request, request.params.id, (by) =>
        postponeCadence(deps.store, deps.rules(), request.params.id, by, request.body.to, deps.now()),
      ),
  );
}

function postReleased(app: Api, deps: ApiDeps): void {
  app.post(
    '/cadences/:id/release',
    {
      schema: {
        summary: 'A person lets go of the client, and says why',
        params: byId,
        body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
        response: answers,
      },
    },
    (request) =>
      told(deps, request, request.params.id, (by) =>
        releaseCadence(deps.store, deps.rules(), request.params.id, by, request.body.reason, deps.now()),
      ),
  );
}

async function told(
  deps: ApiDeps,
  request: FastifyRequest,
  id: string,
  command: (by: string) => Promise<CadenceCommanded>,
) {
  const scope = requireScope(deps, request);
  const known = await cadenceById(deps.store, id, deps.rules(), deps.now());
  if (!known || !sees(scope, known.wait))
    throw new Refusal(404, 'No such cadence', refusalTexts(deps, request).notVisible);
  const result = await command(actorOf(request.access));
  if (result.outcome === 'refused')
    throw new Refusal(
      409,
      'Not now',
      cadenceTextsOf(readerLocale(request, deps.config())).refused(result.reason),
    );
  const after = await cadenceById(deps.store, id, deps.rules(), deps.now());
  return present(after ?? known);
}

function present({ cadence, wait, attempts, next }: ListedCadence): z.output<typeof cadenceShape> {
  const phone = wait.client_phone ?? (/^\+\d{5,15}$/.test(wait.thread) ? wait.thread : null);
  return {
    id: cadence.id,
    client: clientName(wait),
    client_id: wait.client_id,
    wait: wait.id,
    channel: wait.channel,
    phone,
    owner: wait.owner,
    state: cadence.state,
    day: attempts.at(-1)?.day ?? 1,
    next: next && { at: iso(next.at), do: next.do },
    started_at: iso(cadence.started_at),
    ended_at: cadence.ended_at === null ? null : iso(cadence.ended_at),
    end_reason: cadence.end_reason,
    attempts: attempts.map(({ day, at, action: what, means, outcome, by }) => ({
      day,
      at: iso(at),
      do: what,
      means,
      outcome,
      by,
    })),
  };
}
