import type { Said, Sent } from '../channel.ts';

type Refused = Extract<Sent, { outcome: 'refused' }>;

/** What an employee's words came to that no provider was asked to send, or none took; each says why to whoever wrote them. */
export const unsent = (said: Said): Refused => ({ outcome: 'refused', problem: said.en, said });

export const EMPTY_TEXT: Refused = unsent({ ru: 'в ответе нет текста', en: 'the text is empty' });

/** `most`: in UTF-16 units. */
export const tooLong = (most: number): Refused =>
  unsent({
    ru: `текст длиннее ${most} знаков, отправьте частями`,
    en: `the text is longer than ${most} characters, send it in parts`,
  });
