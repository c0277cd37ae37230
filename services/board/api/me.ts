import { undecreedYear } from '@otklik/config';
import { endSessionsOf } from '@otklik/store';
import { z } from 'zod';
import { COOKIE } from '../access.ts';
import { iso } from '../present.ts';
import type { Api, ApiDeps } from './context.ts';
import { instant, refusals } from './fields.ts';

export function me(app: Api, deps: ApiDeps): void {
  getMe(app, deps);
  postSignOutEverywhere(app, deps);
}

const meShape = z.object({
  name: z.string(),
  role: z.enum(['admin', 'head', 'owner', 'ops']),
  person: z.string().nullable(),
  locale: z.enum(['ru', 'en']),
  demo: z.boolean(),
  version: z.string(),
  now: instant,
  unknown_year: z
    .number()
    .nullable()
    .describe(
      'A year, now or within two months, whose moved days off this version does not know; to heads and admins',
    ),
});

function getMe(app: Api, deps: ApiDeps): void {
  app.get(
    '/me',
    { schema: { summary: 'Who is signed in', response: { 200: meShape, ...refusals } } },
    async (request) => {
      const { role, person, name } = request.access;
      const { people, locale, country } = deps.config();
      const self = person === null ? undefined : people.get(person);
      const now = deps.now();
      return {
        name: self?.name ?? name ?? role,
        role,
        person,
        locale: self?.locale ?? locale,
        demo: deps.demo,
        version: deps.version,
        now: iso(now),
        unknown_year: role === 'head' || role === 'admin' ? undecreedYear(country, now) : null,
      };
    },
  );
}

function postSignOutEverywhere(app: Api, { store, now }: ApiDeps): void {
  app.post(
    '/sign-out-everywhere',
    {
      schema: {
        summary:
          'Ends every session of whoever asks, this one included, and their unused sign-in links; tokens stay',
        response: { 200: z.object({ ended: z.number() }), ...refusals },
      },
    },
    async (request, reply) => {
      const ended = await endSessionsOf(store, request.access, now());
      reply.clearCookie(COOKIE, { path: '/' });
      return { ended };
    },
  );
}
