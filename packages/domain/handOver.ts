import { personInCharge } from './askWhom.ts';
import type { Calendar } from './calendar.ts';
import { afterWorking } from './hours.ts';
import type { ChannelPeople, PeopleById } from './people.ts';
import type { Policy } from './policy.ts';
import type { EpochMs } from './time.ts';

/** Until when whoever is handed a wait has to take it: as long as a take holds, in working time where the chain stands still outside it. */
export const takenUntil = (policy: Policy, calendar: Calendar | null, at: EpochMs): EpochMs =>
  policy.afterHours === 'defer' ? afterWorking(calendar, at, policy.takeLease) : at + policy.takeLease;

/** Whose a wait is again that was handed over and not taken, and who is told; null: it stays where it is. */
export function goesBack(
  { from, to }: { readonly from: string; readonly to: string },
  channel: ChannelPeople,
  people: PeopleById,
  at: EpochMs,
): { readonly owner: string; readonly told: string } | null {
  if (!people.has(from)) return null;
  const { person } = personInCharge({ owner: from, ownerWhy: 'handed_back' }, channel, people, at);
  // They are asked about it all the same: whoever gave it is not there.
  return person === to ? null : { owner: from, told: person };
}
