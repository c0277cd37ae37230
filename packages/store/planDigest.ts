import { createHash } from 'node:crypto';
import { type Calendar, type Policy, planText } from '@otklik/domain';

const digests = new WeakMap<Policy, { readonly calendar: Calendar | null; readonly digest: string }>();

/** Digest of what of a policy plans its waits (`PlannedRules.digestOf`), remembered for as long as the policy lives. */
export function planDigest(policy: Policy, calendar: Calendar | null): string {
  const made = digests.get(policy);
  if (made && made.calendar === calendar) return made.digest;
  const digest = createHash('sha256').update(planText(policy, calendar)).digest('base64url').slice(0, 16);
  digests.set(policy, { calendar, digest });
  return digest;
}
