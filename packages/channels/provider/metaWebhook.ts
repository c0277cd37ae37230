import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@otklik/config';
import type { Greeting, HookRequest, Received, SampleRequest } from '../channel.ts';

/**
 * Returns `hub.challenge` for the right token.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
 */
export function greetMeta(
  channel: { readonly verifyToken: Secret },
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

/** `X-Hub-Signature-256: sha256=…`, HMAC of the bytes with the app secret. */
export function isSigned(
  { appSecret }: { readonly appSecret: Secret },
  { headers, body }: HookRequest,
): boolean {
  const given = headers['x-hub-signature-256'];
  const expected = `sha256=${createHmac('sha256', appSecret.reveal()).update(body).digest('hex')}`;
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}

/** A body as Meta would post it. */
export function signedByMeta({ appSecret }: { readonly appSecret: Secret }, body: string): SampleRequest {
  const signed = createHmac('sha256', appSecret.reveal()).update(body).digest('hex');
  return {
    method: 'POST',
    path: '',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signed}` },
    body,
  };
}

/** Digests reveal no length. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const FORGED: Extract<Received, { outcome: 'refused' }> = {
  outcome: 'refused',
  status: 401,
  reason: 'signature',
  title: 'Not from Meta',
  detail: 'The header X-Hub-Signature-256 is missing, or was not made with the app secret of otklik.yaml.',
  faults: [],
};
