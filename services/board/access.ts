import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { type Access, findAccess, type Guesses, type NamedWait, type Scope, type Store } from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

export const COOKIE = 'otklik_session';

export interface AccessDeps {
  config(): Config;
  store: Store;
  /** OTKLIK_ADMIN_TOKEN: a bearer token of an admin. */
  adminToken: string | null;
  /** Reached over https: then the cookie goes nowhere else. */
  secure(): boolean;
  guesses: Guesses;
  now(): EpochMs;
}

/** `id` of the token or session; null for OTKLIK_ADMIN_TOKEN. */
export interface Asker extends Access {
  readonly id: number | null;
}

/**
 * Who asks, by bearer token or session cookie; null: nobody we know. Throws a Refusal (429) after too many wrong
 * tokens from one address.
 */
export async function accessOf(
  request: FastifyRequest,
  deps: Pick<AccessDeps, 'config' | 'store' | 'adminToken' | 'guesses' | 'now'>,
): Promise<Asker | null> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const session = request.cookies?.[COOKIE];
  const token = bearer ?? session;
  if (!token) return null;
  const find = async (): Promise<Asker | null> => {
    if (bearer !== undefined && deps.adminToken !== null && same(bearer, deps.adminToken))
      return { id: null, role: 'admin', person: null, name: 'admin' };
    const kind = bearer === undefined ? 'session' : 'bearer';
    const config = deps.config();
    const known = await findAccess(deps.store, kind, token, deps.now(), config.session);
    return known && asConfigured(known, config);
  };
  const looked = await deps.guesses.look(request.ip, token, find, deps.now);
  switch (looked.outcome) {
    case 'right':
      return looked.found;
    case 'wrong':
      return null;
    case 'too_many': {
      const seconds = Math.ceil(looked.retryAfterMs / SECOND);
      throw new Refusal(
        429,
        'Too many wrong tokens',
        `Too many wrong tokens came from this address. Ask again in ${seconds} s; a right one passes at once.`,
        seconds,
      );
    }
  }
}

/**
 * The access as configured now, however old it is: people have the role that the configuration says. Admin and ops
 * are given by hand. null: the person has left.
 */
export function asConfigured<A extends Access>(access: A, { people }: Config): A | null {
  if (access.person === null) return access;
  const person = people.get(access.person);
  if (!person) return null;
  return access.role === 'owner' || access.role === 'head' ? { ...access, role: person.role } : access;
}

/** In constant time. */
const same = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/** Whose waits they see; null: none (ops see no client data). */
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
          ? [...config.gone.values(), ...config.channels.values()]
              .filter(({ head }) => head === person)
              .map(({ id }) => id)
          : [];
      return { all: false, person, channels };
    }
  }
}

export const sees = (scope: Scope, wait: NamedWait): boolean =>
  scope.all ||
  wait.owner === scope.person ||
  wait.taken_by === scope.person ||
  scope.channels.includes(wait.channel);

/** Browsers send the cookie with requests of any page: what changes something must come from ours. */
export function isForgedOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (request.headers.authorization !== undefined || origin === undefined) return false;
  return URL.parse(origin)?.host !== request.headers.host;
}
