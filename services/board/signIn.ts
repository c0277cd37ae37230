import { SECOND } from '@otklik/domain';
import {
  type Access,
  actorOf,
  createAccess,
  endSession,
  type LinkState,
  lookAtLink,
  useLink,
  writeAudit,
} from '@otklik/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessDeps, accessOf, asConfigured, COOKIE } from './access.ts';
import { acceptedLocale } from './locale.ts';
import { Refusal } from './refusal.ts';
import { readerOf, type SignInPage, signInPage } from './signInPage.ts';

/**
 * `/sign-in?code=…` shows whom it would sign in; its button opens a session. Looking uses nothing up: messengers,
 * mail scanners and browsers fetch links before anybody presses.
 */
export async function signIn(app: FastifyInstance, deps: AccessDeps): Promise<void> {
  getPage(app, deps);
  await app.register(async (form) => postForm(form, deps));
  postSignOut(app, deps);
}

const HIDDEN = { schema: { hide: true } };

function getPage(app: FastifyInstance, deps: AccessDeps): void {
  app.get<{ Querystring: { code?: string | string[] } }>('/sign-in', HIDDEN, async (request, reply) => {
    const page = await pageOf(request, textOf(request.query.code), deps);
    // They are in already.
    if (page.says === 'used' && (await isSignedIn(request, deps))) return reply.redirect('/');
    return show(page, request, reply, deps);
  });
}

const MOST_FORM_BYTES = 4_096;

/** `form`: a scope that parses forms. */
function postForm(form: FastifyInstance, deps: AccessDeps): void {
  form.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  form.post<{ Body: { code?: string } | undefined }>('/sign-in', HIDDEN, async (request, reply) => {
    if (isFromElsewhere(request))
      throw new Refusal(403, 'Not from the sign-in page', 'Open the sign-in link itself.');
    const code = textOf(request.body?.code);
    const page = await pageOf(request, code, deps);
    if (page.says !== 'ready') return show(page, request, reply, deps);
    const used = await useLink(deps.store, code, deps.now());
    // Of two presses at once, one comes second.
    if (used === null)
      return show({ says: 'used', access: page.access, usedAt: deps.now() }, request, reply, deps);
    await openSession(used, reply, deps);
    return reply.redirect('/', 303);
  });
}

function postSignOut(app: FastifyInstance, { store, now }: AccessDeps): void {
  app.post('/api/v1/sign-out', HIDDEN, async (request, reply) => {
    const session = request.cookies[COOKIE];
    if (session) await endSession(store, session, now());
    reply.clearCookie(COOKIE, { path: '/' });
    return reply.code(204).send();
  });
}

/** A wrong code counts as a guess. */
async function pageOf(
  { ip }: FastifyRequest,
  code: string,
  { store, config, now, guesses }: AccessDeps,
): Promise<SignInPage> {
  const find = async (): Promise<Exclude<LinkState, { state: 'unknown' }> | null> => {
    const link = await lookAtLink(store, code, now());
    return link.state === 'unknown' ? null : link;
  };
  const looked = await guesses.look(ip, code, find, now);
  if (looked.outcome === 'wrong') return { says: 'unknown' };
  if (looked.outcome === 'too_many')
    return { says: 'too_many', seconds: Math.ceil(looked.retryAfterMs / SECOND) };
  const link = looked.found;
  const access = asConfigured(link.access, config());
  if (access === null) return { says: 'gone' };
  switch (link.state) {
    case 'ready':
      return { says: 'ready', access, code };
    case 'used':
      return { says: 'used', access, usedAt: link.usedAt };
    case 'expired':
      return { says: 'expired', access };
  }
}

async function openSession(
  access: Access,
  reply: FastifyReply,
  { store, config, now, secure }: AccessDeps,
): Promise<void> {
  const session = await createAccess(store, 'session', access, null, { now: now() });
  await writeAudit(store.db, { at: now(), actor: actorOf(access), action: 'sign_in' });
  reply.setCookie(COOKIE, session, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: secure(),
    maxAge: Math.floor(config().session.max / SECOND),
  });
}

async function isSignedIn(request: FastifyRequest, deps: AccessDeps): Promise<boolean> {
  if (request.cookies[COOKIE] === undefined) return false;
  try {
    return (await accessOf(request, deps)) !== null;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** No script, nothing loaded, no frame; the form goes to us alone. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** RFC 9110: gone is what was there once. */
const STATUS: Readonly<Record<SignInPage['says'], number>> = {
  ready: 200,
  used: 410,
  expired: 410,
  unknown: 404,
  gone: 403,
  too_many: 429,
};

function show(page: SignInPage, request: FastifyRequest, reply: FastifyReply, { config }: AccessDeps) {
  if (page.says === 'too_many') reply.header('retry-after', String(page.seconds));
  return reply
    .code(STATUS[page.says])
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      // `no-referrer` makes browsers send `Origin: null` with the form.
      'referrer-policy': 'same-origin',
      'x-robots-tag': 'noindex',
    })
    .type('text/html; charset=utf-8')
    .send(signInPage(page, readerOf(page, acceptedLocale(request), config())));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Another site must not sign somebody in as somebody else. `null`: the browser hides its origin. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  const { origin } = headers;
  return origin !== undefined && origin !== 'null' && URL.parse(origin)?.host !== headers.host;
}
