import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WhatsappCloudChannel } from '@otklik/config';
import type { Greeting, HookDeps, HookRequest, Received } from '../channel.ts';
import { readBody } from './readBody.ts';

type Refused = Extract<Received, { outcome: 'refused' }>;

/**
 * Meta makes sure that the address is ours: it wants `hub.challenge` back, if the token is the one that was typed beside the address.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
 */
export function greetMeta(
  channel: Pick<WhatsappCloudChannel, 'verifyToken'>,
  query: Readonly<Record<string, unknown>>,
): Greeting {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  const isOurs =
    mode === 'subscribe' &&
    typeof token === 'string' &&
    timingSafeEqual(digest(token), digest(channel.verifyToken.reveal()));
  return isOurs && typeof challenge === 'string' && /^[\w-]{1,200}$/.test(challenge)
    ? { status: 200, text: challenge }
    : { status: 403, text: 'The verify token is not the one of otklik.yaml.' };
}

/**
 * One POST of Meta's. It repeats what is not answered by 200 for days, so that a body which is signed and not understood
 * is kept aside and confirmed.
 */
export async function receiveMeta(
  channel: WhatsappCloudChannel,
  request: HookRequest,
  { config, memoryOf }: HookDeps,
): Promise<Received> {
  if (!isSigned(channel, request)) return FORGED;
  const parsed = parse(request.body);
  if (parsed === null) return kept([], ['the body is no JSON']);
  const read = await readBody(parsed.json, config, memoryOf, request.receivedAt);
  await read.remember();
  return kept(read.events, read.faults);
}

function kept(events: Awaited<ReturnType<typeof readBody>>['events'], faults: readonly string[]): Received {
  return {
    outcome: 'accepted',
    delivery: { events, staff: [] },
    quarantine: faults.length === 0 ? null : [...new Set(faults)].join('; ').slice(0, 500),
    answer: () => ({ status: 200, body: {} }),
  };
}

/** `X-Hub-Signature-256: sha256=…`, an HMAC of the bytes with the app's secret. */
export function isSigned(
  { appSecret }: Pick<WhatsappCloudChannel, 'appSecret'>,
  { headers, body }: HookRequest,
): boolean {
  const given = headers['x-hub-signature-256'];
  const expected = `sha256=${createHmac('sha256', appSecret.reveal()).update(body).digest('hex')}`;
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}

/** Digests have one length, so that comparing them tells nothing about the secret's. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function parse(body: Buffer): { json: unknown } | null {
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return null;
  }
}

export const FORGED: Refused = {
  outcome: 'refused',
  status: 401,
  reason: 'signature',
  title: 'Not from Meta',
  detail: 'The header X-Hub-Signature-256 is missing, or was not made with the app secret of otklik.yaml.',
  faults: [],
};
