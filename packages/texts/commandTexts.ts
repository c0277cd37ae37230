import type { Locale } from '@otklik/domain';

/** Why a command did nothing, in the bot and on the board. */
export interface CommandTexts {
  unknownWait: string;
  alreadyClosed: string;
  alreadyTaken: string;
  notTaken: string;
  /** `left`: seconds of their lease; null: not told. */
  takenBy(name: string, left: number | null): string;
  justCalled: string;
  /** With what it would take. */
  cannotCallHere: string;
  callFailed(problem: string, number: string): string;
  callUnknown(problem: string, number: string): string;
  cannotReach(name: string): string;
  sameOwner: string;
  unknownPerson: string;
}

const ru: CommandTexts = {
  unknownWait: 'Этого обращения больше нет.',
  alreadyClosed: 'Клиент уже не ждёт.',
  alreadyTaken: 'Вы уже брали это обращение: второй раз срок не сдвинется.',
  notTaken: 'Это обращение уже не за вами.',
  takenBy: (name, left) => `Уже занимается ${name}${left === null ? '' : `, ещё ${left} с`}.`,
  justCalled: 'Звонок уже заказан: подождите, ваш телефон зазвонит.',
  cannotCallHere:
    'Отсюда клиенту не перезвонить: неизвестен его номер, или у вас нет телефона на АТС, которая умеет звонить по запросу (accounts канала).',
  callFailed: (problem, number) => `${problem}. Наберите сами: ${number}`,
  callUnknown: (problem, number) => `${problem}. Если телефон не зазвонит, наберите сами: ${number}`,
  cannotReach: (name) => `Не передано: сообщения до этого сотрудника не доходят (${name}). Выберите другого.`,
  sameOwner: 'За это обращение уже отвечает этот сотрудник.',
  unknownPerson: 'Такого сотрудника нет в настройках.',
};

const en: CommandTexts = {
  unknownWait: 'This request is no longer there.',
  alreadyClosed: 'The client is not waiting any more.',
  alreadyTaken: 'You have taken this one before: the deadline does not move twice.',
  notTaken: 'You are not on this one any more.',
  takenBy: (name, left) =>
    left === null ? `${name} is on it already.` : `${name} is on it for another ${left} s.`,
  justCalled: 'The call is ordered already: wait for your telephone to ring.',
  cannotCallHere:
    'The client cannot be called from here: their number is not known, or you have no telephone at an exchange that dials on request (accounts of the channel).',
  callFailed: (problem, number) => `${problem}. Dial yourself: ${number}`,
  callUnknown: (problem, number) => `${problem}. If your telephone does not ring, dial yourself: ${number}`,
  cannotReach: (name) => `Not handed over: no message reaches ${name}. Choose somebody else.`,
  sameOwner: 'It is with that person already.',
  unknownPerson: 'There is no such person in the settings.',
};

export const COMMAND_TEXTS: Readonly<Record<Locale, CommandTexts>> = { ru, en };
