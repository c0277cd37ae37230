import {
  actorOf,
  againLeft,
  askAgain,
  keptAside as listKeptAside,
  sawAside,
  writeAudit,
} from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../access.ts';
import { iso } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, refusalTexts } from './context.ts';
import { instant, problem } from './fields.ts';

const keptAsideShape = z
  .object({
    id: z.number(),
    at: instant,
    reason: z.string().describe('For whoever looks into it: technical, in English'),
    why: z
      .enum(['not_understood', 'unproven'])
      .describe('unproven: it was understood, and nobody vouches for its sender'),
    seen_at: instant.nullable().describe('When somebody looked at it'),
    seen_by: z.string().nullable(),
    again: z.boolean().describe('Whether it waits to be read again'),
    mail: z
      .object({
        from: z.string().nullable(),
        to: z.array(z.string()),
        subject: z.string().nullable(),
        at: instant.nullable().describe('When the mail server got it'),
      })
      .nullable()
      .describe('null: it is no mail'),
  })
  .meta({
    id: 'KeptAside',
    description: 'Not understood, or from a sender whom nobody vouches for: it counts as nothing',
  });

const keptAsideListShape = z
  .object({
    items: z.array(keptAsideShape),
    waiting: z.number().describe('How much of all there is waits to be read again'),
    left: z.number().describe('How much of all there is was not understood'),
  })
  .meta({ id: 'KeptAsideList' });

/** What was kept aside: to look at and to read again. */
export function keptAside(app: Api, deps: ApiDeps): void {
  getKeptAside(app, deps);
  postSeen(app, deps);
  postReadAgain(app, deps);
}

const refusals = { 401: problem, 403: problem, 404: problem };
const params = z.object({ id: z.string() });

function requireChannel(deps: ApiDeps, request: FastifyRequest, id: string): string {
  const scope = scopeOf(request.access, deps.config());
  if (!scope || !deps.config().channels.has(id) || !(scope.all || scope.channels.includes(id)))
    throw new Refusal(404, 'No such channel', refusalTexts(deps, request).notVisible);
  return id;
}

/** Only heads and admins look through what clients wrote. */
function requireHeadsChannel(deps: ApiDeps, request: FastifyRequest, id: string): string {
  const channel = requireChannel(deps, request, id);
  if (request.access.role === 'owner')
    throw new Refusal(403, 'Not for this role', refusalTexts(deps, request).asideByHeads);
  return channel;
}

function getKeptAside(app: Api, deps: ApiDeps): void {
  app.get(
    '/channels/:id/kept-aside',
    {
      schema: {
        summary:
          'What of a channel was kept aside: what nobody has looked at first, from the oldest on, then the rest from the latest on. It opened no wait and answered none',
        params,
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: keptAsideListShape, ...refusals },
      },
    },
    async (request) => {
      const channel = requireChannel(deps, request, request.params.id);
      const items = await listKeptAside(deps.store, channel, request.query.limit);
      return {
        ...(await againLeft(deps.store, channel)),
        items: items.map(({ mail, ...item }) => ({
          ...item,
          at: iso(item.at),
          seen_at: item.seen_at === null ? null : iso(item.seen_at),
          mail: mail && { ...mail, to: [...mail.to] },
        })),
      };
    },
  );
}

function postSeen(app: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  app.post(
    '/channels/:id/kept-aside/seen',
    {
      schema: {
        summary: 'A person has looked at what was kept aside, up to this one: it is no gap any more',
        params,
        body: z.object({
          up_to: z
            .number()
            .int()
            .describe('The greatest id of those that were shown and that nobody had looked at'),
        }),
        response: { 200: z.object({ seen: z.number() }), ...refusals },
      },
    },
    async (request) => {
      const channel = requireHeadsChannel(deps, request, request.params.id);
      const by = actorOf(request.access);
      const seen = await sawAside(store, channel, { upTo: request.body.up_to, by, now: now() });
      if (seen > 0)
        await writeAudit(store.db, {
          at: now(),
          actor: by,
          action: 'kept_aside_seen',
          details: { channel, seen },
        });
      return { seen };
    },
  );
}

function postReadAgain(app: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  app.post(
    '/channels/:id/kept-aside/read-again',
    {
      schema: {
        summary:
          'Read again what was not understood, as a newer version may understand it: what it still does not stays kept aside',
        params,
        response: {
          200: z.object({
            asked: z.number().describe('How much is read again now: see `waiting` of the list'),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const channel = requireHeadsChannel(deps, request, request.params.id);
      const asked = await askAgain(store, channel, now());
      if (asked > 0)
        await writeAudit(store.db, {
          at: now(),
          actor: actorOf(request.access),
          action: 'kept_aside_read_again',
          details: { channel, asked },
        });
      return { asked };
    },
  );
}
