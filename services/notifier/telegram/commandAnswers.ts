import { channelIn, type EpochMs, type Person, takenUntil } from '@otklik/domain';
import { type Commanded, nextReminderAt } from '@otklik/store';
import { lasted, type Texts, textsOf, timeOfDay } from '@otklik/texts';
import { nameOf } from '../messages/ping.ts';
import type { StaffDeps } from './staffDeps.ts';

/** What to say of a command. `done`: the answer when it worked. */
export function answerOf(
  result: Commanded,
  person: Person,
  deps: StaffDeps,
  done: (wait: CommandedWait) => string,
): string {
  const texts = textsOf(person.locale);
  if (result.outcome === 'done') return done(result.wait);
  switch (result.reason) {
    case 'already_closed':
      return result.wait?.outcome
        ? texts.closed(
            result.wait.outcome,
            lasted((result.wait.closed_at ?? 0) - result.wait.opened_at, person.locale),
            result.wait.answered_by === null ? null : nameOf(result.wait.answered_by, deps.config(), texts),
          )
        : texts.alreadyClosed;
    case 'taken_by_other':
      return texts.takenBy(nameOf(result.wait?.taken_by ?? 'unknown', deps.config(), texts), null);
    case 'already_taken':
      return texts.alreadyTaken;
    case 'not_taken':
      return texts.notTaken;
    case 'just_called':
      return texts.justCalled;
    case 'same_owner':
      return texts.sameOwner;
    case 'unknown_person':
      return texts.unknownPerson;
    case 'unknown_wait':
      return texts.unknownWait;
  }
}

export type CommandedWait = Extract<Commanded, { outcome: 'done' }>['wait'];

/** The window does not move; the chain goes on later. */
export const acknowledgedText = (
  wait: CommandedWait,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
  now: EpochMs,
): string =>
  texts.took(
    timeOfDay(wait.breach_at, now, person.timezone),
    now >= wait.breach_at,
    nextOf(wait, person, deps, now),
  );

export function handedText(
  wait: CommandedWait,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
  now: EpochMs,
): string {
  const rules = deps.rules();
  const until = takenUntil(channelIn(rules, wait.channel).policy, rules.calendar, now);
  const isTaken = wait.owner === person.id;
  return texts.handedTo(
    nameOf(wait.owner, deps.config(), texts),
    isTaken ? null : timeOfDay(until, now, person.timezone),
  );
}

export function nextOf(
  wait: CommandedWait,
  { timezone }: Person,
  deps: StaffDeps,
  now: EpochMs,
): string | null {
  const next = nextReminderAt(wait, deps.rules(), now);
  return next === null ? null : timeOfDay(next, now, timezone);
}
