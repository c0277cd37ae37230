import {
  actorOf,
  clientCards,
  confirmJoin,
  dismissSuggestion,
  type Joined,
  joinClients,
  recentJoins,
  suggestJoins,
  undoJoin,
} from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readerLocale } from '../locale.ts';
import { type Api, type ApiDeps, requireHead } from './context.ts';
import { byId, limit, problem } from './fields.ts';
import { joinShape, presentJoin, presentSuggestion, suggestionShape } from './presentClients.ts';
import { joinRefusal } from './refusals.ts';

/** Which clients are one person: suggestions, joins, and decisions about them. */
export function clients(app: Api, deps: ApiDeps): void {
  getSuggestions(app, deps);
  getJoins(app, deps);
  postJoin(app, deps);
  postDismiss(app, deps);
  postConfirm(app, deps);
  postUndo(app, deps);
}

const MOST_SUGGESTIONS = 100;
const refusals = { 400: problem, 401: problem, 403: problem, 404: problem, 409: problem };
const pair = z.strictObject({ a: z.uuid(), b: z.uuid() });

/** null: all. */
const channelsOf = (deps: ApiDeps, request: FastifyRequest): readonly string[] | null =>
  requireHead(deps, request, 'joinsByHeads');

function getSuggestions(app: Api, deps: ApiDeps): void {
  app.get(
    '/clients/suggestions',
    {
      schema: {
        summary: 'Clients who may be one person, the latest seen first',
        response: { 200: z.object({ items: z.array(suggestionShape) }), ...refusals },
      },
    },
    async (request) => {
      const channels = channelsOf(deps, request);
      const suggestions = await suggestJoins(deps.store, channels, deps.now(), MOST_SUGGESTIONS);
      return { items: suggestions.map(presentSuggestion) };
    },
  );
}

function getJoins(app: Api, deps: ApiDeps): void {
  app.get(
    '/clients/joins',
    {
      schema: {
        summary: 'Which clients were joined, by what and by whom, the latest first',
        querystring: z.object({
          limit,
          review: z
            .enum(['true'])
            .optional()
            .describe('Only what was joined before the upgrade by a handle that nobody vouches for'),
        }),
        response: { 200: z.object({ items: z.array(joinShape) }), ...refusals },
      },
    },
    async (request) => {
      const { limit, review } = request.query;
      const only = review ? 'to review' : 'all';
      const joins = await recentJoins(deps.store, channelsOf(deps, request), limit, only);
      return { items: joins.map(presentJoin) };
    },
  );
}

function postJoin(app: Api, deps: ApiDeps): void {
  app.post(
    '/clients/join',
    {
      schema: {
        summary: 'Two clients are one person: one wait, one chain, and the history is counted anew',
        body: pair,
        response: { 200: z.object({ id: z.uuid() }), ...refusals },
      },
    },
    async (request) => {
      const { a, b } = request.body;
      await requireSeen(deps, request, [a, b]);
      const by = actorOf(request.access);
      return {
        id: joinIn(deps, request, await joinClients(deps.store, deps.rules(), { a, b }, by, deps.now())),
      };
    },
  );
}

function postDismiss(app: Api, deps: ApiDeps): void {
  app.post(
    '/clients/dismiss',
    {
      schema: {
        summary: 'Two clients are two people: the pair is not suggested again',
        body: pair,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { a, b } = request.body;
      await requireSeen(deps, request, [a, b]);
      if (!(await dismissSuggestion(deps.store, { a, b }, actorOf(request.access), deps.now())))
        throw joinRefusal('unknown_client', readerLocale(request, deps.config()));
      return reply.code(204).send(null);
    },
  );
}

/** A head sees and joins clients of their own channels only. */
async function requireSeen(deps: ApiDeps, request: FastifyRequest, ids: readonly string[]): Promise<void> {
  const channels = channelsOf(deps, request);
  if (channels === null) return;
  const cards = await clientCards(deps.store, ids);
  const isSeen = (id: string) =>
    cards.get(id)?.channels.some((channel) => channels.includes(channel)) ?? false;
  if (!ids.every(isSeen)) throw joinRefusal('unknown_client', readerLocale(request, deps.config()));
}

function joinIn({ config }: ApiDeps, request: FastifyRequest, result: Joined): string {
  if (result.outcome === 'refused') throw joinRefusal(result.reason, readerLocale(request, config()));
  return result.id;
}

function postConfirm(app: Api, deps: ApiDeps): void {
  app.post(
    '/clients/joins/:id/confirm',
    {
      schema: {
        summary: 'A join that was to be reviewed is right: they are one person',
        params: byId,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await requireSeenJoin(deps, request, id);
      joinIn(deps, request, await confirmJoin(deps.store, id, actorOf(request.access), deps.now()));
      return reply.code(204).send(null);
    },
  );
}

function postUndo(app: Api, deps: ApiDeps): void {
  app.post(
    '/clients/joins/:id/undo',
    {
      schema: {
        summary: 'Takes a join back: each client has their own waits again',
        params: byId,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await requireSeenJoin(deps, request, id);
      joinIn(
        deps,
        request,
        await undoJoin(deps.store, deps.rules(), id, actorOf(request.access), deps.now()),
      );
      return reply.code(204).send(null);
    },
  );
}

/** Likewise a join. */
async function requireSeenJoin(deps: ApiDeps, request: FastifyRequest, id: string): Promise<void> {
  const channels = channelsOf(deps, request);
  if (channels === null) return;
  for (const only of ['to review', 'all'] as const) {
    const joins = await recentJoins(deps.store, channels, Number.MAX_SAFE_INTEGER, only);
    if (joins.some((join) => join.id === id)) return;
  }
  throw joinRefusal('unknown_join', readerLocale(request, deps.config()));
}
