import type { Subject } from './event.ts';
import { visibleLine } from './plainLine.ts';
import { keepText, type Privacy } from './privacy.ts';

const LONGEST_TITLE = 200;

/**
 * One line, cut; null when it says nothing. `privacy` only for the client's own words (a mail's subject), not the
 * company's (an advertisement).
 */
export function subjectOf(
  title: string | null | undefined,
  { link = null, privacy }: { link?: string | null; privacy?: Privacy['text'] } = {},
): Subject | null {
  const kept = keepText(visibleLine(title ?? ''), privacy ?? 'full');
  if (kept === null) return null;
  return { title: kept.length > LONGEST_TITLE ? `${cutAt(kept)}…` : kept, link };
}

const cutAt = (text: string): string =>
  text
    .slice(0, LONGEST_TITLE - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd();
