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
import { type RefusalTexts, refusalTextsOf, textsOf } from '@otklik/texts';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { type AccessDeps, type Asker, scopeOf, sees } from '../access.ts';
import { readerLocale } from '../locale.ts';
import { presentWait } from '../present.ts';
import type { CheckPeople } from '../reach.ts';
import { Refusal } from '../refusal.ts';
import type { Stream } from '../stream/openStream.ts';
import type { ChannelTestDeps } from '../testChannel.ts';
import type { WaitShape } from './waitShape.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

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

/** Refuses whoever may see no client data. */
export function requireScope(deps: ApiDeps, request: FastifyRequest): Scope {
  const scope = scopeOf(request.access, deps.config());
  if (!scope) throw new Refusal(403, 'No client data', refusalTexts(deps, request).noClientData);
  return scope;
}

/** In the reader's language. */
export const refusalTexts = ({ config }: ApiDeps, request: FastifyRequest): RefusalTexts =>
  refusalTextsOf(readerLocale(request, config()));

/** Refuses when the asker may not see it. */
export async function findWait(deps: ApiDeps, request: FastifyRequest, id: string): Promise<NamedWait> {
  const [wait] = await waitsById(deps.store, [id]);
  if (!wait || !(sees(requireScope(deps, request), wait) || (await wasTold(deps, request, id))))
    throw new Refusal(404, 'No such wait', refusalTexts(deps, request).notVisible);
  return wait;
}

/** They have read the client's words, and the ping links here. */
async function wasTold({ store }: ApiDeps, { access }: FastifyRequest, id: string): Promise<boolean> {
  const { person } = access;
  return person !== null && (await waitAskedOf(store, { person, channels: [] }, id)) !== null;
}

export const showWait = (deps: ApiDeps, wait: NamedWait): WaitShape =>
  presentWait(wait, deps.config(), deps.now());

/** The head's channels; null: all, for an admin. Refuses others, with `why`. */
export function requireHead(
  deps: ApiDeps,
  request: FastifyRequest,
  why: keyof RefusalTexts,
): readonly string[] | null {
  const { access } = request;
  const scope = scopeOf(access, deps.config());
  if (!scope || access.role === 'owner')
    throw new Refusal(403, 'Not for this role', refusalTexts(deps, request)[why]);
  return scope.all ? null : scope.channels;
}

/** Refuses others than its head and admins, with `why`. */
export function findHeadsChannel(
  deps: ApiDeps,
  request: FastifyRequest,
  id: string,
  why: keyof RefusalTexts,
): ChannelBase {
  const channels = requireHead(deps, request, why);
  const channel = deps.config().channels.get(id);
  if (!channel || !(channels === null || channels.includes(id)))
    throw new Refusal(404, 'No such channel', refusalTexts(deps, request).notVisible);
  return channel;
}

/** Refuses a hand-over to a person whom no transport reaches. */
export function refuseDeaf(deps: ApiDeps, request: FastifyRequest, to: string): void {
  const config = deps.config();
  const person = config.people.get(to);
  if (!person || !deps.rules().reach.hasWays || canReach(deps.rules(), to)) return;
  const { cannotReach } = textsOf(readerLocale(request, config));
  throw new Refusal(409, 'Cannot be reached', cannotReach(person.name));
}
