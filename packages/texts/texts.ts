import type { Locale } from '@otklik/domain';
import { BOT_TEXTS, type BotTexts } from './botTexts.ts';
import { COMMAND_TEXTS, type CommandTexts } from './commandTexts.ts';
import { PING_TEXTS, type PingTexts } from './pingTexts.ts';
import { SHARED_TEXTS, type SharedTexts } from './sharedTexts.ts';

export type Texts = PingTexts & BotTexts & CommandTexts & SharedTexts;

const textsIn = (locale: Locale): Texts => ({
  ...PING_TEXTS[locale],
  ...BOT_TEXTS[locale],
  ...COMMAND_TEXTS[locale],
  ...SHARED_TEXTS[locale],
});

const TEXTS: Readonly<Record<Locale, Texts>> = { ru: textsIn('ru'), en: textsIn('en') };

export const textsOf = (locale: Locale): Texts => TEXTS[locale];
