import { normalized } from './normalized.ts';

/** A longer message is no nod, farewell or set reply. */
const LONGEST = 1_000;

/**
 * For comparison: lower case, «е» for «ё», drawn-out letters and repeated words once («оккк», «да-да»), no
 * punctuation. Emoji and plus are words. null for a long text.
 */
export function plainWords(text: string): string[] | null {
  if (text.length > LONGEST) return null;
  const folded = normalized(text, 'NFKC').toLowerCase().replaceAll('ё', 'е').replaceAll('➕', '+');
  const words = [...folded.matchAll(/\++|[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}/gu)]
    .map(([word]) => word.replace(/\uFE0F/gu, '').replace(/([^\p{N}])\1+/gu, '$1'))
    .filter((word) => word !== '');
  return words.filter((word, index) => /\p{N}/u.test(word) || word !== words[index - 1]);
}
