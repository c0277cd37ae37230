import type { DurationMs } from './time.ts';

export interface Privacy {
  /** How much of what a client says is kept: nothing, the first 120 characters, everything (law 11). */
  readonly text: 'none' | 'preview' | 'full';
  readonly keepText: DurationMs;
  readonly keepEvents: DurationMs;
}

const PREVIEW_CHARACTERS = 120;

/** As much of a text as is looked at for a preview, in UTF-16 units: a text of a megabyte costs no more than a long one. */
const LOOKED_AT = PREVIEW_CHARACTERS * 8;

/** What of a text may be stored and shown. Cuts between characters, never inside one. */
export function keepText(text: string | null, level: Privacy['text']): string | null {
  if (text === null || level === 'none') return null;
  if (level === 'full' || text.length <= PREVIEW_CHARACTERS) return text;
  const characters = charactersOf(text.slice(0, LOOKED_AT));
  // The last one may be cut in two by the slice.
  if (text.length > LOOKED_AT) characters.pop();
  const kept = characters.slice(0, PREVIEW_CHARACTERS).join('');
  return kept.length < text.length ? `${kept.trimEnd()}…` : kept;
}

/** As a reader counts them: a letter with its accents, or a family of emoji, is one. */
function charactersOf(text: string): string[] {
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  return Array.from(graphemes, ({ segment }) => segment);
}
