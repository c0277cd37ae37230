// Said in messages and on the board. The web app bundles this file: it must import nothing at run time.
import type { Locale, PersonalTransport } from '@otklik/domain';

export { refusalReason } from './refusalReason.ts';

export interface SharedTexts {
  release: string;
  callBack: string;
  /** `from`: which telephone rings first. */
  calling(from: string): string;
  /** The reader's own telephone dials. */
  dial(number: string): string;
  noReply: string;
  handOver: string;
  cameBack: string;
  dispute: string;
  /** Reasons to dispute a breach, in the order of the buttons. */
  readonly reasons: readonly [string, string, string];
  accept: string;
  reject: string;
  readonly transport: Readonly<Record<PersonalTransport, string>>;
}

const ru: SharedTexts = {
  release: 'Отпустить',
  callBack: 'Перезвонить',
  calling: (from) => `Звоним вам на ${from}, потом клиенту.`,
  dial: (number) => `Позвонить: ${number}`,
  noReply: 'Ответа не нужно',
  handOver: 'Передать…',
  cameBack: 'С возвращением! Обращения снова приходят вам.',
  dispute: 'Не моя вина…',
  reasons: ['Разговор с другим клиентом', 'Канал не работал', 'Не моя смена'],
  accept: 'Принять',
  reject: 'Отклонить',
  transport: { telegram: 'Telegram', email: 'Почта' },
};

const en: SharedTexts = {
  release: 'Release',
  callBack: 'Call back',
  calling: (from) => `Calling you on ${from}, then the client.`,
  dial: (number) => `Call ${number}`,
  noReply: 'No reply needed',
  handOver: 'Hand over…',
  cameBack: 'Welcome back! Requests come to you again.',
  dispute: 'Not my fault…',
  reasons: ['On a call with another client', 'The channel was down', 'Not my shift'],
  accept: 'Accept',
  reject: 'Reject',
  transport: { telegram: 'Telegram', email: 'E-mail' },
};

export const SHARED_TEXTS: Readonly<Record<Locale, SharedTexts>> = { ru, en };
