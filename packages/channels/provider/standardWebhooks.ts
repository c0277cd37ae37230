import { createHmac, timingSafeEqual } from 'node:crypto';
import { type EpochMs, MINUTE, SECOND } from '@otklik/domain';

/**
 * Standard Webhooks (standardwebhooks.com, spec 1.0), in and out. We do not use the reference library (1.1.1) here:
 * it turns the body into a string, so it refuses signed bytes that are not UTF-8 and takes others in their place; it
 * takes the timestamp "1795428000abc"; it calls an old forgery old, reads the clock itself, and hashes in JavaScript
 * (18 ms a MiB, ours 1 ms). The tests check us against it.
 */
const TOLERANCE = 5 * MINUTE;
const PREFIX = 'whsec_';

export type Signed = 'valid' | 'absent' | 'stale' | 'forged';

/** Whether the headers sign these very bytes. `stale`: signed, but more than 5 minutes off. */
export function verifySignature(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
  now: EpochMs,
): Signed {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'absent';
  if (!secret.startsWith(PREFIX) || !/^\d{1,12}$/.test(timestamp)) return 'forged';
  const expected = digest(secret, id, timestamp, body);
  const matches = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'));
  if (!matches.some((given) => given.length === expected.length && timingSafeEqual(given, expected)))
    return 'forged';
  return Math.abs(now - Number(timestamp) * SECOND) > TOLERANCE ? 'stale' : 'valid';
}

/** The three headers that sign a body. `id` names the message: it stays the same on a retry, so that the receiver can tell. */
export function signatureHeaders(
  secret: string,
  id: string,
  body: string | Buffer,
  now: EpochMs,
): Record<string, string> {
  const timestamp = String(Math.floor(now / SECOND));
  const signature = digest(secret, id, timestamp, body).toString('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function digest(secret: string, id: string, timestamp: string, body: string | Buffer): Buffer {
  const key = secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret);
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
