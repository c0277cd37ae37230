import { findAccess, isReady, type Store } from '@otklik/store';
import type { Metrics } from '@otklik/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface HealthWorld {
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
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!isLoopback(request) && !(await mayRead(request, world)))
      return reply.code(401).send('a token of the role ops or admin is needed\n');
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await world.metrics.read());
  });
}

/** A proxy in front makes everybody look local: then the token is asked for. */
const isLoopback = (request: FastifyRequest): boolean =>
  /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.forwarded === undefined;

async function mayRead(request: FastifyRequest, world: HealthWorld): Promise<boolean> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return false;
  if (world.adminToken !== null && bearer === world.adminToken) return true;
  const access = await findAccess(world.store, 'bearer', bearer, world.now());
  return access?.role === 'ops' || access?.role === 'admin';
}
