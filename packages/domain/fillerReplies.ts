import { normalized } from './normalized.ts';
import { BESIDE_PARTINGS, FILLERS, PARTINGS } from './phrases.ts';
import { plainWords } from './plainWords.ts';

/** Longer messages say more than a nod, or a farewell. */
const MOST_FILLER_WORDS = 4;
const MOST_FAREWELL_WORDS = 8;
/** In words. */
const LONGEST_PHRASE = 5;
const SIGNS_ONLY = /^[\p{P}\p{Sm}\p{Sk}\p{Z}\p{M}\p{Cc}\p{Cf}]+$/u;

/** Only a nod («+», «ок», «да, хорошо», “got it”, «.») or one of the company's formal replies. */
export function isFormal(text: string, own: readonly string[] = []): boolean {
  const words = plainWords(text);
  if (words === null) return false;
  if (words.length === 0) return SIGNS_ONLY.test(text);
  const said = words.join(' ');
  if (own.some((reply) => plainWords(reply)?.join(' ') === said)) return true;
  return words.length <= MOST_FILLER_WORDS && phrasesOf(words, [FILLERS]) !== null;
}

/** Only thanks or a farewell: «спасибо!», “thank you, bye”. A question mark or a frown means the client may wait. */
export function isFarewell(text: string): boolean {
  const words = plainWords(text);
  if (words === null || words.length > MOST_FAREWELL_WORDS) return false;
  if (/[?؟⸮‽(]/u.test(normalized(text, 'NFKC'))) return false;
  return phrasesOf(words, [PARTINGS, BESIDE_PARTINGS])?.some((phrase) => PARTINGS.has(phrase)) ?? false;
}

/** Into phrases of the lists, longest first; null when a word is left. */
function phrasesOf(words: readonly string[], lists: readonly ReadonlySet<string>[]): string[] | null {
  const found: string[] = [];
  for (let from = 0; from < words.length; ) {
    const length = longestAt(words, from, lists);
    if (length === 0) return null;
    found.push(words.slice(from, from + length).join(' '));
    from += length;
  }
  return found;
}

function longestAt(words: readonly string[], from: number, lists: readonly ReadonlySet<string>[]): number {
  for (let length = Math.min(LONGEST_PHRASE, words.length - from); length > 0; length--) {
    const phrase = words.slice(from, from + length).join(' ');
    if (lists.some((list) => list.has(phrase))) return length;
  }
  return 0;
}
