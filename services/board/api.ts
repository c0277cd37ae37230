import type { Config } from '@otklik/config';
import { type EpochMs, isAway, SECOND } from '@otklik/domain';
import {
  type Access,
  type ClockRules,
  type Commanded,
  channelStates,
  handOver,
  listAudit,
  listWaits,
  type NamedWait,
  noReplyNeeded,
  type RecordRules,
  recentNotices,
  responseTimes,
  type Scope,
  takeWait,
  timelineOf,
  waitsById,
} from '@otklik/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AccessWorld, accessOf, isForgedOrigin, scopeOf, sees } from './access.ts';
import { iso, presentNotice, presentTimeline, presentWait, seconds } from './present.ts';
import { Refusal } from './refusal.ts';
import {
  channelShape,
  noticeShape,
  personShape,
  problem,
  reportRow,
  timelineItem,
  waitShape,
} from './shapes.ts';
import type { Stream } from './stream.ts';

export interface ApiWorld extends AccessWorld {
  rules(): RecordRules & ClockRules;
  stream: Stream;
  demo: boolean;
  version: string;
}

const DEFAULT_LIMIT = 50;
const MOST = 500;
const DAY_MS = 86_400_000;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const limit = z.coerce.number().int().min(1).max(MOST).default(DEFAULT_LIMIT);
const refusals = { 400: problem, 401: problem, 403: problem, 404: problem };

declare module 'fastify' {
  interface FastifyRequest {
    access: Access;
  }
}

/** `/api/v1`: what boards and scripts may see and do. Every answer is within the asker's scope. */
export async function api(plain: FastifyInstance, world: ApiWorld): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { store, now } = world;
  app.decorateRequest('access', null as never);
  app.addHook('onRequest', async (request) => {
    const access = await accessOf(request, world);
    if (!access)
      throw new Refusal(
        401,
        'Not signed in',
        'Send a bearer token (npm run otklik -- token create --role admin), or open a sign-in link (npm run otklik -- sign-in).',
      );
    if (request.method !== 'GET' && isForgedOrigin(request))
      throw new Refusal(403, 'Not from the board', 'The request comes from another site.');
    request.access = access;
  });

  const scope = (request: FastifyRequest): Scope => {
    const found = scopeOf(request.access, world.config());
    if (!found) throw new Refusal(403, 'No client data', 'The role ops sees health and metrics only.');
    return found;
  };
  const findWait = async (request: FastifyRequest, id: string): Promise<NamedWait> => {
    const [wait] = await waitsById(store, [id]);
    if (!wait || !sees(scope(request), wait))
      throw new Refusal(404, 'No such wait', 'Check the id, and whether it is yours to see.');
    return wait;
  };
  const show = (wait: NamedWait) => presentWait(wait, world.config(), now());

  app.get(
    '/me',
    { schema: { summary: 'Who is signed in', response: { 200: me, ...refusals } } },
    async (request) => {
      const { role, person, name } = request.access;
      const self = person === null ? undefined : world.config().people.get(person);
      return {
        name: self?.name ?? name ?? role,
        role,
        person,
        locale: self?.locale ?? world.config().locale,
        demo: world.demo,
        version: world.version,
        now: iso(now()),
      };
    },
  );

  app.get(
    '/waits',
    {
      schema: {
        summary: 'Waits, newest first',
        querystring: waitQuery,
        response: { 200: z.object({ items: z.array(waitShape), next: z.string().nullable() }), ...refusals },
      },
    },
    async (request) => {
      const { state, channel, owner, from, to, limit, cursor } = request.query;
      const page = await listWaits(store, {
        scope: scope(request),
        limit,
        ...(state && { state }),
        ...(channel !== undefined && { channel }),
        ...(owner !== undefined && { owner }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(cursor !== undefined && { after: parseCursor(cursor) }),
      });
      return {
        items: page.items.map(show),
        next: page.next ? `${iso(page.next.openedAt)}_${page.next.id}` : null,
      };
    },
  );

  app.get(
    '/waits/:id',
    {
      schema: {
        summary: 'One wait with its timeline',
        params: byId,
        response: { 200: waitShape.extend({ timeline: z.array(timelineItem) }), ...refusals },
      },
    },
    async (request) => {
      const wait = await findWait(request, request.params.id);
      return { ...show(wait), timeline: presentTimeline(await timelineOf(store, wait)) };
    },
  );

  const command = async (request: FastifyRequest, id: string, act: (by: string) => Promise<Commanded>) => {
    await findWait(request, id);
    const result = await act(request.access.person ?? request.access.name ?? request.access.role);
    if (result.outcome === 'refused') throw refusalOf(result, world.config(), now());
    return show((await waitsById(store, [id]))[0] ?? (await findWait(request, id)));
  };
  const changed = { 200: waitShape, 409: problem, ...refusals };
  app.post(
    '/waits/:id/take',
    { schema: { summary: '«Беру»: a short lease on the chain', params: byId, response: changed } },
    async (request) =>
      command(request, request.params.id, (by) =>
        takeWait(store, world.rules(), request.params.id, by, now()),
      ),
  );
  app.post(
    '/waits/:id/no-reply-needed',
    { schema: { summary: 'A person decides that no reply is needed', params: byId, response: changed } },
    async (request) =>
      command(request, request.params.id, (by) =>
        noReplyNeeded(store, world.rules(), request.params.id, by, now()),
      ),
  );
  app.post(
    '/waits/:id/hand-over',
    {
      schema: {
        summary: 'Another person becomes the owner',
        params: byId,
        body: z.strictObject({ to: z.string().min(1).max(64) }),
        response: changed,
      },
    },
    async (request) =>
      command(request, request.params.id, (by) =>
        handOver(store, world.rules(), request.params.id, by, request.body.to, now()),
      ),
  );

  app.get(
    '/reports/response-times',
    {
      schema: {
        summary: 'Response times per group, in seconds',
        querystring: reportQuery,
        response: { 200: z.object({ items: z.array(reportRow) }), ...refusals },
      },
    },
    async (request) => {
      const { group_by: groupBy, from = now() - 30 * DAY_MS, to = now() } = request.query;
      return {
        items: await responseTimes(store, {
          groupBy,
          from,
          to,
          timezone: world.config().timezone,
          scope: scope(request),
        }),
      };
    },
  );

  app.get(
    '/channels',
    {
      schema: {
        summary: 'Channels, their people and how they stand',
        response: { 200: z.object({ items: z.array(channelShape) }), ...refusals },
      },
    },
    async () => {
      const states = await channelStates(store);
      return {
        items: [...world.config().channels.values()].map((channel) => {
          const state = states.get(channel.id);
          return {
            id: channel.id,
            name: channel.name,
            kind: channel.kind,
            owner: channel.owner,
            deputies: [...channel.deputies],
            head: channel.head,
            warn_seconds: seconds(channel.policy.warn),
            breach_seconds: seconds(channel.policy.breach),
            up: state?.up ?? null,
            problem: state?.problem ?? null,
            last_event_at: state?.last_event_at ? iso(state.last_event_at) : null,
          };
        }),
      };
    },
  );

  app.get(
    '/people',
    {
      schema: {
        summary: 'People, and who is away',
        response: { 200: z.object({ items: z.array(personShape) }), ...refusals },
      },
    },
    async () => ({
      items: [...world.config().people.values()].map((person) => ({
        id: person.id,
        name: person.name,
        role: person.role,
        away: isAway(person, now()),
      })),
    }),
  );

  app.get(
    '/notices',
    {
      schema: {
        summary: 'The newest pings and what became of them',
        querystring: z.object({ limit }),
        response: { 200: z.object({ items: z.array(noticeShape) }), ...refusals },
      },
    },
    async (request) => ({
      items: (await recentNotices(store, scope(request), request.query.limit)).map(presentNotice),
    }),
  );

  app.get(
    '/audit',
    {
      schema: {
        summary: 'Who did what',
        querystring: z.object({ limit, before: z.coerce.number().int().optional() }),
        response: { 200: z.object({ items: z.array(auditShape), next: z.number().nullable() }), ...refusals },
      },
    },
    async (request) => {
      const found = scope(request);
      if (!found.all) throw new Refusal(403, 'Not for this role', 'The audit log is for the role admin.');
      const rows = await listAudit(store, request.query.limit, request.query.before ?? null);
      return {
        items: rows.map((row) => ({
          at: iso(row.at),
          actor: row.actor,
          action: row.action,
          wait: row.wait_id,
          details: row.details,
        })),
        next: rows.length === request.query.limit ? (rows.at(-1)?.position ?? null) : null,
      };
    },
  );

  app.get(
    '/stream',
    {
      schema: {
        summary: 'Live changes as server-sent events',
        response: { 200: z.string().describe('text/event-stream'), ...refusals },
      },
    },
    async (request, reply) => {
      const within = scope(request);
      reply.hijack();
      world.stream.add(reply.raw, within);
    },
  );
}

const me = z.object({
  name: z.string(),
  role: z.enum(['admin', 'head', 'owner', 'ops']),
  person: z.string().nullable(),
  locale: z.enum(['ru', 'en']),
  demo: z.boolean(),
  version: z.string(),
  now: z.iso.datetime(),
});
const byId = z.object({ id: z.uuid() });
const configId = z.string().regex(/^[a-z0-9_-]{1,64}$/, 'is not an id of otklik.yaml');
const waitQuery = z.object({
  state: z.enum(['open', 'closed']).optional(),
  channel: configId.optional(),
  owner: configId.optional(),
  from: time.optional(),
  to: time.optional(),
  limit,
  cursor: z
    .string()
    .regex(/^[^_]+_[0-9a-f-]{36}$/, 'is not a cursor that this API gave')
    .optional(),
});
const reportQuery = z.object({
  group_by: z.enum(['channel', 'owner', 'hour', 'weekday']),
  from: time.optional(),
  to: time.optional(),
});
const auditShape = z
  .object({
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    wait: z.uuid().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

function parseCursor(cursor: string): { openedAt: EpochMs; id: string } {
  const [at = '', id = ''] = cursor.split('_');
  const openedAt = Date.parse(at);
  if (Number.isNaN(openedAt) || !z.uuid().safeParse(id).success)
    throw new Refusal(400, 'The cursor is not one of ours', 'Send the value of `next` as it came.');
  return { openedAt, id };
}

function refusalOf(
  result: Extract<Commanded, { outcome: 'refused' }>,
  config: Config,
  now: EpochMs,
): Refusal {
  const name = (id: string | null | undefined) => config.people.get(id ?? '')?.name ?? id ?? '';
  const russian = config.locale === 'ru';
  switch (result.reason) {
    case 'unknown_wait':
    case 'unknown_channel':
      return new Refusal(404, 'No such wait', russian ? 'Этого обращения больше нет.' : 'This wait is gone.');
    case 'already_closed':
      return new Refusal(
        409,
        'Already closed',
        russian ? 'Клиент уже не ждёт.' : 'The client is not waiting any more.',
      );
    case 'already_taken':
      return new Refusal(
        409,
        'Already taken by you',
        russian
          ? 'Вы уже брали это обращение: второй раз срок не сдвинется.'
          : 'You have taken this one before: the deadline does not move twice.',
      );
    case 'taken_by_other': {
      const until = Math.max(0, Math.round(((result.wait?.taken_until ?? 0) - now) / SECOND));
      const who = name(result.wait?.taken_by);
      return new Refusal(
        409,
        'Taken by somebody else',
        russian ? `Уже занимается ${who}, ещё ${until} с.` : `${who} is on it for another ${until} s.`,
      );
    }
    case 'unknown_person':
      return new Refusal(
        400,
        'No such person',
        russian ? 'Такого сотрудника нет в настройках.' : 'Nobody bears this id.',
      );
    case 'same_owner':
      return new Refusal(
        409,
        'Already theirs',
        russian ? 'За это обращение уже отвечает этот сотрудник.' : 'It is with that person already.',
      );
  }
}
