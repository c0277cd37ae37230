import {
  acknowledgeWait,
  actorOf,
  type Commanded,
  handOver,
  type NamedWait,
  noReplyNeeded,
  releaseWait,
  waitsById,
} from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readerLocale } from '../locale.ts';
import { callBack } from './callBack.ts';
import { type Api, type ApiDeps, findWait, refuseDeaf, showWait } from './context.ts';
import { byId, problem, refusals } from './fields.ts';
import { commandRefusal } from './refusals.ts';
import { type WaitShape, waitShape } from './waitShape.ts';

export function waitCommands(app: Api, deps: ApiDeps): void {
  postTake(app, deps);
  postRelease(app, deps);
  postCall(app, deps);
  postNoReplyNeeded(app, deps);
  postHandOver(app, deps);
}

const changed = { 200: waitShape, 409: problem, ...refusals };

/** Answers with the wait as it is then. `by`: who asks. */
async function command(
  deps: ApiDeps,
  request: FastifyRequest,
  id: string,
  act: (wait: NamedWait, by: string) => Promise<Commanded>,
): Promise<WaitShape> {
  const wait = await findWait(deps, request, id);
  const result = await act(wait, actorOf(request.access));
  if (result.outcome === 'refused') {
    const config = deps.config();
    throw commandRefusal(result, config, readerLocale(request, config), deps.now());
  }
  return showWait(deps, (await waitsById(deps.store, [id]))[0] ?? (await findWait(deps, request, id)));
}

function postTake(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/take',
    { schema: { summary: '«Беру»: a short lease on the chain', params: byId, response: changed } },
    async (request) =>
      command(deps, request, request.params.id, ({ id }, by) =>
        acknowledgeWait(deps.store, deps.rules(), id, by, deps.now()),
      ),
  );
}

function postRelease(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/release',
    {
      schema: {
        summary: '«Отпустить»: whoever took it gives the rest of the lease back; the chain goes on at once',
        params: byId,
        response: changed,
      },
    },
    async (request) =>
      command(deps, request, request.params.id, ({ id }, by) =>
        releaseWait(deps.store, deps.rules(), id, by, deps.now()),
      ),
  );
}

function postCall(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/call',
    {
      schema: {
        summary:
          '«Перезвонить»: the exchange rings whoever asks, then the client; they are on it, as by a take',
        params: byId,
        response: { ...changed, 502: problem },
      },
    },
    async (request) =>
      command(deps, request, request.params.id, (wait) =>
        callBack(wait, request.access.person, readerLocale(request, deps.config()), deps),
      ),
  );
}

function postNoReplyNeeded(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/no-reply-needed',
    { schema: { summary: 'A person decides that no reply is needed', params: byId, response: changed } },
    async (request) =>
      command(deps, request, request.params.id, ({ id }, by) =>
        noReplyNeeded(deps.store, deps.rules(), id, by, deps.now()),
      ),
  );
}

function postHandOver(app: Api, deps: ApiDeps): void {
  app.post(
    '/waits/:id/hand-over',
    {
      schema: {
        summary: 'Another person becomes the owner',
        params: byId,
        body: z.strictObject({ to: z.string().min(1).max(64) }),
        response: changed,
      },
    },
    async (request) => {
      const { to } = request.body;
      refuseDeaf(deps, request, to);
      return command(deps, request, request.params.id, ({ id }, by) =>
        handOver(deps.store, deps.rules(), id, by, to, deps.now()),
      );
    },
  );
}
