import { channelOf, type Linking, qrSvg } from '@otklik/channels';
import { channelMemory, type Store } from '@otklik/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AccessDeps, scopeOf } from './access.ts';
import { iso } from './present.ts';
import { Refusal } from './refusal.ts';
import { linkingShape, problem } from './shapes.ts';

export interface LinkingDeps extends AccessDeps {
  readonly store: Store;
}

const refusals = { 400: problem, 401: problem, 403: problem, 404: problem };
const params = z.object({ id: z.string() });

/** Making Otklik a device of an account, for whoever has the telephone in hand. */
export async function linking(plain: FastifyInstance, deps: LinkingDeps): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { store, now } = deps;

  /** Whoever scans the code gives Otklik the account's messages: that is for admins and the channel's head. */
  const find = ({ access }: FastifyRequest, id: string): { linking: Linking; name: string } => {
    const config = deps.config();
    const scope = scopeOf(access, config);
    if (!scope || access.role === 'owner')
      throw new Refusal(403, 'Not for this role', 'Accounts are linked by heads and admins.');
    const channel = config.channels.get(id);
    if (!channel || !(scope.all || scope.channels.includes(id)))
      throw new Refusal(404, 'No such channel', 'Check the id, and whether it is yours to see.');
    const { linking } = channelOf(channel);
    if (!linking)
      throw new Refusal(404, 'Nothing to link', `A channel of kind ${channel.kind} needs no telephone.`);
    return { linking, name: channel.name };
  };

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
      const shown = await find(request, id).linking.shown(channelMemory(store, id));
      return { shown: shown !== null, code: shown?.code ?? null, at: shown === null ? null : iso(shown.at) };
    },
  );

  app.get(
    '/channels/:id/linking.svg',
    { schema: { summary: 'The QR code, as a picture', params } },
    async (request, reply) => {
      const { id } = request.params;
      const shown = await find(request, id).linking.shown(channelMemory(store, id));
      if (shown === null)
        throw new Refusal(404, 'No code now', 'The account is linked, or the code is on its way.');
      return reply
        .header('cache-control', 'no-store')
        .type('image/svg+xml')
        .send(await qrSvg(shown.qr));
    },
  );

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
      await find(request, id).linking.askForCode(channelMemory(store, id), now());
      return reply.code(202).send({ asked: true });
    },
  );
}
