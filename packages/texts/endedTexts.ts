import type { Locale } from '@otklik/domain';

/** How a wait ended, in mails. */
export interface EndedTexts {
  handedOver(name: string): string;
  handedBack(name: string): string;
  /** Of several, some of which are others' now. */
  several(count: number): string;
}

const ru: EndedTexts = {
  handedOver: (name) => `Передано: ${name}`,
  handedBack: (name) => `Не взято вовремя, снова отвечает ${name}`,
  several: (count) => `Ответа от вас больше не ждут: ${count}`,
};

const en: EndedTexts = {
  handedOver: (name) => `Handed over to ${name}`,
  handedBack: (name) => `Not taken in time, back with ${name}`,
  several: (count) => `No longer waiting for you: ${count}`,
};

const TEXTS: Record<Locale, EndedTexts> = { ru, en };

export const endedTextsOf = (locale: Locale): EndedTexts => TEXTS[locale];
