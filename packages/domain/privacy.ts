import type { DurationMs } from './time.ts';

export interface Privacy {
  /** None, 120 characters, or all (law 11). */
  readonly text: 'none' | 'preview' | 'full';
  readonly keepText: DurationMs;
  readonly keepEvents: DurationMs;
}

const PREVIEW_CHARACTERS = 120;

/** Looked at for a preview, in UTF-16 units: a megabyte must not cost more. */
const LOOKED_AT = PREVIEW_CHARACTERS * 8;

/** What may be stored and shown. Never cuts inside a character. */
export function keepText(text: string | null, level: Privacy['text']): string | null {
  if (text === null || level === 'none') return null;
  if (level === 'full' || text.length <= PREVIEW_CHARACTERS) return text;
  const characters = charactersOf(text.slice(0, LOOKED_AT));
  // The slice may have cut the last one.
  if (text.length > LOOKED_AT) characters.pop();
  const kept = characters.slice(0, PREVIEW_CHARACTERS).join('');
  return kept.length < text.length ? `${kept.trimEnd()}…` : kept;
}

/** As readers count: a letter with accents, or a family of emoji, is one. */
function charactersOf(text: string): string[] {
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  return Array.from(graphemes, ({ segment }) => segment);
}
