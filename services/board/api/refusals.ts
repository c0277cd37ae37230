import type { Config } from '@otklik/config';
import { type EpochMs, type Locale, SECOND } from '@otklik/domain';
import type { Commanded, Disputed, Joined } from '@otklik/store';
import { disputeTextsOf, joinTextsOf, textsOf } from '@otklik/texts';
import { Refusal } from '../refusal.ts';

type Refused<T> = Extract<T, { outcome: 'refused' }>;

export function commandRefusal(
  { reason, wait }: Refused<Commanded>,
  { people }: Config,
  locale: Locale,
  now: EpochMs,
): Refusal {
  const texts = textsOf(locale);
  switch (reason) {
    case 'unknown_wait':
      return new Refusal(404, 'No such wait', texts.unknownWait);
    case 'already_closed':
      return new Refusal(409, 'Already closed', texts.alreadyClosed);
    case 'already_taken':
      return new Refusal(409, 'Already taken by you', texts.alreadyTaken);
    case 'not_taken':
      return new Refusal(409, 'Not taken by you', texts.notTaken);
    case 'taken_by_other': {
      const left = Math.max(0, Math.round(((wait?.taken_until ?? 0) - now) / SECOND));
      const id = wait?.taken_by ?? '';
      return new Refusal(409, 'Taken by somebody else', texts.takenBy(people.get(id)?.name ?? id, left));
    }
    case 'just_called':
      return new Refusal(409, 'Called a moment ago', texts.justCalled);
    case 'unknown_person':
      return new Refusal(400, 'No such person', texts.unknownPerson);
    case 'same_owner':
      return new Refusal(409, 'Already theirs', texts.sameOwner);
  }
}

export function disputeRefusal(reason: Refused<Disputed>['reason'], locale: Locale): Refusal {
  const texts = disputeTextsOf(locale);
  switch (reason) {
    case 'unknown_wait':
      return new Refusal(404, 'No such wait', textsOf(locale).unknownWait);
    case 'not_breached':
      return new Refusal(409, 'Not breached', texts.notBreached);
    case 'already_disputed':
      return new Refusal(409, 'Already disputed', texts.alreadyDisputed);
    case 'own_dispute':
      return new Refusal(403, 'Your own dispute', texts.ownDispute);
    case 'no_dispute':
      return new Refusal(409, 'Not disputed', texts.noDispute);
    case 'already_decided':
      return new Refusal(409, 'Already decided', texts.alreadyDecided);
  }
}

export function joinRefusal(reason: Refused<Joined>['reason'], locale: Locale): Refusal {
  const texts = joinTextsOf(locale);
  switch (reason) {
    case 'unknown_client':
      return new Refusal(404, 'No such client', texts.unknownClient);
    case 'same_client':
      return new Refusal(409, 'One client already', texts.sameClient);
    case 'unknown_join':
      return new Refusal(404, 'No such join', texts.unknownJoin);
    case 'already_undone':
      return new Refusal(409, 'Undone already', texts.alreadyUndone);
  }
}
