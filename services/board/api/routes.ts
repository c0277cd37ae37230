import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { accessOf, isForgedOrigin } from '../access.ts';
import { Refusal } from '../refusal.ts';
import { audit } from './audit.ts';
import { cadences } from './cadences.ts';
import { channels } from './channels.ts';
import { channelTest } from './channelTest.ts';
import { clients } from './clients.ts';
import type { Api, ApiDeps } from './context.ts';
import { disputes } from './disputes.ts';
import { keptAside } from './keptAside.ts';
import { linking } from './linking.ts';
import { liveStream } from './liveStream.ts';
import { me } from './me.ts';
import { notices } from './notices.ts';
import { people } from './people.ts';
import { personCommands } from './personCommands.ts';
import { reports } from './reports.ts';
import { simulation } from './simulation.ts';
import { waitCommands } from './waitCommands.ts';
import { waits } from './waits.ts';

/**
 * `/api/v1`. Answers stay within the asker's scope; times are ISO 8601 in UTC. A route's schema checks, types and
 * documents it. OpenAPI lists the routes in this order.
 */
export function api(plain: FastifyInstance, deps: ApiDeps): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  requireSignIn(app, deps);
  me(app, deps);
  waits(app, deps);
  waitCommands(app, deps);
  disputes(app, deps);
  cadences(app, deps);
  personCommands(app, deps);
  clients(app, deps);
  linking(app, deps);
  channelTest(app, deps);
  keptAside(app, deps);
  simulation(app, deps);
  reports(app, deps);
  channels(app, deps);
  people(app, deps);
  notices(app, deps);
  audit(app, deps);
  liveStream(app, deps);
}

/** Sets `request.access`. */
function requireSignIn(app: Api, deps: ApiDeps): void {
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
}
