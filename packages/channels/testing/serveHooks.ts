import { createServer } from 'node:http';
import { type Config, channelOf } from '../registry.ts';
import type { TestWorld } from './testWorld.ts';

/** Answers posts as the ingest service does. */
export async function serveHooks(
  config: Config,
  port: number,
  world: TestWorld,
): Promise<{ stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://otklik');
    const [, , id = '', ...rest] = url.pathname.split('/');
    const channel = config.channels.get(id);
    const receive = channel && channelOf(channel).receive;
    if (!channel || !receive) return void response.writeHead(404).end();
    try {
      const received = await receive(
        channel,
        {
          path: rest.length === 0 ? '' : `/${rest.join('/')}`,
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: Buffer.concat(chunks),
          receivedAt: world.now(),
        },
        { config, memory: world.memory, memoryOf: () => world.memory },
      );
      if (received.outcome === 'refused') return void response.writeHead(received.status).end();
      if (received.quarantine !== null) await world.quarantine(null, received.quarantine);
      await world.deliver(received.delivery);
      const { status, body } = received.answer({ accepted: 1, duplicates: 0 });
      const isText = typeof body === 'string';
      response
        .writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' })
        .end(isText ? body : JSON.stringify(body));
    } catch {
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
