import { channelOf, type Linking, qrSvg } from '@otklik/channels';
import { channelMemory } from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { iso } from '../present.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, findHeadsChannel } from './context.ts';
import { instant, problem } from './fields.ts';

const linkingShape = z
  .object({ shown: z.boolean(), code: z.string().nullable(), at: instant.nullable() })
  .meta({ id: 'Linking' });

/** Links Otklik as a device of an account. */
export function linking(app: Api, deps: ApiDeps): void {
  getLinking(app, deps);
  getQrCode(app, deps);
  postCode(app, deps);
}

const refusals = { 400: problem, 401: problem, 403: problem, 404: problem };
const params = z.object({ id: z.string() });

/** Whoever scans the code gives Otklik the account's messages: for admins and the channel's head. */
function findLinking(deps: ApiDeps, request: FastifyRequest, id: string): Linking {
  const channel = findHeadsChannel(deps, request, id, 'linkingByHeads');
  const { linking } = channelOf(channel);
  if (!linking)
    throw new Refusal(404, 'Nothing to link', `A channel of kind ${channel.kind} needs no telephone.`);
  return linking;
}

function getLinking(app: Api, deps: ApiDeps): void {
  app.get(
    '/channels/:id/linking',
    {
      schema: {
        summary: 'What is to be scanned or typed to link the account of a channel',
        params,
        response: { 200: linkingShape, ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const shown = await findLinking(deps, request, id).shown(channelMemory(deps.store, id));
      return { shown: shown !== null, code: shown?.code ?? null, at: shown === null ? null : iso(shown.at) };
    },
  );
}

function getQrCode(app: Api, deps: ApiDeps): void {
  app.get(
    '/channels/:id/linking.svg',
    { schema: { summary: 'The QR code, as a picture', params } },
    async (request, reply) => {
      const { id } = request.params;
      const shown = await findLinking(deps, request, id).shown(channelMemory(deps.store, id));
      if (shown === null)
        throw new Refusal(404, 'No code now', 'The account is linked, or the code is on its way.');
      return reply
        .header('cache-control', 'no-store')
        .type('image/svg+xml')
        .send(await qrSvg(shown.qr));
    },
  );
}

function postCode(app: Api, deps: ApiDeps): void {
  app.post(
    '/channels/:id/linking/code',
    {
      schema: {
        summary: 'Ask for a code of eight characters, for whoever cannot scan',
        params,
        response: { 202: z.object({ asked: z.literal(true) }), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await findLinking(deps, request, id).askForCode(channelMemory(deps.store, id), deps.now());
      return reply.code(202).send({ asked: true });
    },
  );
}
