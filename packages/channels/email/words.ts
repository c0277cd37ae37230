/** What a person wrote in a mail, without what they quote, and without what a database can't hold. */
export function ownWords(text: string): string {
  const lines = text.replaceAll('\0', '').toWellFormed().replaceAll('\r\n', '\n').split('\n');
  const end = lines.findIndex((line) => QUOTE_BEGINS.some((pattern) => pattern.test(line)));
  if (end === -1) return unquoted(lines);
  // Whoever answers below the quotation, or between its lines, has written nothing above it.
  return unquoted(lines.slice(0, end)) || (lines.some(isQuoted) ? unquoted(lines.slice(end + 1)) : '');
}

const isQuoted = (line: string): boolean => /^\s*>/.test(line);

function unquoted(lines: readonly string[]): string {
  return lines
    .filter((line) => !isQuoted(line))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** How programs begin the quotation of the mail that is answered. */
const QUOTE_BEGINS: readonly RegExp[] = [
  /^-{2,}\s*(original message|исходное сообщение|пересылаемое сообщение|forwarded message)/i,
  /^_{10,}\s*$/,
  /^\s*(on|le|am)\s.{4,120}\s(wrote|écrit|schrieb)\s*:\s*$/i,
  /^.{0,120}(\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}\s?г\.).{0,120}(<[^<>]+@[^<>]+>|пишет|написал(а|\(а\))?)\s*:\s*$/i,
  /^\s*(from|от|von)\s*:\s.*@/i,
];

/** The words of an HTML mail, well enough to be read in a ping. */
export function wordsOfHtml(html: string): string {
  return html
    .replaceAll(/<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<blockquote\b[\s\S]*?(<\/blockquote\s*>|$)/gi, ' ')
    .replaceAll(/<(br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(
      /&(nbsp|lt|gt|quot|amp|#\d{1,7}|#x[0-9a-f]{1,6});/gi,
      (entity, name: string) => characterOf(name) ?? entity,
    )
    .replaceAll(/[ \t\u00a0]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .trim();
}

function characterOf(name: string): string | undefined {
  const known: Record<string, string> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', amp: '&' };
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  if (!name.startsWith('#')) return known[name.toLowerCase()];
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '';
}
