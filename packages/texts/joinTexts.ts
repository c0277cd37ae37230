import type { Locale } from '@otklik/domain';

/** Why two clients were not joined, or a join not changed. */
export interface JoinTexts {
  unknownClient: string;
  sameClient: string;
  unknownJoin: string;
  alreadyUndone: string;
}

const ru: JoinTexts = {
  unknownClient: 'Такого клиента нет, или он уже объединён с другим.',
  sameClient: 'Это уже один клиент.',
  unknownJoin: 'Такого объединения нет.',
  alreadyUndone: 'Это объединение уже отменено.',
};

const en: JoinTexts = {
  unknownClient: 'There is no such client, or it has been joined to another.',
  sameClient: 'They are one client already.',
  unknownJoin: 'There is no such join.',
  alreadyUndone: 'This join has been undone already.',
};

const TEXTS: Readonly<Record<Locale, JoinTexts>> = { ru, en };

export const joinTextsOf = (locale: Locale): JoinTexts => TEXTS[locale];
