import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '@otklik/config';
import { DAY, type EpochMs } from '@otklik/domain';
import {
  type Access,
  createAccess,
  endSession,
  findAccess,
  type NamedWait,
  type Scope,
  type Store,
  useLink,
  writeAudit,
} from '@otklik/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const COOKIE = 'otklik_session';
const SESSION_LIFE = 30 * DAY;

export interface AccessWorld {
  config(): Config;
  store: Store;
  /** OTKLIK_ADMIN_TOKEN: a bearer token with the role admin. */
  adminToken: string | null;
  /** Whether the board is reached over https: then the cookie goes nowhere else. */
  secure(): boolean;
  now(): EpochMs;
}

/** Who asks: by bearer token or session cookie; null when nobody we know. */
export async function accessOf(request: FastifyRequest, world: AccessWorld): Promise<Access | null> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    if (world.adminToken !== null && same(bearer, world.adminToken))
      return { role: 'admin', person: null, name: 'admin' };
    return findAccess(world.store, 'bearer', bearer, world.now());
  }
  const session = request.cookies[COOKIE];
  return session ? findAccess(world.store, 'session', session, world.now()) : null;
}

const same = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/** Whose waits this access shows; null: none at all (ops see health and metrics, no client data). */
export function scopeOf(access: Access, config: Config): Scope | null {
  switch (access.role) {
    case 'admin':
      return { all: true };
    case 'ops':
      return null;
    case 'owner':
    case 'head': {
      const person = access.person ?? '';
      const channels =
        access.role === 'head'
          ? [...config.channels.values()].filter(({ head }) => head === person).map(({ id }) => id)
          : [];
      return { all: false, person, channels };
    }
  }
}

/** Whether a wait is within somebody's view. */
export const sees = (scope: Scope, wait: NamedWait): boolean =>
  scope.all ||
  wait.owner === scope.person ||
  wait.taken_by === scope.person ||
  scope.channels.includes(wait.channel);

/** A cookie is sent along by any page that the browser shows: what changes something must come from ours. */
export function isForgedOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (request.headers.authorization !== undefined || origin === undefined) return false;
  return URL.parse(origin)?.host !== request.headers.host;
}

/** `/sign-in?code=…` opens a session and leads to the board; `/api/v1/sign-out` ends it. */
export async function signIn(app: FastifyInstance, world: AccessWorld): Promise<void> {
  app.get<{ Querystring: { code?: string } }>(
    '/sign-in',
    { schema: { hide: true } },
    async (request, reply) => {
      const access = request.query.code ? await useLink(world.store, request.query.code, world.now()) : null;
      if (!access) return reply.redirect('/?link=used');
      const session = await createAccess(world.store, 'session', access, world.now() + SESSION_LIFE);
      await writeAudit(world.store.db, {
        at: world.now(),
        actor: access.person ?? access.name ?? access.role,
        action: 'sign_in',
      });
      reply.setCookie(COOKIE, session, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: world.secure(),
        maxAge: SESSION_LIFE / 1_000,
      });
      return reply.redirect('/');
    },
  );
  app.post('/api/v1/sign-out', { schema: { hide: true } }, async (request, reply) => {
    const session = request.cookies[COOKIE];
    if (session) await endSession(world.store, session);
    reply.clearCookie(COOKIE, { path: '/' });
    return reply.code(204).send();
  });
}
