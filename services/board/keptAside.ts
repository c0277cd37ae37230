import type { LocalizedText } from '@otklik/channels';
import type { Locale } from '@otklik/domain';
import { actorOf, againLeft, askAgain, keptAside, sawAside, type Unseen, writeAudit } from '@otklik/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AccessDeps, scopeOf } from './access.ts';
import { iso } from './present.ts';
import { Refusal } from './refusal.ts';
import { keptAsideListShape, problem } from './shapes.ts';

const refusals = { 401: problem, 403: problem, 404: problem };
const params = z.object({ id: z.string() });

/** What was kept aside: to look at, and to read again. */
export async function keptAsideOf(plain: FastifyInstance, deps: AccessDeps): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { store, now } = deps;

  const theirs = ({ access, params: { id } }: FastifyRequest<{ Params: { id: string } }>): string => {
    const scope = scopeOf(access, deps.config());
    if (!scope || !deps.config().channels.has(id) || !(scope.all || scope.channels.includes(id)))
      throw new Refusal(404, 'No such channel', 'Check the id, and whether it is yours to see.');
    return id;
  };
  /** To look into what clients wrote, or have it read again, is for those who test channels. */
  const headsOwn = (request: FastifyRequest<{ Params: { id: string } }>): string => {
    const id = theirs(request);
    if (request.access.role === 'owner')
      throw new Refusal(
        403,
        'Not for this role',
        'What is kept aside is looked through by heads and admins.',
      );
    return id;
  };

  app.get(
    '/channels/:id/kept-aside',
    {
      schema: {
        summary:
          'What of a channel was kept aside: what nobody has looked at first, from the oldest on, then the rest from the latest on. It opened no wait and answered none',
        params,
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: keptAsideListShape, ...refusals },
      },
    },
    async (request) => {
      const channel = theirs(request);
      const items = await keptAside(store, channel, request.query.limit);
      return {
        ...(await againLeft(store, channel)),
        items: items.map(({ mail, ...item }) => ({
          ...item,
          at: iso(item.at),
          seen_at: item.seen_at === null ? null : iso(item.seen_at),
          mail: mail && { ...mail, to: [...mail.to] },
        })),
      };
    },
  );

  app.post(
    '/channels/:id/kept-aside/seen',
    {
      schema: {
        summary: 'A person has looked at what was kept aside, up to this one: it is no gap any more',
        params,
        body: z.object({
          up_to: z
            .number()
            .int()
            .describe('The greatest id of those that were shown and that nobody had looked at'),
        }),
        response: { 200: z.object({ seen: z.number() }), ...refusals },
      },
    },
    async (request) => {
      const channel = headsOwn(request);
      const by = actorOf(request.access);
      const seen = await sawAside(store, channel, { upTo: request.body.up_to, by, now: now() });
      if (seen > 0)
        await writeAudit(store.db, {
          at: now(),
          actor: by,
          action: 'kept_aside_seen',
          details: { channel, seen },
        });
      return { seen };
    },
  );

  app.post(
    '/channels/:id/kept-aside/read-again',
    {
      schema: {
        summary:
          'Read again what was not understood, as a newer version may understand it: what it still does not stays kept aside',
        params,
        response: {
          200: z.object({
            asked: z.number().describe('How much is read again now: see `waiting` of the list'),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const channel = headsOwn(request);
      const asked = await askAgain(store, channel, now());
      if (asked > 0)
        await writeAudit(store.db, {
          at: now(),
          actor: actorOf(request.access),
          action: 'kept_aside_read_again',
          details: { channel, asked },
        });
      return { asked };
    },
  );
}

/** What of a channel nobody has looked at, as a gap. */
export function asideGaps(unseen: Unseen | undefined): LocalizedText[] {
  const gaps: LocalizedText[] = [];
  if (unseen && unseen.not_understood > 0)
    gaps.push({
      ru: `не разобрано и отложено: ${unseen.not_understood}. Среди этого может быть клиент: откройте канал на доске и посмотрите`,
      en: `not understood and kept aside: ${unseen.not_understood}. A client may be among it: open the channel on the board and look`,
    });
  if (unseen && unseen.unproven > 0)
    gaps.push({
      ru: `писем от имени сотрудников без подтверждения: ${unseen.unproven}. Ответом клиенту они не считаются: откройте канал на доске и посмотрите`,
      en: `mails in a colleague’s name that nobody vouches for: ${unseen.unproven}. They answer no client: open the channel on the board and look`,
    });
  return gaps;
}

/** The gaps of a channel as its listener told them, and what it has kept aside. */
export const withAside = (gaps: readonly string[], unseen: Unseen | undefined, locale: Locale): string[] => [
  ...gaps,
  ...asideGaps(unseen).map((said) => said[locale]),
];

export const countOf = (unseen: Unseen | undefined): number =>
  (unseen?.not_understood ?? 0) + (unseen?.unproven ?? 0);
