import {
  actorOf,
  type ClientCard,
  clientCards,
  confirmJoin,
  dismissSuggestion,
  type Join,
  type Joined,
  joinClients,
  type RecordRules,
  recentJoins,
  type Store,
  type Suggestion,
  suggestJoins,
  undoJoin,
} from '@otklik/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AccessDeps, scopeOf } from './access.ts';
import { iso } from './present.ts';
import { Refusal } from './refusal.ts';
import { joinShape, problem, suggestionShape } from './shapes.ts';

export interface ClientsDeps extends AccessDeps {
  readonly store: Store;
  rules(): RecordRules;
}

const MOST = 100;
const refusals = { 400: problem, 401: problem, 403: problem, 404: problem, 409: problem };
const pair = z.strictObject({ a: z.uuid(), b: z.uuid() });

/** Which clients are one person: what the system supposes, what it did, and what a person says of it. */
export async function clients(plain: FastifyInstance, deps: ClientsDeps): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { store, now } = deps;

  /** The channels whose clients the asker may join: all for an admin, their own for a head. */
  const channelsOf = ({ access }: FastifyRequest): readonly string[] | null => {
    const scope = scopeOf(access, deps.config());
    if (!scope || access.role === 'owner')
      throw new Refusal(403, 'Not for this role', 'Clients are joined by heads and admins.');
    return scope.all ? null : scope.channels;
  };
  const asker = ({ access }: FastifyRequest) => actorOf(access);
  /** A head joins whom the head can see; anybody else's clients are as if they were not there. */
  const seen = async (request: FastifyRequest, ids: readonly string[]): Promise<void> => {
    const channels = channelsOf(request);
    if (channels === null) return;
    const cards = await clientCards(store, ids);
    const theirs = (id: string) =>
      cards.get(id)?.channels.some((channel) => channels.includes(channel)) ?? false;
    if (!ids.every(theirs)) throw refusalOf('unknown_client', deps.config().locale);
  };
  const done = (result: Joined): string => {
    if (result.outcome === 'refused') throw refusalOf(result.reason, deps.config().locale);
    return result.id;
  };

  app.get(
    '/clients/suggestions',
    {
      schema: {
        summary: 'Clients who may be one person, the latest seen first',
        response: { 200: z.object({ items: z.array(suggestionShape) }), ...refusals },
      },
    },
    async (request) => ({
      items: (await suggestJoins(store, channelsOf(request), now(), MOST)).map(presentSuggestion),
    }),
  );

  app.get(
    '/clients/joins',
    {
      schema: {
        summary: 'Which clients were joined, by what and by whom, the latest first',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(500).default(50),
          review: z
            .enum(['true'])
            .optional()
            .describe('Only what was joined before the upgrade by a handle that nobody vouches for'),
        }),
        response: { 200: z.object({ items: z.array(joinShape) }), ...refusals },
      },
    },
    async (request) => {
      const { limit, review } = request.query;
      const joins = await recentJoins(store, channelsOf(request), limit, review ? 'to review' : 'all');
      return { items: joins.map(presentJoin) };
    },
  );

  app.post(
    '/clients/join',
    {
      schema: {
        summary: 'Two clients are one person: one wait, one chain, and the history is counted anew',
        body: pair,
        response: { 200: z.object({ id: z.uuid() }), ...refusals },
      },
    },
    async (request) => {
      const { a, b } = request.body;
      await seen(request, [a, b]);
      return { id: done(await joinClients(store, deps.rules(), { a, b }, asker(request), now())) };
    },
  );

  app.post(
    '/clients/dismiss',
    {
      schema: {
        summary: 'Two clients are two people: the pair is not suggested again',
        body: pair,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { a, b } = request.body;
      await seen(request, [a, b]);
      if (!(await dismissSuggestion(store, { a, b }, asker(request), now())))
        throw refusalOf('unknown_client', deps.config().locale);
      return reply.code(204).send(null);
    },
  );

  /** A join of clients whom the asker cannot see is as if it were not there. */
  const seenJoin = async (request: FastifyRequest, id: string): Promise<void> => {
    const channels = channelsOf(request);
    if (channels === null) return;
    for (const only of ['to review', 'all'] as const) {
      const joins = await recentJoins(store, channels, Number.MAX_SAFE_INTEGER, only);
      if (joins.some((join) => join.id === id)) return;
    }
    throw refusalOf('unknown_join', deps.config().locale);
  };

  app.post(
    '/clients/joins/:id/confirm',
    {
      schema: {
        summary: 'A join that was to be reviewed is right: they are one person',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await seenJoin(request, id);
      done(await confirmJoin(store, id, asker(request), now()));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/clients/joins/:id/undo',
    {
      schema: {
        summary: 'Takes a join back: each client has their own waits again',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await seenJoin(request, id);
      done(await undoJoin(store, deps.rules(), id, asker(request), now()));
      return reply.code(204).send(null);
    },
  );
}

const presentClient = (card: ClientCard) => ({
  id: card.id,
  name: card.name,
  channels: [...card.channels],
  phone: maskPhone(card.phone),
  email: maskEmail(card.email),
  typed_phone: maskPhone(card.typed_phone),
  typed_email: maskEmail(card.typed_email),
  last_event_at: card.last_event_at === null ? null : iso(card.last_event_at),
  open_waits: card.open_waits,
});

const presentSuggestion = ({ a, b, reason, value, seen_at }: Suggestion) => ({
  a: presentClient(a),
  b: presentClient(b),
  reason,
  value: reason === 'same_name' ? value : mask(value),
  seen_at: iso(seen_at),
});

const presentJoin = (join: Join) => ({
  id: join.id,
  a: presentClient(join.a),
  b: presentClient(join.b),
  reason: join.reason,
  value: join.value === null ? null : mask(join.value),
  by: join.by,
  at: iso(join.at),
  undone_at: join.undone_at === null ? null : iso(join.undone_at),
  undone_by: join.undone_by,
  to_review: join.to_review,
});

/** Enough to tell two numbers apart, too little to dial one (law 11). */
export const maskPhone = (phone: string | null): string | null =>
  phone === null ? null : `${phone.slice(0, 2)}…${phone.slice(-4)}`;

export function maskEmail(email: string | null): string | null {
  if (email === null) return null;
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}

const mask = (value: string): string => (value.includes('@') ? maskEmail(value) : maskPhone(value)) ?? '';

function refusalOf(reason: Extract<Joined, { outcome: 'refused' }>['reason'], locale: 'ru' | 'en'): Refusal {
  const say = (russian: string, english: string) => (locale === 'ru' ? russian : english);
  switch (reason) {
    case 'unknown_client':
      return new Refusal(
        404,
        'No such client',
        say(
          'Такого клиента нет, или он уже объединён с другим.',
          'There is no such client, or it has been joined to another.',
        ),
      );
    case 'same_client':
      return new Refusal(
        409,
        'One client already',
        say('Это уже один клиент.', 'They are one client already.'),
      );
    case 'unknown_join':
      return new Refusal(404, 'No such join', say('Такого объединения нет.', 'There is no such join.'));
    case 'already_undone':
      return new Refusal(
        409,
        'Undone already',
        say('Это объединение уже отменено.', 'This join has been undone already.'),
      );
  }
}
