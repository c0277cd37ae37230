import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import files from '@fastify/static';
import { HOUR } from '@otklik/domain';
import { createGuesses, endOfTheGone } from '@otklik/store';
import { refusalTextsOf } from '@otklik/texts';
import { startLoop } from '@otklik/timing';
import type { FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { ApiDeps } from './api/context.ts';
import { api } from './api/routes.ts';
import { acceptedLocale } from './locale.ts';
import { API_PREFIX, setUpSchemas } from './openApi.ts';
import { Refusal } from './refusal.ts';
import { signIn } from './signIn.ts';
import { openStream } from './stream/openStream.ts';

export { asideGaps } from './asideGaps.ts';
export { guardedMetrics, health } from './health.ts';
export { testChannel } from './testChannel.ts';

export type BoardDeps = Omit<ApiDeps, 'stream' | 'guesses'>;

export interface Board {
  /** Mounts the API, the live stream, sign-in and the web app. */
  routes(app: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}

const WEB = fileURLToPath(new URL('web/dist/', import.meta.url));

/** The component library computes styles, so they may be inline. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const SWEEP_EVERY_MS = HOUR;

export async function startBoard(given: BoardDeps): Promise<Board> {
  const deps = { ...given, guesses: createGuesses() };
  const stream = await openStream(deps);
  const sweep = () => {
    const { people, session } = deps.config();
    return endOfTheGone(deps.store, people.keys(), deps.now(), session);
  };
  const sweeping = startLoop(sweep, {
    everyMs: SWEEP_EVERY_MS,
    failed: (error) => deps.log.warn({ err: error }, 'the accesses of people who left could not be ended'),
  });
  return {
    close: async () => {
      await sweeping.close();
      await stream.close();
    },
    routes: async (app) => {
      await setUpSchemas(app, deps.version);
      app.setErrorHandler(asProblem(deps));
      app.setNotFoundHandler(async (request) => {
        throw new Refusal(
          404,
          'Nothing is here',
          `There is no ${request.method} ${request.url.split('?')[0]}.`,
        );
      });
      await app.register(cookie);
      app.get(`${API_PREFIX}/openapi.json`, { schema: { hide: true } }, async () => app.swagger());
      await app.register(async (routes) => api(routes, { ...deps, stream }), { prefix: API_PREFIX });
      await signIn(app, deps);
      if (existsSync(WEB)) await app.register(webApp);
    },
  };
}

/** As in web/src/useRoute.ts: each gives the page, so that a reload stays there. */
const SECTIONS = ['/report', '/clients', '/what-if'];

async function webApp(app: FastifyInstance): Promise<void> {
  await app.register(files, {
    root: WEB,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      response.header('content-security-policy', POLICY);
      response.header('x-content-type-options', 'nosniff');
      response.header('referrer-policy', 'no-referrer');
    },
  });
  for (const section of SECTIONS)
    app.get(section, { schema: { hide: true } }, (_, reply) => reply.sendFile('index.html'));
}

/**
 * Refusals as RFC 9457, with the path of each fault. Unforeseen errors are a 500 that tells nothing of the inside.
 */
const asProblem =
  ({ config, log }: Pick<BoardDeps, 'config' | 'log'>): Parameters<FastifyInstance['setErrorHandler']>[0] =>
  (error: unknown, request, reply) => {
    const send = (
      status: number,
      title: string,
      detail: string,
      errors?: { path: string; detail: string }[],
    ) =>
      reply
        .code(status)
        .type('application/problem+json')
        .serializer((body: unknown) => JSON.stringify(body))
        .send({ type: 'about:blank', title, status, detail, ...(errors && { errors }) });
    if (error instanceof Refusal) {
      if (error.retryAfter !== null) reply.header('retry-after', String(error.retryAfter));
      return send(error.status, error.title, error.message);
    }
    if (hasZodFastifySchemaValidationErrors(error)) {
      const errors = error.validation.map(({ instancePath, message }) => ({
        path: instancePath,
        detail: message ?? '',
      }));
      return send(
        400,
        'The request cannot be taken',
        `Mend the fields named in \`errors\` (${error.validationContext ?? 'request'}).`,
        errors,
      );
    }
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status < 500 && error instanceof Error)
      return send(status, 'The request cannot be taken', error.message);
    log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
    const { fault } = refusalTextsOf(acceptedLocale(request) ?? config().locale);
    return send(500, 'Something went wrong here', fault);
  };
