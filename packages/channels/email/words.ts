import { compile } from 'html-to-text';

/** What a person wrote in a mail, without what they quote, and without what a database can't hold. */
export function ownWords(text: string): string {
  const lines = text.replaceAll('\0', '').toWellFormed().replaceAll('\r\n', '\n').split('\n');
  const end = lines.findIndex(
    (line) => isAttribution(line) || QUOTE_BEGINS.some((pattern) => pattern.test(line)),
  );
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
  /^\s*(from|от|von)\s*:\s.*@/i,
];

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
