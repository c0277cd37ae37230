/** No script puts more marks on one letter: Stream-Safe Text Format, Unicode UAX #15, section 13. */
const MOST_MARKS = 30;
/** Combining marks, and the two letters that decompose to one. */
const TOO_MANY_MARKS = new RegExp(`([\\p{M}\\uff9e\\uff9f]{${MOST_MARKS}})[\\p{M}\\uff9e\\uff9f]+`, 'gu');

/** Normalizes without excess marks: ordering those takes quadratic time (100,000: ten seconds). */
export const normalized = (text: string, form: 'NFC' | 'NFKC'): string =>
  text.replace(TOO_MANY_MARKS, '$1').normalize(form);
