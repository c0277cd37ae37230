import type { Config } from '@otklik/config';
import { createGuesses, type Guesses, type Store } from '@otklik/store';
import type { Dependencies, Metrics } from '@otklik/telemetry';
import { orAfter } from '@otklik/timing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessOf } from './access.ts';
import { Refusal } from './refusal.ts';

export interface HealthDeps {
  config(): Config;
  store: Store;
  metrics: Metrics;
  adminToken: string | null;
  now(): number;
}

const MISSING: Readonly<Record<string, string>> = {
  postgres: 'the database (PostgreSQL) does not answer',
  redis: 'the queue (Redis) does not answer',
  queue: 'the queue (on PostgreSQL) does not answer',
  disk: 'the data folder cannot be written',
};

/**
 * `/healthz`: the process lives. `/readyz`: it can work, else 503 with what is missing, within two seconds whatever
 * hangs. Open to all.
 */
export async function health(app: FastifyInstance, needs: Dependencies): Promise<void> {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const missing = [...(await needs.check())].filter(([, answers]) => !answers).map(([name]) => name);
    if (missing.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: missing.map((name) => MISSING[name] ?? name).join('; '), missing });
  });
}

const ANSWER_WITHIN_MS = 400;

/** `/metrics` on the common port: from this machine, or with a token of ops or admin. */
export async function guardedMetrics(app: FastifyInstance, deps: HealthDeps): Promise<void> {
  const guesses = createGuesses();
  /** While the database hangs, the token that was known last is let in: monitoring must not go blind. */
  let knownLast: string | null = null;
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    try {
      if (!isLoopback(request)) {
        const { authorization = null } = request.headers;
        const may = await orAfter(ANSWER_WITHIN_MS, mayRead(request, { ...deps, guesses }), null);
        if (may === false) return reply.code(401).send('a token of the role ops or admin is needed\n');
        if (may) knownLast = authorization;
        else if (authorization === null || knownLast !== authorization)
          return reply.code(503).send('the database does not answer, so that no token can be checked\n');
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply
        .code(error.status)
        .header('retry-after', String(error.retryAfter ?? 1))
        .send(`${error.message}\n`);
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await deps.metrics.read());
  });
}

/** Behind a proxy everybody looks local, so the token is asked for. */
const isLoopback = (request: FastifyRequest): boolean =>
  /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.forwarded === undefined;

async function mayRead(request: FastifyRequest, deps: HealthDeps & { guesses: Guesses }): Promise<boolean> {
  const access = await accessOf(request, deps);
  return access?.role === 'ops' || access?.role === 'admin';
}
