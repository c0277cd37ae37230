import { actorOf } from '@otklik/store';
import { z } from 'zod';
import { testChannel } from '../testChannel.ts';
import { type Api, type ApiDeps, findHeadsChannel } from './context.ts';
import { problem } from './fields.ts';

const testedShape = z.object({
  ok: z.boolean(),
  steps: z.array(z.object({ ok: z.boolean(), said: z.object({ ru: z.string(), en: z.string() }) })),
});

/** «Проверить» on the board. For admins and the channel's head, because it pings the owner. */
export function channelTest(app: Api, deps: ApiDeps): void {
  app.post(
    '/channels/:id/test',
    {
      schema: {
        summary: 'Send an event as the provider would, and tell step by step what became of it',
        params: z.object({ id: z.string() }),
        response: { 200: testedShape, 401: problem, 403: problem, 404: problem },
      },
    },
    async (request) => {
      const channel = findHeadsChannel(deps, request, request.params.id, 'channelTestsByHeads');
      const steps = await testChannel(channel, deps, actorOf(request.access));
      return { ok: steps.every(({ ok }) => ok), steps };
    },
  );
}
