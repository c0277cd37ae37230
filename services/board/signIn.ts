import { SECOND } from '@otklik/domain';
import {
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

/** The page has no script, loads nothing, stands in no frame, and sends its form to us alone. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * `/sign-in?code=…` shows who would be signed in, with one button; the button opens a session and leads to the board. Looking
 * uses nothing up: messengers, mail scanners and browsers fetch a link before anybody has pressed it. `/api/v1/sign-out` ends the session.
 */
export async function signIn(app: FastifyInstance, deps: AccessDeps): Promise<void> {
  const { store, config, now } = deps;

  const show = (request: FastifyRequest, reply: FastifyReply, status: number, page: SignInPage) =>
    reply
      .code(status)
      .headers({
        'cache-control': 'no-store',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        // `no-referrer` would make the browser send `Origin: null` with the form.
        'referrer-policy': 'same-origin',
        'x-robots-tag': 'noindex',
      })
      .type('text/html; charset=utf-8')
      .send(signInPage(page, readerOf(page, acceptedLocale(request), config())));

  /** What to say of a link; a wrong one counts as a guess. */
  const pageOf = async (request: FastifyRequest, code: string): Promise<SignInPage> => {
    const find = async (): Promise<Exclude<LinkState, { state: 'unknown' }> | null> => {
      const link = await lookAtLink(store, code, now());
      return link.state === 'unknown' ? null : link;
    };
    const looked = await deps.guesses.look(request.ip, code, find, now);
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
  };
  const refuse = (request: FastifyRequest, reply: FastifyReply, page: SignInPage) => {
    if (page.says === 'too_many') reply.header('retry-after', String(page.seconds));
    return show(request, reply, STATUS[page.says], page);
  };
  /** Whoever is in already need not read that their link is used. */
  const isSignedIn = async (request: FastifyRequest): Promise<boolean> => {
    if (request.cookies[COOKIE] === undefined) return false;
    try {
      return (await accessOf(request, deps)) !== null;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  };

  app.get<{ Querystring: { code?: string | string[] } }>(
    '/sign-in',
    { schema: { hide: true } },
    async (request, reply) => {
      const page = await pageOf(request, textOf(request.query.code));
      if (page.says === 'used' && (await isSignedIn(request))) return reply.redirect('/');
      return refuse(request, reply, page);
    },
  );

  await app.register(async (form) => {
    form.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    form.post<{ Body: { code?: string } | undefined }>(
      '/sign-in',
      { schema: { hide: true } },
      async (request, reply) => {
        if (isFromElsewhere(request))
          throw new Refusal(403, 'Not from the sign-in page', 'Open the sign-in link itself.');
        const code = textOf(request.body?.code);
        const page = await pageOf(request, code);
        const used = page.says === 'ready' ? await useLink(store, code, now()) : null;
        // Of two presses at once, one comes second.
        if (used === null) {
          if (page.says !== 'ready') return refuse(request, reply, page);
          return refuse(request, reply, { says: 'used', access: page.access, usedAt: now() });
        }
        const { max } = config().session;
        const session = await createAccess(store, 'session', used, null, { now: now() });
        await writeAudit(store.db, { at: now(), actor: actorOf(used), action: 'sign_in' });
        reply.setCookie(COOKIE, session, {
          path: '/',
          httpOnly: true,
          sameSite: 'lax',
          secure: deps.secure(),
          maxAge: Math.floor(max / SECOND),
        });
        return reply.redirect('/', 303);
      },
    );
  });

  app.post('/api/v1/sign-out', { schema: { hide: true } }, async (request, reply) => {
    const session = request.cookies[COOKIE];
    if (session) await endSession(store, session, now());
    reply.clearCookie(COOKIE, { path: '/' });
    return reply.code(204).send();
  });
}

const MOST_FORM_BYTES = 4_096;

/** RFC 9110: gone is what was there once. */
const STATUS: Readonly<Record<SignInPage['says'], number>> = {
  ready: 200,
  used: 410,
  expired: 410,
  unknown: 404,
  gone: 403,
  too_many: 429,
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Another site must not sign somebody in as somebody else. A browser that keeps its origin to itself sends `null`. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  const { origin } = headers;
  return origin !== undefined && origin !== 'null' && URL.parse(origin)?.host !== headers.host;
}
