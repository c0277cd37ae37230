import type { LocalizedText, Sent } from '../channel.ts';

type Refused = Extract<Sent, { outcome: 'refused' }>;

/** A refusal with a reason for the author. */
export const unsent = (said: LocalizedText): Refused => ({ outcome: 'refused', problem: said.en, said });

export const ONLY_FILE: LocalizedText = {
  ru: 'до клиента дошёл только файл, без слов: отправьте их в самом чате',
  en: 'only the file reached the client, without the words: send them in the chat itself',
};

export const EMPTY_TEXT: Refused = unsent({ ru: 'в ответе нет текста', en: 'the text is empty' });

/** `most`: UTF-16 units. */
export const tooLong = (most: number): Refused =>
  unsent({
    ru: `текст длиннее ${most} знаков, отправьте частями`,
    en: `the text is longer than ${most} characters, send it in parts`,
  });
