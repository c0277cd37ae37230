import type { LocalizedText, Sent } from '../channel.ts';

type Refused = Extract<Sent, { outcome: 'refused' }>;

/** What an employee's words came to that no provider was asked to send, or none took; each says why to whoever wrote them. */
export const unsent = (said: LocalizedText): Refused => ({ outcome: 'refused', problem: said.en, said });

/** The one and not the other, of what should have gone out together. */
export const ONLY_FILE: LocalizedText = {
  ru: 'до клиента дошёл только файл, без слов: отправьте их в самом чате',
  en: 'only the file reached the client, without the words: send them in the chat itself',
};

export const EMPTY_TEXT: Refused = unsent({ ru: 'в ответе нет текста', en: 'the text is empty' });

/** `most`: in UTF-16 units. */
export const tooLong = (most: number): Refused =>
  unsent({
    ru: `текст длиннее ${most} знаков, отправьте частями`,
    en: `the text is longer than ${most} characters, send it in parts`,
  });
