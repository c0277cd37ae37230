import type { Received } from '@otklik/channels';
import type { ChannelBase } from '@otklik/config';
import type { FastifyReply } from 'fastify';

/** The refusals of `/hooks`, each as an RFC 9457 problem that says what to do. */

export const unknownChannel = (reply: FastifyReply) =>
  problem(reply, 404, {
    title: 'There is no such channel',
    detail: 'Check the address: /hooks/ and the id of a channel of otklik.yaml.',
  });

/** A channel that we read ourselves, such as a mailbox. */
export const notPosted = (reply: FastifyReply, { kind }: ChannelBase) =>
  problem(reply, 404, {
    title: 'Nothing is posted to this channel',
    detail: `Otklik reads a channel of kind ${kind} itself. Your own scripts post to one of kind webhook.`,
  });

export const onlyPost = (reply: FastifyReply) =>
  problem(reply.header('allow', 'POST'), 405, {
    title: 'Only POST is taken here',
    detail: 'Send events by POST.',
  });

export const tooManyRequests = (reply: FastifyReply, perSecond: number) =>
  problem(reply.header('retry-after', '1'), 429, {
    title: 'Too many requests',
    detail: `This channel takes ${perSecond} requests a second. Send up to 500 events in one.`,
  });

export const tooLarge = (reply: FastifyReply, maxBytes: number) =>
  problem(reply, 413, {
    title: 'The body is too large',
    detail: `A body holds at most 1 MiB (${maxBytes} bytes). Send the events in parts.`,
  });

export const unreadable = (reply: FastifyReply, detail: string) =>
  problem(reply, 400, { title: 'The request cannot be read', detail });

export const unavailable = (reply: FastifyReply) =>
  problem(reply.header('retry-after', '5'), 503, {
    title: 'Cannot keep events now',
    detail: 'Nothing of the body was kept. Send it again.',
  });

const MAX_FAULTS_SHOWN = 1_000;

/** What the channel itself refused, with each fault of the body. */
export function refused(reply: FastifyReply, received: Extract<Received, { outcome: 'refused' }>) {
  const { status, title, detail, faults } = received;
  const left = faults.length - MAX_FAULTS_SHOWN;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return problem(reply, status, {
    title,
    detail: left > 0 ? `${detail} ${left} more faults are not shown.` : detail,
    errors: faults
      .slice(0, MAX_FAULTS_SHOWN)
      .map(({ path, message }) => ({ path, pointer: fragmentOf(path), detail: message })),
  });
}

/** A JSON Pointer as the fragment of a URI (RFC 6901, section 6). */
const fragmentOf = (path: string) => `#${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;

function problem(
  reply: FastifyReply,
  status: number,
  { title, detail, errors = [] }: { title: string; detail: string; errors?: readonly object[] },
) {
  const about = { type: 'about:blank', title, status, detail };
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(errors.length > 0 ? { ...about, errors } : about));
}
