/** https://core.telegram.org/bots/api#sendmessage. Counted here in UTF-16 units, which are never fewer than Telegram's characters. */
export const MESSAGE_LIMIT = 4096;

/** Where a long text is cut, best first. */
const BREAKS = ['\n\n', '\n', '. ', ' '];

/**
 * Cuts a text into parts that fit into one message each: at a paragraph, else a line, a sentence, a word in the last half
 * of the part, else between two characters. White space at the cuts is dropped; a text of nothing else gives no parts.
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

/** The greatest boundary between graphemes within the limit, or the limit itself for one endless grapheme. */
function lastWholeCharacter(text: string, limit: number): number {
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  const start = segments.containing(limit)?.index ?? limit;
  if (start > 0) return start;
  return isLowSurrogate(text.charCodeAt(limit)) ? limit - 1 : limit;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
