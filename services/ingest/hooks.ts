import { channelOf, type HookAnswer, type Memory, type Received, TEST_HEADER } from '@otklik/channels';
import { type ChannelBase, type Config, channelAt } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { PostedRequest } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Accept } from './accept.ts';
import * as problems from './hookProblems.ts';
import { createRateLimit } from './rate.ts';

export const MAX_BODY_BYTES = 1_048_576;

export interface HooksDeps {
  config(): Config;
  accept: Accept;
  /** What the channel remembers. */
  memory(channel: string): Memory;
  /** Keeps a body that was not understood, as it was posted. */
  setAside(channel: string, reason: string, request: PostedRequest): Promise<void>;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

type Posted = {
  Params: { channel: string; '*'?: string };
  Querystring: Record<string, unknown>;
  Body: Buffer | undefined;
};
interface Hook extends Omit<PostedRequest, 'base64'> {
  readonly body: Buffer;
  readonly receivedAt: EpochMs;
}
type Accepted = Extract<Received, { outcome: 'accepted' }>;

/** `POST /hooks/{channel}`: verify, normalise, keep, answer. Knows nothing of waits. */
export async function hooks(app: FastifyInstance, deps: HooksDeps): Promise<void> {
  // Signatures are over bytes, so the body stays bytes whatever its content type is.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler<RequestError>((error, request, reply) => answerError(error, request, reply, deps));
  const post = createPostHandler(deps);
  // Some providers append a path of their own to the address that they are given.
  for (const url of ['/hooks/:channel', '/hooks/:channel/*']) {
    app.post<Posted>(url, { bodyLimit: MAX_BODY_BYTES }, post);
    app.get<Posted>(url, async (request, reply) => {
      const channel = channelAt(deps.config(), request.params.channel);
      const kind = channel && channelOf(channel);
      const greeting = channel && kind?.greet?.(channel, request.query);
      if (greeting) return reply.code(greeting.status).type('text/plain; charset=utf-8').send(greeting.text);
      return kind?.takesGet ? post(request, reply) : problems.onlyPost(reply);
    });
    app.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      handler: async (_request, reply) => problems.onlyPost(reply),
    });
  }
}

/** POST, and GET of the kinds that take it. */
function createPostHandler(deps: HooksDeps) {
  const isWithinRate = createRateLimit();
  return async (request: FastifyRequest<Posted>, reply: FastifyReply) => {
    const hook = hookOf(request, deps.now());
    const channel = channelAt(deps.config(), request.params.channel);
    if (!channel) {
      deps.metrics.eventsRejected.inc({ channel: '', reason: 'unknown_channel' });
      return problems.unknownChannel(reply);
    }
    const kind = channelOf(channel);
    if (!kind.receive) return problems.notPosted(reply, channel);
    if (hook.path !== '' && !kind.takesPaths) return reply.callNotFound();
    const received = await receive(channel, hook, deps);
    if (received === null) return problems.unavailable(reply);
    // A forger must not use up the rate of the provider.
    const isForged = received.outcome === 'refused' && received.status === 401;
    if (kind.repeats && !isForged && !isWithinRate(channel.id, channel.rate, hook.receivedAt)) {
      deps.metrics.eventsRejected.inc({ channel: channel.id, reason: 'rate' });
      return problems.tooManyRequests(reply, channel.rate);
    }
    if (received.outcome === 'refused') {
      deps.metrics.eventsRejected.inc({ channel: channel.id, reason: received.reason });
      return problems.refused(reply, received);
    }
    const answer = await keep(channel, received, hook, deps);
    return answer === null ? problems.unavailable(reply) : reply.code(answer.status).send(answer.body);
  };
}

function hookOf(
  { params, query, headers, body = Buffer.alloc(0) }: FastifyRequest<Posted>,
  receivedAt: EpochMs,
): Hook {
  const path = params['*'] === undefined ? '' : `/${params['*']}`;
  return { path, query, headers, body, receivedAt };
}

/** Verifies and normalises. null when we cannot do that now. */
async function receive(
  channel: ChannelBase,
  hook: Hook,
  { config, memory, log, metrics }: HooksDeps,
): Promise<Received | null> {
  try {
    const world = { config: config(), memory: memory(channel.id), memoryOf: memory };
    return (await channelOf(channel).receive?.(channel, hook, world)) ?? null;
  } catch (error) {
    log.error({ err: error, channel: channel.id }, 'an event could not be understood now');
    metrics.eventsRejected.inc({ channel: channel.id, reason: 'unavailable' });
    return null;
  }
}

/** The answer that the provider wants, once everything is durable (law 8). null when it could not be kept. */
async function keep(
  { id: channel }: ChannelBase,
  received: Accepted,
  hook: Hook,
  deps: HooksDeps,
): Promise<HookAnswer | null> {
  try {
    if (received.quarantine !== null) {
      await setAside(channel, received, received.quarantine, hook, deps);
      deps.metrics.eventsRejected.inc({ channel, reason: 'not_understood' });
    }
    const isTest = TEST_HEADER in hook.headers;
    return received.answer(await deps.accept(received.delivery, { isTest }));
  } catch (error) {
    deps.log.error({ err: error, channel }, 'neither the queue nor the local disk could take events');
    deps.metrics.eventsRejected.inc({ channel, reason: 'unavailable' });
    return null;
  }
}

/** When this fails and the body also tells of a client, the client comes first: many providers never repeat a webhook. */
async function setAside(
  channel: string,
  { delivery }: Accepted,
  reason: string,
  { path, query, headers, body }: Hook,
  deps: HooksDeps,
): Promise<void> {
  try {
    await deps.setAside(channel, reason, { path, query, headers, base64: body.toString('base64') });
  } catch (error) {
    if (delivery.events.length === 0) throw error;
    deps.log.error({ err: error, channel }, 'a body that was understood in part could not be kept aside');
  }
}

type RequestError = Error & { statusCode?: number; code?: string };

function answerError(
  error: RequestError,
  request: FastifyRequest,
  reply: FastifyReply,
  { config, metrics, log }: HooksDeps,
) {
  const { channel } = request.params as { channel?: string };
  /** As a label: no client may fill the metrics with names of its own. */
  const known = (channel !== undefined && channelAt(config(), channel)?.id) || '';
  if (error.statusCode === 413) {
    metrics.eventsRejected.inc({ channel: known, reason: 'too_large' });
    return problems.tooLarge(reply, MAX_BODY_BYTES);
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    metrics.eventsRejected.inc({ channel: known, reason: 'request' });
    return problems.unreadable(reply, error.message);
  }
  log.error({ err: error, channel }, 'a request to a hook failed');
  return problems.unavailable(reply);
}
