import { personInCharge } from './askWhom.ts';
import type { Calendar } from './calendar.ts';
import { afterWorking } from './hours.ts';
import type { ChannelPeople, PeopleById } from './people.ts';
import type { Policy } from './policy.ts';
import type { EpochMs } from './time.ts';

/** When an untaken hand-over ends: after a lease, in working time with `defer`. */
export const takenUntil = (policy: Policy, calendar: Calendar | null, at: EpochMs): EpochMs =>
  policy.afterHours === 'defer' ? afterWorking(calendar, at, policy.takeLease) : at + policy.takeLease;

/** Of an untaken hand-over; null: the wait stays. */
export function goesBack(
  { from, to }: { readonly from: string; readonly to: string },
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
): { readonly owner: string; readonly told: string } | null {
  if (!people.has(from)) return null;
  const { person } = personInCharge({ owner: from, ownerWhy: 'handed_back' }, channel, people, at);
  // The giver is away, so the receiver is asked all the same.
  return person === to ? null : { owner: from, told: person };
}
