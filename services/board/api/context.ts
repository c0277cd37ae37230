import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelBase } from '@otklik/config';
import {
  type ClockRules,
  canReach,
  type LivePeople,
  type NamedWait,
  type RecordRules,
  type Scope,
  waitAskedOf,
  waitsById,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { type AccessDeps, type Asker, scopeOf, sees } from '../access.ts';
import { presentWait } from '../present.ts';
import type { CheckPeople } from '../reach.ts';
import { Refusal } from '../refusal.ts';
import type { Stream } from '../stream.ts';
import type { ChannelTestDeps } from '../testChannel.ts';
import type { WaitShape } from './waitShape.ts';

/** Where the routes are registered. Schemas are zod's. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface ApiDeps extends AccessDeps, Pick<ChannelTestDeps, 'hooksAt'> {
  rules(): RecordRules & ClockRules;
  people: Pick<LivePeople, 'refresh' | 'closed'>;
  checkPeople: CheckPeople;
  stream: Stream;
  log: Log;
  demo: boolean;
  version: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    access: Asker;
  }
}

/** What the asker may see; refuses whoever may see no client data. */
export function requireScope(deps: ApiDeps, { access }: FastifyRequest): Scope {
  const scope = scopeOf(access, deps.config());
  if (!scope) throw new Refusal(403, 'No client data', 'The role ops sees health and metrics only.');
  return scope;
}

/** A wait that the asker may see. */
export async function findWait(deps: ApiDeps, request: FastifyRequest, id: string): Promise<NamedWait> {
  const [wait] = await waitsById(deps.store, [id]);
  if (!wait || !(sees(requireScope(deps, request), wait) || (await wasTold(deps, request, id))))
    throw new Refusal(404, 'No such wait', 'Check the id, and whether it is yours to see.');
  return wait;
}

/** Whoever was pinged has read the client's words, and the ping links here. */
async function wasTold({ store }: ApiDeps, { access }: FastifyRequest, id: string): Promise<boolean> {
  const { person } = access;
  return person !== null && (await waitAskedOf(store, { person, channels: [] }, id)) !== null;
}

export const showWait = (deps: ApiDeps, wait: NamedWait): WaitShape =>
  presentWait(wait, deps.config(), deps.now());

/** The channels of a head; null: all, for an admin. Refuses anybody else, and says `why`. */
export function requireHead(
  deps: ApiDeps,
  { access }: FastifyRequest,
  why: string,
): readonly string[] | null {
  const scope = scopeOf(access, deps.config());
  if (!scope || access.role === 'owner') throw new Refusal(403, 'Not for this role', why);
  return scope.all ? null : scope.channels;
}

/** A channel of a head, any for an admin. Refuses anybody else, and says `why`. */
export function findHeadsChannel(
  deps: ApiDeps,
  request: FastifyRequest,
  id: string,
  why: string,
): ChannelBase {
  const channels = requireHead(deps, request, why);
  const channel = deps.config().channels.get(id);
  if (!channel || !(channels === null || channels.includes(id)))
    throw new Refusal(404, 'No such channel', 'Check the id, and whether it is yours to see.');
  return channel;
}

/** Refuses to hand a client over to a person whom no transport reaches. */
export function refuseDeaf(deps: ApiDeps, to: string): void {
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
}
