import { awayUntil, DAY, type EpochMs, mayLink, type Person, peopleOf } from '@otklik/domain';
import { actorOf, comeBack, createLinkCode, handOverAll, stepOut } from '@otklik/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { iso } from '../present.ts';
import { presentChecked } from '../reach.ts';
import { Refusal } from '../refusal.ts';
import { type Api, type ApiDeps, refusalTexts, refuseDeaf, requireScope } from './context.ts';
import { configId, instant, refusals } from './fields.ts';
import { personalTransport, personShape, presentPerson } from './people.ts';

const checkedShape = z
  .object({
    transport: personalTransport.nullable().describe('null: there is nothing to reach them by'),
    outcome: z.enum(['sent', 'refused', 'closed', 'failed', 'no_way']),
    said: z.object({ ru: z.string(), en: z.string() }).describe('What came of it, for a person'),
    problem: z.string().nullable().describe('What the provider said'),
  })
  .meta({ id: 'Checked' });

/** What people do for themselves, and heads for their people. */
export function personCommands(app: Api, deps: ApiDeps): void {
  postAway(app, deps);
  postBack(app, deps);
  postHandOver(app, deps);
  postLinkCode(app, deps);
  postCheck(app, deps);
}

const byPerson = z.object({ id: configId });
const told = { 200: personShape, ...refusals };

function findPerson({ config }: ApiDeps, id: string): Person {
  const person = config().people.get(id);
  if (!person) throw new Refusal(404, 'No such person', 'Check the id: GET /api/v1/people lists them.');
  return person;
}

/** Themselves, a head's people, anybody for an admin. */
function speakFor(deps: ApiDeps, request: FastifyRequest, id: string): Person {
  const person = findPerson(deps, id);
  const { channels, gone } = deps.config();
  const { role, person: self } = request.access;
  const isTheirs = [...channels.values(), ...gone.values()].some(
    (channel) => channel.head === self && peopleOf(channel).includes(id),
  );
  if (role === 'admin' || self === id || (role === 'head' && isTheirs)) return person;
  throw new Refusal(403, 'Not yours to say', refusalTexts(deps, request).speaksForOthers);
}

async function showPerson(deps: ApiDeps, id: string) {
  await deps.people.refresh();
  return presentPerson(deps, findPerson(deps, id));
}

function postAway(app: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  app.post(
    '/people/:id/away',
    {
      schema: {
        summary: '«Я отошёл»: until then the deputies are asked; to the end of the day when nothing is said',
        params: byPerson,
        body: z.strictObject({ until: z.string().max(40).optional() }).nullish(),
        response: told,
      },
    },
    async (request) => {
      const person = speakFor(deps, request, request.params.id);
      const said = request.body?.until ?? '';
      const until = awayUntil(said, now(), person.timezone) ?? instantOf(said, now());
      if (until === null)
        throw new Refusal(400, 'No such time', 'Write until as 30m, 2h, 14:30 or 2026-11-23T14:30:00Z.');
      await stepOut(store, person.id, actorOf(request.access), until, now());
      return showPerson(deps, person.id);
    },
  );
}

/** A moment within a month, with a time zone; null: it is none. */
function instantOf(text: string, now: EpochMs): EpochMs | null {
  const at = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : 0;
  return at > now && at <= now + 31 * DAY ? at : null;
}

function postBack(app: Api, deps: ApiDeps): void {
  app.post(
    '/people/:id/back',
    { schema: { summary: '«Я на месте»', params: byPerson, response: told } },
    async (request) => {
      const person = speakFor(deps, request, request.params.id);
      await comeBack(deps.store, person.id, actorOf(request.access), deps.now());
      return showPerson(deps, person.id);
    },
  );
}

function postHandOver(app: Api, deps: ApiDeps): void {
  app.post(
    '/people/:id/hand-over',
    {
      schema: {
        summary:
          'All open waits of a person go to another; by a head only those on the channels that they head',
        params: byPerson,
        body: z.strictObject({ to: z.string().min(1).max(64) }),
        response: { 200: z.object({ handed_over: z.number() }), ...refusals },
      },
    },
    async (request) => {
      const { id } = speakFor(deps, request, request.params.id);
      const { to } = request.body;
      if (!deps.config().people.has(to))
        throw new Refusal(400, 'No such person', 'Check `to`: GET /api/v1/people lists them.');
      refuseDeaf(deps, request, to);
      const scope = requireScope(deps, request);
      const channels = scope.all || id === request.access.person ? null : scope.channels;
      const by = actorOf(request.access);
      return {
        handed_over: await handOverAll(deps.store, deps.rules(), id, by, to, deps.now(), channels),
      };
    },
  );
}

function postLinkCode(app: Api, deps: ApiDeps): void {
  app.post(
    '/people/:id/link-code',
    {
      schema: {
        summary: 'A one-time code that links a Telegram account to a person: they send it to the bot',
        params: byPerson,
        response: { 200: z.object({ code: z.string(), expires_at: instant }), ...refusals },
      },
    },
    async (request) => {
      const { id } = speakFor(deps, request, request.params.id);
      requireMayLink(deps, request, id);
      const { code, expiresAt } = await createLinkCode(deps.store, id, actorOf(request.access), deps.now());
      return { code, expires_at: iso(expiresAt) };
    },
  );
}

/** A head links only people whose channels are all their own. */
function requireMayLink(deps: ApiDeps, request: FastifyRequest, id: string): void {
  const { role, person: self } = request.access;
  if (role === 'admin' || self === id) return;
  if (self === null || !mayLink(self, id, deps.config().channels.values()))
    throw new Refusal(403, 'Not yours to link', refusalTexts(deps, request).linksOthers);
}

function postCheck(app: Api, deps: ApiDeps): void {
  app.post(
    '/people/:id/check',
    {
      schema: {
        summary: '«Проверить связь»: a test message by each of a person’s transports, and what came of it',
        params: byPerson,
        response: { 200: z.object({ items: z.array(checkedShape), person: personShape }), ...refusals },
      },
    },
    async (request) => {
      const { id } = speakFor(deps, request, request.params.id);
      const checked = await deps.checkPeople([id]);
      return {
        items: checked.map((each) => presentChecked(each)),
        person: await showPerson(deps, id),
      };
    },
  );
}
