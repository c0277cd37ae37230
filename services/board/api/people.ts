import { isAway, onDuty, PERSONAL_TRANSPORTS, type Person } from '@otklik/domain';
import { countUnheard } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { presentReach, presentTransports } from '../reach.ts';
import type { Api, ApiDeps } from './context.ts';
import { instant, refusals } from './fields.ts';

export const personalTransport = z.enum(PERSONAL_TRANSPORTS);

export const personShape = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(['owner', 'head']),
    away: z.boolean(),
    away_until: instant.nullable().describe('When «Я отошёл» ends; null for an absence of days'),
    on_duty: z.array(z.string()).describe('Channels whose shift is theirs now'),
    linked: z.boolean().describe('Whether their Telegram account is known'),
    reachable: z
      .boolean()
      .describe('Whether a ping reaches them by anything of their own; a webhook does not'),
    reach: z
      .array(
        z.object({
          transport: personalTransport,
          works: z.boolean().describe('False: it refuses them, or us, until something gets through'),
          since: instant.nullable(),
          problem: z.string().nullable().describe('What the provider said'),
        }),
      )
      .describe('By what, first to last'),
  })
  .meta({ id: 'Person' });

const transportShape = z
  .object({
    transport: personalTransport,
    up: z.boolean().describe('False: it refuses our token or login, and nothing goes over it'),
    since: instant.nullable(),
    problem: z.string().nullable(),
  })
  .meta({ id: 'Transport' });

export function people(app: Api, deps: ApiDeps): void {
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
      items: [...deps.config().people.values()].map((person) => presentPerson(deps, person)),
      transports: presentTransports(deps),
      unheard_waits: await countUnheard(deps.store),
    }),
  );
}

export function presentPerson(deps: ApiDeps, person: Person) {
  const now = deps.now();
  const channels = [...deps.config().channels.values()];
  return {
    id: person.id,
    name: person.name,
    role: person.role,
    away: isAway(person, now),
    away_until: person.steppedOut && isAway(person, now) ? iso(person.steppedOut.until) : null,
    on_duty: channels.filter((channel) => onDuty(channel, now).includes(person.id)).map(({ id }) => id),
    linked: person.telegram !== null,
    ...presentReach(person, deps),
  };
}
