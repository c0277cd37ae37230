import { normalized } from './normalized.ts';

/** Longer than this no message is only a nod, a farewell or a set reply: it is not looked at. */
const LONGEST = 1_000;

/**
 * The words of a short text as they are compared: lower case, «ё» as «е», drawn-out letters and repeated words once
 * («оккк», «да-да»), without punctuation; an emoji is a word too, whatever its skin, and so is a plus. null for a long one.
 */
export function plainWords(text: string): string[] | null {
  if (text.length > LONGEST) return null;
  const folded = normalized(text, 'NFKC').toLowerCase().replaceAll('ё', 'е').replaceAll('➕', '+');
  const words = [...folded.matchAll(/\++|[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}/gu)]
    .map(([word]) => word.replace(/\uFE0F/gu, '').replace(/([^\p{N}])\1+/gu, '$1'))
    .filter((word) => word !== '');
  return words.filter((word, index) => /\p{N}/u.test(word) || word !== words[index - 1]);
}
