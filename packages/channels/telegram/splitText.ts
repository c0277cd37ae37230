/** https://core.telegram.org/bots/api#sendmessage. In UTF-16 units, never fewer than Telegram's characters. */
export const MESSAGE_LIMIT = 4096;

/** Preferred cuts, best first. */
const BREAKS = ['\n\n', '\n', '. ', ' '];

/**
 * Cuts at a paragraph, line, sentence or word in the last half of a part, otherwise between characters. Blank text
 * gives no parts.
 */
export function splitText(text: string, limit: number = MESSAGE_LIMIT): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const end = cutAt(rest, limit);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

function cutAt(text: string, limit: number): number {
  for (const mark of BREAKS) {
    const at = text.lastIndexOf(mark, limit - mark.length);
    if (at >= limit / 2) return at + mark.length;
  }
  return lastWholeCharacter(text, limit);
}

/** The limit itself for one endless grapheme. */
function lastWholeCharacter(text: string, limit: number): number {
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  const start = segments.containing(limit)?.index ?? limit;
  if (start > 0) return start;
  return isLowSurrogate(text.charCodeAt(limit)) ? limit - 1 : limit;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
