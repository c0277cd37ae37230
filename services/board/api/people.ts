import { isAway, onDuty, type Person } from '@otklik/domain';
import { countUnheard } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { presentReach, presentTransports } from '../reach.ts';
import { personShape, transportShape } from '../shapes.ts';
import type { Api, ApiDeps } from './context.ts';
import { refusals } from './fields.ts';

/** The list of people. */
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

/** A person as the API shows them, at this moment. */
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
