import { z } from 'zod';
import { type Api, type ApiDeps, requireScope } from './context.ts';
import { refusals } from './fields.ts';

export function liveStream(app: Api, deps: ApiDeps): void {
  app.get(
    '/stream',
    {
      schema: {
        summary: 'Live changes as server-sent events',
        response: { 200: z.string().describe('text/event-stream'), ...refusals },
      },
    },
    async (request, reply) => {
      requireScope(deps, request);
      reply.hijack();
      deps.stream.add(reply.raw, request.access);
    },
  );
}
