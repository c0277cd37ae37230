import type { Locale } from '@otklik/domain';

/** A message about several clients. */
export interface ListTexts {
  waiting(open: number): string;
  waitingPage(open: number, from: number, to: number): string;
  /** Stands under the list. */
  owed(advice: string): string;
  allAnswered(count: number): string;
  nobodyWaits(count: number): string;
  whileAway(count: number): string;
  since(time: string): string;
  answerBy(time: string): string;
  owner(name: string): string;
  inWork(name: string): string;
  yours: string;
  handedOver: string;
  handedBack: string;
  channelGone: string;
  more(count: number): string;
  take(number: number): string;
  blame(number: number): string;
  /** The card of a disputed late answer has come. */
  blameHere: string;
  earlier(from: number, to: number): string;
  later(from: number, to: number): string;
  again: string;
  trueAt(time: string): string;
  notTurned: string;
  takeHint: string;
  notOne: string;
}

const ru: ListTexts = {
  waiting: (open) => `Ждут ответа: ${open}`,
  waitingPage: (open, from, to) => `Ждут ответа: ${open} (здесь ${from}–${to})`,
  owed: (advice) => `🔴 ${advice}`,
  allAnswered: (count) => `Всем ответили: ${count}`,
  nobodyWaits: (count) => `Больше никто не ждёт: ${count}`,
  whileAway: (count) => `Пока вы отдыхали: ${count}`,
  since: (time) => `ждёт с ${time}`,
  answerBy: (time) => `ответить до ${time}`,
  owner: (name) => `отвечает ${name}`,
  inWork: (name) => `занимается ${name}`,
  yours: 'за вами',
  handedOver: 'передано вам',
  handedBack: 'снова у вас',
  channelGone: 'канал убран из настроек',
  more: (count) => `…и ещё ${count}: /waits`,
  take: (number) => `Беру ${number}`,
  blame: (number) => `Не моя вина ${number}`,
  blameHere: 'Пришла карточка клиента: назовите причину там.',
  earlier: (from, to) => `← ${from}–${to}`,
  later: (from, to) => `${from}–${to} →`,
  again: 'Обновить',
  trueAt: (time) => `Верно на ${time}`,
  notTurned: 'Telegram не обновил список: отправьте /waits.',
  takeHint: 'Нажмите «Беру» с номером клиента — придёт его карточка.',
  notOne:
    'Это список, и непонятно, кому ответ. Нажмите «Беру» с номером клиента — придёт его карточка, на неё и ответьте.',
};

const en: ListTexts = {
  waiting: (open) => `Waiting for an answer: ${open}`,
  waitingPage: (open, from, to) => `Waiting for an answer: ${open} (here ${from}–${to})`,
  owed: (advice) => `🔴 ${advice}`,
  allAnswered: (count) => `All ${count} answered`,
  nobodyWaits: (count) => `Nobody is waiting any more: ${count}`,
  whileAway: (count) => `While you were away: ${count}`,
  since: (time) => `waiting since ${time}`,
  answerBy: (time) => `answer by ${time}`,
  owner: (name) => `${name} is responsible`,
  inWork: (name) => `${name} is on it`,
  yours: 'you are on it',
  handedOver: 'handed over to you',
  handedBack: 'yours again',
  channelGone: 'channel gone from the settings',
  more: (count) => `…and ${count} more: /waits`,
  take: (number) => `Mine ${number}`,
  blame: (number) => `Not my fault ${number}`,
  blameHere: 'The client’s card has come: give the reason there.',
  earlier: (from, to) => `← ${from}–${to}`,
  later: (from, to) => `${from}–${to} →`,
  again: 'Refresh',
  trueAt: (time) => `As of ${time}`,
  notTurned: 'Telegram did not refresh the list: send /waits.',
  takeHint: 'Press “Mine” with a client’s number to get their card.',
  notOne:
    'This is a list, so it is not clear whom you mean. Press “Mine” with the client’s number, and reply to the card that comes.',
};

const TEXTS: Record<Locale, ListTexts> = { ru, en };

export const listTextsOf = (locale: Locale): ListTexts => TEXTS[locale];
