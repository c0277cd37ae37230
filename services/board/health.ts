import type { Config } from '@otklik/config';
import { createGuesses, type Guesses, isReady, type Store } from '@otklik/store';
import type { Metrics } from '@otklik/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessOf } from './access.ts';
import { Refusal } from './refusal.ts';

export interface HealthWorld {
  config(): Config;
  store: Store;
  metrics: Metrics;
  adminToken: string | null;
  now(): number;
}

/** `/healthz`: the process lives. `/readyz`: it can do its work, so send it some. Open to all; they tell nothing else. */
export async function health(app: FastifyInstance, world: Pick<HealthWorld, 'store'>): Promise<void> {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const ready = await isReady(world.store);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'the database does not answer' });
  });
}

/** `/metrics` on the common port: for this machine, or with a token of the role ops or admin. */
export async function guardedMetrics(app: FastifyInstance, world: HealthWorld): Promise<void> {
  const guesses = createGuesses();
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    try {
      if (!isLoopback(request) && !(await mayRead(request, { ...world, guesses })))
        return reply.code(401).send('a token of the role ops or admin is needed\n');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply
        .code(error.status)
        .header('retry-after', String(error.retryAfter ?? 1))
        .send(`${error.message}\n`);
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await world.metrics.read());
  });
}

/** A proxy in front makes everybody look local: then the token is asked for. */
const isLoopback = (request: FastifyRequest): boolean =>
  /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.forwarded === undefined;

async function mayRead(request: FastifyRequest, world: HealthWorld & { guesses: Guesses }): Promise<boolean> {
  const access = await accessOf(request, world);
  return access?.role === 'ops' || access?.role === 'admin';
}
