import { type Config, channelOnWait, isChannelGone, undecreedYear } from '@otklik/config';
import {
  awayUntil,
  DAY,
  type EpochMs,
  isAway,
  judgesOf,
  type KeptChannel,
  type Locale,
  mayLink,
  onDuty,
  type Person,
  peopleOf,
  SECOND,
} from '@otklik/domain';
import {
  actorOf,
  blindSpans,
  type ChannelState,
  type ClockRules,
  type Commanded,
  canReach,
  channelStates,
  comeBack,
  countUnheard,
  createLinkCode,
  type Disputed,
  decideDispute,
  disputeBreach,
  disputesOf,
  endSessionsOf,
  handOver,
  handOverAll,
  type LivePeople,
  listAudit,
  listWaits,
  type NamedWait,
  noReplyNeeded,
  openDisputes,
  ownerReport,
  type RecordRules,
  recentNotices,
  releaseWait,
  responseTimes,
  type Scope,
  stepOut,
  takeWait,
  timelineOf,
  type Unseen,
  unseenAside,
  waitAskedOf,
  waitsById,
  waitsOfGoneChannels,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AccessDeps, type Asker, accessOf, COOKIE, isForgedOrigin, scopeOf, sees } from './access.ts';
import { callBack, presentCallBack } from './callBack.ts';
import { channelTest } from './channelTest.ts';
import { clients } from './clients.ts';
import { countOf, keptAsideOf, withAside } from './keptAside.ts';
import { linking } from './linking.ts';
import { iso, presentDispute, presentNotice, presentTimeline, presentWait, seconds } from './present.ts';
import { type CheckPeople, presentChecked, presentReach, presentTransports } from './reach.ts';
import { Refusal } from './refusal.ts';
import {
  blindShape,
  callBackShape,
  channelShape,
  checkedShape,
  disputeShape,
  noticeShape,
  ownerRow,
  personShape,
  problem,
  reportRow,
  timelineItem,
  transportShape,
  waitShape,
} from './shapes.ts';
import { simulation } from './simulation.ts';
import type { Stream } from './stream.ts';

export interface ApiDeps extends AccessDeps {
  rules(): RecordRules & ClockRules;
  people: Pick<LivePeople, 'refresh' | 'closed'>;
  checkPeople: CheckPeople;
  stream: Stream;
  log: Log;
  demo: boolean;
  version: string;
  /** See `ChannelTestDeps`. */
  hooksAt(): string | null;
}

const DEFAULT_LIMIT = 50;
const MOST = 500;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const limit = z.coerce.number().int().min(1).max(MOST).default(DEFAULT_LIMIT);
const refusals = { 400: problem, 401: problem, 403: problem, 404: problem, 429: problem };

declare module 'fastify' {
  interface FastifyRequest {
    access: Asker;
  }
}

/** `/api/v1`: what boards and scripts may see and do. Every answer is within the asker's scope. */
export async function api(plain: FastifyInstance, deps: ApiDeps): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { store, now } = deps;
  app.decorateRequest('access', null as never);
  app.addHook('onRequest', async (request) => {
    const access = await accessOf(request, deps);
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
    const found = scopeOf(request.access, deps.config());
    if (!found) throw new Refusal(403, 'No client data', 'The role ops sees health and metrics only.');
    return found;
  };
  const findWait = async (request: FastifyRequest, id: string): Promise<NamedWait> => {
    const [wait] = await waitsById(store, [id]);
    if (!wait || !(sees(scope(request), wait) || (await wasTold(request, id))))
      throw new Refusal(404, 'No such wait', 'Check the id, and whether it is yours to see.');
    return wait;
  };
  /** Whoever was pinged has read the client's words, and the ping links here. */
  const wasTold = async ({ access: { person } }: FastifyRequest, id: string): Promise<boolean> =>
    person !== null && (await waitAskedOf(store, { person, channels: [] }, id)) !== null;
  const show = (wait: NamedWait) => presentWait(wait, deps.config(), now());
  const asker = ({ access }: FastifyRequest) => actorOf(access);

  app.get(
    '/me',
    { schema: { summary: 'Who is signed in', response: { 200: me, ...refusals } } },
    async (request) => {
      const { role, person, name } = request.access;
      const self = person === null ? undefined : deps.config().people.get(person);
      return {
        name: self?.name ?? name ?? role,
        role,
        person,
        locale: self?.locale ?? deps.config().locale,
        demo: deps.demo,
        version: deps.version,
        now: iso(now()),
        unknown_year:
          role === 'head' || role === 'admin' ? undecreedYear(deps.config().country, now()) : null,
      };
    },
  );

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
      const { state, channel, owner, from, to, history, limit, cursor } = request.query;
      const page = await listWaits(store, {
        scope: scope(request),
        limit,
        ...(state && { state }),
        ...(channel !== undefined && { channel }),
        ...(owner !== undefined && { owner }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(history !== undefined && { history: history === 'true' }),
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
        response: {
          200: waitShape.extend({
            dispute: disputeShape.nullable(),
            typed_phone: z
              .string()
              .nullable()
              .describe('Of an open wait without a proven number: the one that the client typed'),
            call_back: callBackShape.nullable(),
            voided_at: z.iso
              .datetime()
              .nullable()
              .describe('When later knowledge made it part of another wait of the client'),
            timeline: z.array(timelineItem),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const wait = await findWait(request, request.params.id);
      const [timeline, disputes] = await Promise.all([timelineOf(store, wait), disputesOf(store, [wait.id])]);
      const dispute = disputes.get(wait.id);
      return {
        ...show(wait),
        dispute: dispute ? presentDispute(dispute) : null,
        typed_phone: wait.client_phone === null ? wait.typed_phone : null,
        call_back: presentCallBack(wait, request.access.person, deps.config()),
        voided_at: wait.voided_at === null ? null : iso(wait.voided_at),
        timeline: presentTimeline(timeline, deps.config()),
      };
    },
  );

  const command = async (request: FastifyRequest, id: string, act: (by: string) => Promise<Commanded>) => {
    await findWait(request, id);
    const result = await act(asker(request));
    if (result.outcome === 'refused') throw refusalOf(result, deps.config(), now());
    return show((await waitsById(store, [id]))[0] ?? (await findWait(request, id)));
  };
  const changed = { 200: waitShape, 409: problem, ...refusals };
  app.post(
    '/waits/:id/take',
    { schema: { summary: '«Беру»: a short lease on the chain', params: byId, response: changed } },
    async (request) =>
      command(request, request.params.id, (by) =>
        takeWait(store, deps.rules(), request.params.id, by, now()),
      ),
  );
  app.post(
    '/waits/:id/release',
    {
      schema: {
        summary: '«Отпустить»: whoever took it gives the rest of the lease back; the chain goes on at once',
        params: byId,
        response: changed,
      },
    },
    async (request) =>
      command(request, request.params.id, (by) =>
        releaseWait(store, deps.rules(), request.params.id, by, now()),
      ),
  );
  app.post(
    '/waits/:id/call',
    {
      schema: {
        summary:
          '«Перезвонить»: the exchange rings whoever asks, then the client; they are on it, as by a take',
        params: byId,
        response: { ...changed, 502: problem },
      },
    },
    async (request) => {
      const wait = await findWait(request, request.params.id);
      return command(request, wait.id, () => callBack(wait, request.access.person, deps));
    },
  );
  app.post(
    '/waits/:id/no-reply-needed',
    { schema: { summary: 'A person decides that no reply is needed', params: byId, response: changed } },
    async (request) =>
      command(request, request.params.id, (by) =>
        noReplyNeeded(store, deps.rules(), request.params.id, by, now()),
      ),
  );
  /** A client who is handed over to whom no transport reaches would wait in a void. */
  const refuseDeaf = (to: string): void => {
    const { people, locale } = deps.config();
    const person = people.get(to);
    if (!person || !deps.rules().reach.hasWays || canReach(deps.rules(), to)) return;
    throw new Refusal(
      409,
      'Cannot be reached',
      locale === 'ru'
        ? `Сообщения до этого сотрудника не доходят (${person.name}): выберите другого.`
        : `No message reaches ${person.name}: choose somebody else.`,
    );
  };
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
    async (request) => {
      refuseDeaf(request.body.to);
      return command(request, request.params.id, (by) =>
        handOver(store, deps.rules(), request.params.id, by, request.body.to, now()),
      );
    },
  );

  const disputed = async (request: FastifyRequest, act: (by: string) => Promise<Disputed>) => {
    const result = await act(asker(request));
    if (result.outcome === 'refused') throw disputeRefusal(result.reason, deps.config());
    return presentDispute(result.dispute);
  };
  const decided = { 200: disputeShape, 409: problem, ...refusals };
  app.post(
    '/waits/:id/dispute',
    {
      schema: {
        summary: 'The owner says why a breach is not theirs; the head decides',
        params: byId,
        body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
        response: decided,
      },
    },
    async (request) => {
      const wait = await findWait(request, request.params.id);
      return disputed(request, (by) =>
        disputeBreach(store, deps.rules(), wait.id, by, request.body.reason, now()),
      );
    },
  );
  /** Whether this dispute is the asker's to decide although the channel is another's: its head is a party. */
  const judges = (request: FastifyRequest, wait: NamedWait, disputer: string): boolean => {
    const channel = channelOnWait(deps.config(), wait.channel);
    const { person } = request.access;
    return (
      person !== null &&
      channel !== undefined &&
      judgesOf(channel, deps.config().people, { disputer, owner: wait.owner }).includes(person)
    );
  };
  const judged = async (request: FastifyRequest, id: string): Promise<NamedWait | null> => {
    const [dispute, wait] = [(await disputesOf(store, [id])).get(id), (await waitsById(store, [id]))[0]];
    return dispute && wait && judges(request, wait, dispute.person) ? wait : null;
  };
  app.post(
    '/waits/:id/dispute/decide',
    {
      schema: {
        summary:
          'The head accepts a dispute, with the seconds that it excuses (all past the window when left out), or rejects it',
        params: byId,
        body: z.strictObject({
          accepted: z.boolean(),
          note: z.string().trim().max(500).nullish(),
          excused_seconds: z.number().min(0).nullish(),
        }),
        response: decided,
      },
    },
    async (request) => {
      const found = await judged(request, request.params.id);
      const wait = found ?? (await findWait(request, request.params.id));
      const within = scope(request);
      if (!found && !within.all && !within.channels.includes(wait.channel))
        throw new Refusal(
          403,
          'Not yours to decide',
          'A dispute is decided by the channel’s head or an admin.',
        );
      const { accepted, note = null, excused_seconds: excusedSeconds = null } = request.body;
      return disputed(request, (by) =>
        decideDispute(store, deps.rules(), wait.id, by, { accepted, note, excusedSeconds }, now()),
      );
    },
  );
  app.get(
    '/disputes',
    {
      schema: {
        summary: 'Disputes that nobody has decided yet, oldest first',
        querystring: z.object({ limit }),
        response: {
          200: z.object({ items: z.array(disputeShape.extend({ wait: waitShape })) }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const within = scope(request);
      const open = await openDisputes(store, request.query.limit);
      const waits = new Map(
        (
          await waitsById(
            store,
            open.map((each) => each.wait_id),
          )
        ).map((w) => [w.id, w]),
      );
      return {
        items: open.flatMap((dispute) => {
          const wait = waits.get(dispute.wait_id);
          return wait && (sees(within, wait) || judges(request, wait, dispute.person))
            ? [{ ...presentDispute(dispute), wait: show(wait) }]
            : [];
        }),
      };
    },
  );

  const showNow = (person: Person) => ({
    ...presentPerson(person, deps.config(), now()),
    ...presentReach(person, deps),
  });
  /** A person whom the asker may speak for: themselves, a head's people, anybody for an admin. */
  const speakFor = (request: FastifyRequest, id: string): Person => {
    const { people, channels, gone } = deps.config();
    const person = people.get(id);
    if (!person) throw new Refusal(404, 'No such person', 'Check the id: GET /api/v1/people lists them.');
    const { role, person: self } = request.access;
    const isTheirs = [...channels.values(), ...gone.values()].some(
      (channel) => channel.head === self && peopleOf(channel).includes(id),
    );
    if (role === 'admin' || self === id || (role === 'head' && isTheirs)) return person;
    throw new Refusal(403, 'Not yours to say', 'People speak for themselves, heads for their people.');
  };
  const showPerson = async (id: string) => {
    await deps.people.refresh();
    const person = deps.config().people.get(id);
    if (!person) throw new Refusal(404, 'No such person', 'Check the id: GET /api/v1/people lists them.');
    return showNow(person);
  };
  const byPerson = z.object({ id: configId });
  const told = { 200: personShape, ...refusals };
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
      const person = speakFor(request, request.params.id);
      const said = request.body?.until ?? '';
      const until = awayUntil(said, now(), person.timezone) ?? instantOf(said, now());
      if (until === null)
        throw new Refusal(400, 'No such time', 'Write until as 30m, 2h, 14:30 or 2026-11-23T14:30:00Z.');
      await stepOut(store, person.id, asker(request), until, now());
      return showPerson(person.id);
    },
  );
  app.post(
    '/people/:id/back',
    { schema: { summary: '«Я на месте»', params: byPerson, response: told } },
    async (request) => {
      const person = speakFor(request, request.params.id);
      await comeBack(store, person.id, asker(request), now());
      return showPerson(person.id);
    },
  );
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
      const person = speakFor(request, request.params.id);
      const { to } = request.body;
      if (!deps.config().people.has(to))
        throw new Refusal(400, 'No such person', 'Check `to`: GET /api/v1/people lists them.');
      refuseDeaf(to);
      // Of somebody else a head moves what waits on the channels that they head, and nothing beyond.
      const within = scope(request);
      const channels = within.all || person.id === request.access.person ? null : within.channels;
      return {
        handed_over: await handOverAll(store, deps.rules(), person.id, asker(request), to, now(), channels),
      };
    },
  );
  app.post(
    '/people/:id/link-code',
    {
      schema: {
        summary: 'A one-time code that links a Telegram account to a person: they send it to the bot',
        params: byPerson,
        response: { 200: z.object({ code: z.string(), expires_at: z.iso.datetime() }), ...refusals },
      },
    },
    async (request) => {
      const person = speakFor(request, request.params.id);
      mayActAs(request.access, person.id, deps.config());
      const { code, expiresAt } = await createLinkCode(store, person.id, asker(request), now());
      return { code, expires_at: iso(expiresAt) };
    },
  );

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
      const person = speakFor(request, request.params.id);
      const checked = await deps.checkPeople([person.id]);
      return { items: checked.map((each) => presentChecked(each)), person: await showPerson(person.id) };
    },
  );

  await app.register(clients, deps);
  await app.register(linking, deps);
  await app.register(channelTest, deps);
  await app.register(keptAsideOf, deps);
  await app.register(simulation, deps);

  app.get(
    '/reports/owners',
    {
      schema: {
        summary: 'How each owner answers: in time, politely, with words; and what is not their fault',
        querystring: z.object({ from: time.optional(), to: time.optional() }),
        response: { 200: z.object({ items: z.array(ownerRow) }), ...refusals },
      },
    },
    async (request) => {
      const { from = now() - 30 * DAY, to = now() } = request.query;
      return { items: await ownerReport(store, { from, to, scope: scope(request) }) };
    },
  );

  /** What of channels the asker may see. */
  const theirs = (request: FastifyRequest) => {
    const within = scope(request);
    return ({ channel }: { readonly channel: string }) => within.all || within.channels.includes(channel);
  };

  app.get(
    '/reports/response-times',
    {
      schema: {
        summary: 'Response times per group, in seconds, and when a channel could not be seen',
        querystring: reportQuery,
        response: {
          200: z.object({ items: z.array(reportRow), blind: z.array(blindShape) }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { group_by: groupBy, from = now() - 30 * DAY, to = now() } = request.query;
      return {
        items: await responseTimes(store, {
          groupBy,
          from,
          to,
          timezone: deps.config().timezone,
          scope: scope(request),
        }),
        blind: (await blindSpans(store, { from, to }, now())).filter(theirs(request)).map((span) => ({
          ...span,
          from: iso(span.from),
          to: iso(span.to),
          seconds: Math.round((span.to - span.from) / 1_000),
        })),
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
      const { channels, gone, locale } = deps.config();
      const [states, unseen] = await Promise.all([channelStates(store), unseenAside(store)]);
      const left = gone.size === 0 ? [] : await waitsOfGoneChannels(store, [...channels.keys()]);
      const isLeft = left.flatMap(({ channel: id, waits }) => {
        const channel = gone.get(id);
        return channel && isChannelGone({ channels, gone }, id)
          ? [presentChannel(channel, undefined, undefined, locale, { since: channel.goneSince, waits })]
          : [];
      });
      return {
        items: [
          ...[...channels.values()].map((channel) =>
            presentChannel(channel, states.get(channel.id), unseen.get(channel.id), locale, null),
          ),
          ...isLeft,
        ],
      };
    },
  );

  app.get(
    '/people',
    {
      schema: {
        summary: 'People, who is away and who cannot be reached; and the transports that refuse us',
        response: {
          200: z.object({
            items: z.array(personShape),
            transports: z.array(transportShape),
            unheard_waits: z.number().describe('Clients who wait now and of whom nobody could be told'),
          }),
          ...refusals,
        },
      },
    },
    async () => ({
      items: [...deps.config().people.values()].map(showNow),
      transports: presentTransports(deps),
      unheard_waits: await countUnheard(store),
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
      scope(request); // refuses whoever has none
      reply.hijack();
      deps.stream.add(reply.raw, request.access);
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
  unknown_year: z
    .number()
    .nullable()
    .describe(
      'A year, now or within two months, whose moved days off this version does not know; to heads and admins',
    ),
});
const byId = z.object({ id: z.uuid() });
const configId = z.string().regex(/^[a-z0-9_-]{1,64}$/, 'is not an id of otklik.yaml');
const waitQuery = z.object({
  state: z.enum(['open', 'closed']).optional(),
  channel: configId.optional(),
  owner: configId.optional(),
  from: time.optional(),
  to: time.optional(),
  history: z
    .enum(['true', 'false'])
    .optional()
    .describe('Only what opened before its channel was watched, or only what since; left out: both'),
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

/** A moment that is written whole and lies ahead; null when it is none. */
function instantOf(text: string, now: EpochMs): EpochMs | null {
  const at = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : 0;
  return at > now && at <= now + 31 * DAY ? at : null;
}

/** A head links those only whose channels are all their own. */
function mayActAs({ role, person: self }: Asker, id: string, { channels }: Config): void {
  if (role === 'admin' || self === id) return;
  if (self === null || !mayLink(self, id, channels.values()))
    throw new Refusal(
      403,
      'Not yours to link',
      'This person answers for channels of another head too: they take the code themselves, or from an admin.',
    );
}

const presentChannel = (
  channel: KeptChannel,
  state: ChannelState | undefined,
  unseen: Unseen | undefined,
  locale: Locale,
  gone: { readonly since: EpochMs | null; readonly waits: number } | null,
) => ({
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
  gaps: withAside(state?.gaps ?? [], unseen, locale),
  last_event_at: state?.last_event_at ? iso(state.last_event_at) : null,
  silent_since: state?.silent_since ? iso(state.silent_since) : null,
  usual_per_hour: state?.usual_per_hour ?? null,
  kept_aside: countOf(unseen),
  gone_since: gone?.since ? iso(gone.since) : null,
  open_waits: gone?.waits ?? null,
});

const presentPerson = (person: Person, { channels }: Config, now: EpochMs) => ({
  id: person.id,
  name: person.name,
  role: person.role,
  away: isAway(person, now),
  away_until: person.steppedOut && isAway(person, now) ? iso(person.steppedOut.until) : null,
  on_duty: [...channels.values()]
    .filter((channel) => onDuty(channel, now).includes(person.id))
    .map((channel) => channel.id),
  linked: person.telegram !== null,
});

function disputeRefusal(
  reason: Extract<Disputed, { outcome: 'refused' }>['reason'],
  { locale }: Config,
): Refusal {
  const say = (russian: string, english: string) => (locale === 'ru' ? russian : english);
  switch (reason) {
    case 'unknown_wait':
      return new Refusal(404, 'No such wait', say('Этого обращения больше нет.', 'This wait is gone.'));
    case 'not_breached':
      return new Refusal(
        409,
        'Not breached',
        say('Срок не нарушен: оспаривать нечего.', 'The window has held: there is nothing to dispute.'),
      );
    case 'already_disputed':
      return new Refusal(
        409,
        'Already disputed',
        say('Это нарушение уже оспорено.', 'This breach has been disputed already.'),
      );
    case 'own_dispute':
      return new Refusal(
        403,
        'Your own dispute',
        say('Своё возражение решает кто-то другой.', 'Somebody else decides on your own dispute.'),
      );
    case 'no_dispute':
      return new Refusal(
        409,
        'Not disputed',
        say('Это нарушение никто не оспаривал.', 'Nobody has disputed this breach.'),
      );
    case 'already_decided':
      return new Refusal(
        409,
        'Already decided',
        say('Решение уже принято.', 'This dispute has been decided already.'),
      );
  }
}

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
    case 'not_taken':
      return new Refusal(
        409,
        'Not taken by you',
        russian ? 'Это обращение уже не за вами.' : 'You are not on this one any more.',
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
    case 'just_called':
      return new Refusal(
        409,
        'Called a moment ago',
        russian
          ? 'Звонок уже заказан: подождите, телефон зазвонит.'
          : 'The call is ordered already: wait for the telephone to ring.',
      );
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
