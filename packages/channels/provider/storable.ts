const LONGEST_NAME = 256;

/** A storable name: bounded, no lone surrogates, no U+0000. */
export const storableName = (name: string): string =>
  name.replaceAll('\u0000', '').toWellFormed().slice(0, LONGEST_NAME).toWellFormed();

/** Drops NUL, replaces lone surrogates: one bad character must not block the feed. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
