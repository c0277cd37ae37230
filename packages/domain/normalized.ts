/** No writing puts more marks on one letter: Stream-Safe Text Format, Unicode UAX #15, section 13. */
const MOST_MARKS = 30;
/** Combining marks, and the two letters whose compatibility decomposition is one. */
const TOO_MANY_MARKS = new RegExp(`([\\p{M}\\uff9e\\uff9f]{${MOST_MARKS}})[\\p{M}\\uff9e\\uff9f]+`, 'gu');

/**
 * A text in a normalization form of Unicode. Marks are put in order there, in a time that is the square of how many stand
 * together: 100,000 of them hold a program for ten seconds. What no writing has is left out first.
 */
export const normalized = (text: string, form: 'NFC' | 'NFKC'): string =>
  text.replace(TOO_MANY_MARKS, '$1').normalize(form);
