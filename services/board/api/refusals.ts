import type { Config } from '@otklik/config';
import { type EpochMs, type Locale, SECOND } from '@otklik/domain';
import type { Commanded, Disputed, Joined } from '@otklik/store';
import { Refusal } from '../refusal.ts';

type Refused<T> = Extract<T, { outcome: 'refused' }>;

/** Builds a refusal whose detail is in the language of the board: status, title, Russian, English. */
const refusalIn =
  (locale: Locale) =>
  (status: number, title: string, russian: string, english: string): Refusal =>
    new Refusal(status, title, locale === 'ru' ? russian : english);

/** Why nothing was done with a wait. */
export function commandRefusal(
  { reason, wait }: Refused<Commanded>,
  { people, locale }: Config,
  now: EpochMs,
): Refusal {
  const refusal = refusalIn(locale);
  switch (reason) {
    case 'unknown_wait':
      return refusal(404, 'No such wait', 'Этого обращения больше нет.', 'This wait is gone.');
    case 'already_closed':
      return refusal(409, 'Already closed', 'Клиент уже не ждёт.', 'The client is not waiting any more.');
    case 'already_taken':
      return refusal(
        409,
        'Already taken by you',
        'Вы уже брали это обращение: второй раз срок не сдвинется.',
        'You have taken this one before: the deadline does not move twice.',
      );
    case 'not_taken':
      return refusal(
        409,
        'Not taken by you',
        'Это обращение уже не за вами.',
        'You are not on this one any more.',
      );
    case 'taken_by_other': {
      const left = Math.max(0, Math.round(((wait?.taken_until ?? 0) - now) / SECOND));
      const id = wait?.taken_by ?? '';
      const who = people.get(id)?.name ?? id;
      return refusal(
        409,
        'Taken by somebody else',
        `Уже занимается ${who}, ещё ${left} с.`,
        `${who} is on it for another ${left} s.`,
      );
    }
    case 'just_called':
      return refusal(
        409,
        'Called a moment ago',
        'Звонок уже заказан: подождите, телефон зазвонит.',
        'The call is ordered already: wait for the telephone to ring.',
      );
    case 'unknown_person':
      return refusal(400, 'No such person', 'Такого сотрудника нет в настройках.', 'Nobody bears this id.');
    case 'same_owner':
      return refusal(
        409,
        'Already theirs',
        'За это обращение уже отвечает этот сотрудник.',
        'It is with that person already.',
      );
  }
}

/** Why nothing was done with a dispute. */
export function disputeRefusal(reason: Refused<Disputed>['reason'], locale: Locale): Refusal {
  const refusal = refusalIn(locale);
  switch (reason) {
    case 'unknown_wait':
      return refusal(404, 'No such wait', 'Этого обращения больше нет.', 'This wait is gone.');
    case 'not_breached':
      return refusal(
        409,
        'Not breached',
        'Срок не нарушен: оспаривать нечего.',
        'The window has held: there is nothing to dispute.',
      );
    case 'already_disputed':
      return refusal(
        409,
        'Already disputed',
        'Это нарушение уже оспорено.',
        'This breach has been disputed already.',
      );
    case 'own_dispute':
      return refusal(
        403,
        'Your own dispute',
        'Своё возражение решает кто-то другой.',
        'Somebody else decides on your own dispute.',
      );
    case 'no_dispute':
      return refusal(
        409,
        'Not disputed',
        'Это нарушение никто не оспаривал.',
        'Nobody has disputed this breach.',
      );
    case 'already_decided':
      return refusal(
        409,
        'Already decided',
        'Решение уже принято.',
        'This dispute has been decided already.',
      );
  }
}

/** Why two clients were not joined, or a join not changed. */
export function joinRefusal(reason: Refused<Joined>['reason'], locale: Locale): Refusal {
  const refusal = refusalIn(locale);
  switch (reason) {
    case 'unknown_client':
      return refusal(
        404,
        'No such client',
        'Такого клиента нет, или он уже объединён с другим.',
        'There is no such client, or it has been joined to another.',
      );
    case 'same_client':
      return refusal(409, 'One client already', 'Это уже один клиент.', 'They are one client already.');
    case 'unknown_join':
      return refusal(404, 'No such join', 'Такого объединения нет.', 'There is no such join.');
    case 'already_undone':
      return refusal(
        409,
        'Undone already',
        'Это объединение уже отменено.',
        'This join has been undone already.',
      );
  }
}
