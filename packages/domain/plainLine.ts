/**
 * Text without what steers the display: marks of direction (U+202A–202E, U+2066–2069 and others) and control
 * characters would let a client write lines of a ping. Unicode UTR #36, 2.5 and 2.7.
 */
export const visible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n')
    .replaceAll(/[^\P{Cc}\n]|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '');

/** The same on one line; null when nothing is visible. */
export function visibleLine(text: string): string | null {
  const line = visible(text)
    .replaceAll(/[\s\u115f\u1160\u2800\u3164\uffa0]+/g, ' ')
    .trim();
  return line === '' ? null : line;
}
