import { channelOf, type HookAnswer, type Memory, type Received, TEST_HEADER } from '@otklik/channels';
import { type ChannelBase, type Config, channelAt } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { PostedRequest } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRateLimit } from './rate.ts';
import type { Taken } from './take.ts';

export const MOST_BODY_BYTES = 1_048_576;

export interface HooksDeps {
  config(): Config;
  take: Taken;
  /** What the channel remembers. */
  memory(channel: string): Memory;
  /** Keeps what could not be understood, as it was posted. */
  setAside(channel: string, reason: string, request: PostedRequest): Promise<void>;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

/** `POST /hooks/{channel}`: verify, normalise, keep, answer. Knows nothing of waits. */
export async function hooks(app: FastifyInstance, deps: HooksDeps): Promise<void> {
  const withinRate = createRateLimit();
  // Signatures are over bytes, so the body stays bytes whatever it calls itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) => {
    const { channel } = request.params as { channel?: string };
    if (error.statusCode === 413) {
      deps.metrics.eventsRejected.inc({ channel: known(channel), reason: 'too_large' });
      return problem(
        reply,
        413,
        'The body is too large',
        `A body holds at most 1 MiB (${MOST_BODY_BYTES} bytes). Send the events in parts.`,
      );
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      deps.metrics.eventsRejected.inc({ channel: known(channel), reason: 'request' });
      return problem(reply, 400, 'The request cannot be read', error.message);
    }
    deps.log.error({ err: error, channel }, 'a request to a hook failed');
    return unavailable(reply);
  });
  const known = (channel: string | undefined) =>
    (channel !== undefined && channelAt(deps.config(), channel)?.id) || '';

  type Posted = {
    Params: { channel: string; '*'?: string };
    Querystring: Record<string, unknown>;
    Body: Buffer | undefined;
  };
  const take = async (request: FastifyRequest<Posted>, reply: FastifyReply) => {
    const receivedAt = deps.now();
    const config = deps.config();
    const channel = channelAt(config, request.params.channel);
    if (!channel) {
      deps.metrics.eventsRejected.inc({ channel: '', reason: 'unknown_channel' });
      return problem(
        reply,
        404,
        'There is no such channel',
        'Check the address: /hooks/ and the id of a channel of otklik.yaml.',
      );
    }
    const kind = channelOf(channel);
    if (!kind.receive) return notPosted(reply, channel);
    const path = request.params['*'] === undefined ? '' : `/${request.params['*']}`;
    if (path !== '' && !kind.takesPaths) return reply.callNotFound();
    const { query, headers, body = Buffer.alloc(0) } = request;
    let received: Received;
    try {
      received = await kind.receive(
        channel,
        { path, query, headers, body, receivedAt },
        { config, memory: deps.memory(channel.id), memoryOf: deps.memory },
      );
    } catch (error) {
      deps.log.error({ err: error, channel: channel.id }, 'an event could not be understood now');
      deps.metrics.eventsRejected.inc({ channel: channel.id, reason: 'unavailable' });
      return unavailable(reply);
    }
    const isStranger = received.outcome === 'refused' && received.status === 401;
    // A stranger must not be able to use up what the provider may send.
    if (kind.repeats && !isStranger && !withinRate(channel.id, channel.rate, receivedAt)) {
      deps.metrics.eventsRejected.inc({ channel: channel.id, reason: 'rate' });
      reply.header('retry-after', '1');
      return problem(
        reply,
        429,
        'Too many requests',
        `This channel takes ${channel.rate} requests a second. Send up to 500 events in one.`,
      );
    }
    if (received.outcome === 'refused') {
      deps.metrics.eventsRejected.inc({ channel: channel.id, reason: received.reason });
      return refused(reply, received);
    }
    let answer: HookAnswer;
    try {
      if (received.quarantine !== null) {
        await setAside(channel.id, received, { path, query, headers, base64: body.toString('base64') });
        deps.metrics.eventsRejected.inc({ channel: channel.id, reason: 'not_understood' });
      }
      answer = received.answer(
        await deps.take(received.delivery, { isTest: TEST_HEADER in request.headers }),
      );
    } catch (error) {
      deps.log.error(
        { err: error, channel: channel.id },
        'neither the queue nor the local disk could take events',
      );
      deps.metrics.eventsRejected.inc({ channel: channel.id, reason: 'unavailable' });
      return unavailable(reply);
    }
    return reply.code(answer.status).send(answer.body);
  };
  /** Where a body tells of a client besides what we cannot read, the client comes first: many providers never repeat it. */
  const setAside = async (
    channel: string,
    { delivery, quarantine }: Extract<Received, { outcome: 'accepted' }>,
    request: PostedRequest,
  ) => {
    try {
      await deps.setAside(channel, quarantine ?? '', request);
    } catch (error) {
      if (delivery.events.length === 0) throw error;
      deps.log.error({ err: error, channel }, 'a body that was understood in part could not be kept aside');
    }
  };
  const takeOrGreet = async (request: FastifyRequest<Posted>, reply: FastifyReply) => {
    const channel = channelAt(deps.config(), request.params.channel);
    const kind = channel && channelOf(channel);
    const greeting = kind?.greet?.(channel as ChannelBase, request.query);
    if (greeting) return reply.code(greeting.status).type('text/plain; charset=utf-8').send(greeting.text);
    return kind?.takesGet ? take(request, reply) : onlyPost(reply);
  };
  // Some providers append a path of their own to the address that they are given.
  for (const url of ['/hooks/:channel', '/hooks/:channel/*']) {
    app.post<Posted>(url, { bodyLimit: MOST_BODY_BYTES }, take);
    app.get<Posted>(url, takeOrGreet);
    app.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      handler: async (_request, reply) => onlyPost(reply),
    });
  }
}

function onlyPost(reply: FastifyReply) {
  reply.header('allow', 'POST');
  return problem(reply, 405, 'Only POST is taken here', 'Send events by POST.');
}

/** A channel that we read ourselves, such as a mailbox. */
function notPosted(reply: FastifyReply, { kind }: ChannelBase) {
  return problem(
    reply,
    404,
    'Nothing is posted to this channel',
    `Otklik reads a channel of kind ${kind} itself. Your own scripts post to one of kind webhook.`,
  );
}

const MOST_FAULTS_SHOWN = 1_000;

function refused(reply: FastifyReply, received: Extract<Received, { outcome: 'refused' }>) {
  const { status, title, detail, faults } = received;
  const left = faults.length - MOST_FAULTS_SHOWN;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return problem(
    reply,
    status,
    title,
    left > 0 ? `${detail} ${left} more faults are not shown.` : detail,
    faults
      .slice(0, MOST_FAULTS_SHOWN)
      .map(({ path, message }) => ({ path, pointer: fragmentOf(path), detail: message })),
  );
}

/** A JSON Pointer as the fragment of a URI (RFC 6901, section 6). */
const fragmentOf = (path: string) => `#${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;

function unavailable(reply: FastifyReply) {
  reply.header('retry-after', '5');
  return problem(reply, 503, 'Cannot keep events now', 'Nothing of the body was kept. Send it again.');
}

/** RFC 9457. `errors` names each fault by its JSON Pointer. */
function problem(
  reply: FastifyReply,
  status: number,
  title: string,
  detail: string,
  errors?: readonly object[],
) {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title,
        status,
        detail,
        ...(errors && errors.length > 0 ? { errors } : {}),
      }),
    );
}
