const LONGEST_NAME = 256;

/** A name as a database can keep it: neither half of a character nor U+0000, and not without end. */
export const storableName = (name: string): string =>
  name.replaceAll('\u0000', '').toWellFormed().slice(0, LONGEST_NAME).toWellFormed();

/** NUL removed, lone surrogates replaced. One bad character must not block the whole feed at the database. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
