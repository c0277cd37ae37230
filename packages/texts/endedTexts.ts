import type { Locale } from '@otklik/domain';

/** How a wait ended for one who was pinged about it by mail. */
export interface EndedTexts {
  handedOver(name: string): string;
  /** Whoever got it did not take it in time. */
  handedBack(name: string): string;
  /** Of several at once, some of which are others' now. */
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
