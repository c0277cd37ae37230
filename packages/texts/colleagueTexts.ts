import type { Locale } from '@otklik/domain';

/** Why not to hand a client over to somebody. Stands behind a name on a button. */
export interface ColleagueTexts {
  deaf: string;
  away: string;
  full(open: number): string;
}

const ru: ColleagueTexts = {
  deaf: 'сообщения не доходят',
  away: 'нет на месте',
  full: (open) => `уже обращений: ${open}`,
};

const en: ColleagueTexts = {
  deaf: 'cannot be reached',
  away: 'away',
  full: (open) => `has ${open} already`,
};

const TEXTS: Readonly<Record<Locale, ColleagueTexts>> = { ru, en };

export const colleagueTextsOf = (locale: Locale): ColleagueTexts => TEXTS[locale];
