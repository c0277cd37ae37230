import type { DurationMs } from './time.ts';

export interface Privacy {
  /** How much of what a client says is kept: nothing, the first 120 characters, everything (law 11). */
  readonly text: 'none' | 'preview' | 'full';
  readonly keepText: DurationMs;
  readonly keepEvents: DurationMs;
}

const PREVIEW_CHARACTERS = 120;

/** What of a text may be stored and shown. Cuts between characters, never inside one. */
export function keepText(text: string | null, level: Privacy['text']): string | null {
  if (text === null || level === 'none') return null;
  if (level === 'full') return text;
  const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    text.slice(0, PREVIEW_CHARACTERS * 8),
  );
  let kept = '';
  let count = 0;
  for (const { segment } of characters) {
    if (++count > PREVIEW_CHARACTERS) return `${kept.trimEnd()}…`;
    kept += segment;
  }
  return kept.length < text.length ? `${kept.trimEnd()}…` : kept;
}
