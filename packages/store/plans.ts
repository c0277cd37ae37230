import { createHash } from 'node:crypto';
import { type Calendar, channelIn, type Policy, planText, type Rules } from '@otklik/domain';
import type { WaitRow } from './waitRows.ts';

const digests = new WeakMap<Policy, { readonly calendar: Calendar | null; readonly digest: string }>();

/** Digest of the policy by which the open waits of a channel are planned. */
export function planOf(rules: Rules, channel: string): string {
  const { policy } = channelIn(rules, channel);
  const { calendar } = rules;
  const made = digests.get(policy);
  if (made && made.calendar === calendar) return made.digest;
  const digest = createHash('sha256').update(planText(policy, calendar)).digest('base64url').slice(0, 16);
  digests.set(policy, { calendar, digest });
  return digest;
}

/** Whether an open wait is planned by another policy than its channel's. Of one whose policy nobody wrote down its window tells. */
export function isPlannedOtherwise(wait: WaitRow, rules: Rules): boolean {
  if (wait.plan !== null) return wait.plan !== planOf(rules, wait.channel);
  const { warn, breach } = channelIn(rules, wait.channel).policy;
  return wait.warn_at !== wait.opened_at + warn || wait.breach_at !== wait.opened_at + breach;
}
