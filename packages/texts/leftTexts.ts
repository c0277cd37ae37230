import type { Locale } from '@otklik/domain';

/** Tells an owner who waits since before their channel was watched. */
export interface LeftTexts {
  left(clients: number): string;
  oldest(names: string): string;
  /** Follows a client's name. */
  since(moment: string): string;
  silent: string;
  open: string;
}

const ru: LeftTexts = {
  left: (clients) => {
    const form = new Intl.PluralRules('ru').select(clients);
    const words = { one: 'остался', few: 'остались', many: 'осталось' }[form as 'one' | 'few' | 'many'];
    const noun = { one: 'клиент', few: 'клиента', many: 'клиентов' }[form as 'one' | 'few' | 'many'];
    return `До начала наблюдения без ответа ${words} ${clients} ${noun}`;
  },
  oldest: (names) => `Дольше всех ждут: ${names}`,
  since: (moment) => `с ${moment}`,
  silent:
    'Напоминать о них не будем, в отчёты они не входят. Список на доске, в разделе «До начала наблюдения».',
  open: 'Открыть доску',
};

const en: LeftTexts = {
  left: (clients) =>
    clients === 1
      ? '1 client has waited for an answer since before you began to watch'
      : `${clients} clients have waited for an answer since before you began to watch`,
  oldest: (names) => `Waiting longest: ${names}`,
  since: (moment) => `since ${moment}`,
  silent:
    'Nobody will be pinged about them, and no report counts them. The board lists them under “Before watching”.',
  open: 'Open the board',
};

const TEXTS: Record<Locale, LeftTexts> = { ru, en };

export const leftTextsOf = (locale: Locale): LeftTexts => TEXTS[locale];
