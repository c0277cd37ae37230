import { compile } from 'html-to-text';

const linesOf = (text: string): string[] =>
  text.replaceAll('\0', '').toWellFormed().replaceAll('\r\n', '\n').split('\n');

/** All words but those that are marked as quoted, for whoever has written no others. */
export const unmarkedWords = (text: string): string => unquoted(linesOf(text));

/** What a person wrote in a mail, without what they quote, and without what a database can't hold. */
export function ownWords(text: string): string {
  const lines = linesOf(text);
  const end = lines.findIndex((line, index) => beginsQuote(line, lines, index));
  if (end === -1) return unquoted(lines);
  const above = unquoted(lines.slice(0, end));
  // Whoever marks what they quote may answer below it, or between its lines, after a «Спасибо!» above.
  if (lines.slice(end).some(isQuoted))
    return [above, unquoted(lines.slice(end + 1))].filter((part) => part !== '').join('\n\n');
  // What is passed on without a word of one's own is what there is to say.
  return above === '' && FORWARDED.test(lines[end] ?? '') ? unquoted(lines.slice(end + 1)) : above;
}

const beginsQuote = (line: string, lines: readonly string[], index: number): boolean =>
  isAttribution(line) ||
  QUOTE_BEGINS.some((pattern) => pattern.test(line)) ||
  (RULE.test(line) && FROM.test(nextOf(lines, index, 1)[0] ?? '')) ||
  (FROM.test(line) && nextOf(lines, index, 4).filter((next) => HEADER.test(next)).length >= 2);

/** The next lines in which there is something. */
const nextOf = (lines: readonly string[], index: number, count: number): string[] =>
  lines
    .slice(index + 1, index + 1 + 2 * count)
    .filter((line) => line.trim() !== '')
    .slice(0, count);

const isQuoted = (line: string): boolean => /^\s*>/.test(line);

function unquoted(lines: readonly string[]): string {
  return lines
    .filter((line) => !isQuoted(line))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

const FORWARDED = /^-{2,}\s*(пересылаемое сообщение|пересланное сообщение|forwarded message)/i;

/** How programs begin the quotation of the mail that is answered. */
const QUOTE_BEGINS: readonly RegExp[] = [
  /^-{2,}\s*(original message|исходное сообщение)/i,
  FORWARDED,
  /^\s*(on|le|am)\s.{4,120}\s(wrote|écrit|schrieb)\s*:\s*$/i,
];

/** A rule and a From begin a quotation only together: people draw rules too, and write whom something is from. */
const RULE = /^_{10,}\s*$/;
const FROM = /^[\s*]{0,9}(from|от|von)\s?:/i;
/** Of the headers that programs quote with a From, at least two follow it. */
const HEADER =
  /^[\s*]{0,9}(sent|date|to|cc|subject|отправлено|дата|кому|копия|тема|gesendet|datum|an|betreff)\s?:/i;

const DATE = /\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}\s?г\./;
const WHO = /(<[^<>@]+@[^<>@]+>|пишет|написал(а|\(а\))?)$/i;
/** Before the name of whom it quotes no program writes more. */
const LONGEST_BEFORE = 250;

/** «23.11.2026 10:00, Анна <anna@example.ru>:», «23 ноября 2026 г. Анна пишет:» */
function isAttribution(line: string): boolean {
  const said = line.trimEnd();
  if (!said.endsWith(':')) return false;
  const named = said.slice(0, -1).trimEnd();
  const who = WHO.exec(named);
  return who !== null && who.index <= LONGEST_BEFORE && DATE.test(named.slice(0, who.index));
}

const ONE_LINE = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const block = (selector: string) => ({ selector, format: 'block', options: ONE_LINE });

/** The words of an HTML mail, well enough to be read in a ping: no quotations, pictures or addresses of links. */
export const wordsOfHtml = (html: string): string => convert(html).replaceAll('\u00a0', ' ');

const convert = compile({
  wordwrap: false,
  // What nobody could have meant to be read is not: it must not take our time.
  limits: { maxDepth: 200 },
  selectors: [
    ...['p', 'div', 'table', 'tr', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(block),
    { selector: 'ul', format: 'block', options: ONE_LINE },
    { selector: 'ol', format: 'block', options: ONE_LINE },
    { selector: 'td', format: 'inline' },
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'hr', format: 'skip' },
    { selector: 'blockquote', format: 'skip' },
    { selector: 'title', format: 'skip' },
  ],
});
