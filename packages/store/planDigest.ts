import { createHash } from 'node:crypto';
import { type Calendar, type Policy, planText } from '@otklik/domain';

const digests = new WeakMap<Policy, { readonly calendar: Calendar | null; readonly digest: string }>();

/** Digest of what plans a policy's waits (`PlannedRules.digestOf`), cached. */
export function planDigest(policy: Policy, calendar: Calendar | null): string {
  const made = digests.get(policy);
  if (made && made.calendar === calendar) return made.digest;
  const digest = createHash('sha256').update(planText(policy, calendar)).digest('base64url').slice(0, 16);
  digests.set(policy, { calendar, digest });
  return digest;
}
