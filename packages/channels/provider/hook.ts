import { createHash, timingSafeEqual } from 'node:crypto';
import type { Event } from '@otklik/domain';
import type { HookAnswer, HookRequest, Received } from '../channel.ts';

type Refused = Extract<Received, { outcome: 'refused' }>;

/** Compares digests, which reveal no length. */
export function sameSecret(given: unknown, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}

/** Some providers do not sign: their address has `?key=…`. */
export const hasKey = ({ query }: HookRequest, secret: string): boolean => sameSecret(query.key, secret);

export function forged(provider: string, detail: string): Refused {
  return {
    outcome: 'refused',
    status: 401,
    reason: 'signature',
    title: `Not from ${provider}`,
    detail,
    faults: [],
  };
}

export const NO_KEY = 'The address lacks ?key=…, or the key is not the one of otklik.yaml.';

/** Most providers never repeat, so an authentic body is quarantined and confirmed even if not understood. */
export function taken(events: readonly Event[], faults: readonly string[], answer: HookAnswer): Received {
  return {
    outcome: 'accepted',
    delivery: { events, staff: [] },
    quarantine: faults.length === 0 ? null : [...new Set(faults)].join('; ').slice(0, 500),
    answer: () => answer,
  };
}

/** undefined if not JSON in UTF-8. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Urlencoded, multipart, or a GET's query; first of each name. null if unreadable. */
export async function readForm({ headers, body, query }: HookRequest): Promise<Map<string, string> | null> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string') fields.set(name, value);
  if (body.length === 0) return fields;
  const type = String(headers['content-type'] ?? 'application/x-www-form-urlencoded');
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': /^multipart\//i.test(type) ? type : 'application/x-www-form-urlencoded' },
    }).formData();
    for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value);
    return fields;
  } catch {
    return null;
  }
}
