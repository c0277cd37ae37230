import { compile } from 'html-to-text';

const linesOf = (text: string): string[] =>
  text.replaceAll('\0', '').toWellFormed().replaceAll('\r\n', '\n').split('\n');

/** Everything but marked quotes, for a mail without own words. */
export const unmarkedWords = (text: string): string => unquoted(linesOf(text));

/** What the person wrote: no quotes, nothing that a database refuses. */
export function ownWords(text: string): string {
  const lines = linesOf(text);
  const end = lines.findIndex((_, index) => headSize(lines, index) > 0);
  if (end === -1) return unquoted(lines);
  const above = unquoted(lines.slice(0, end));
  const below = unquoted(lines.slice(end + headSize(lines, end)));
  // Answers may be below or between marked quotes.
  if (lines.slice(end).some(isQuoted)) return [above, below].filter((part) => part !== '').join('\n\n');
  // A bare forward is the message itself.
  return above === '' && FORWARDED.test(lines[end] ?? '') ? below : above;
}

/** Lines of the quotation head that begins here; 0: none. */
function headSize(lines: readonly string[], index: number): number {
  const line = lines[index] ?? '';
  if (isAttribution(line) || QUOTE_BEGINS.some((pattern) => pattern.test(line))) return 1;
  if (isWrapped(line, lines[index + 1] ?? '')) return 2;
  if (RULE.test(line) && FROM.test(nextOf(lines, index, 1)[0] ?? '')) return 1;
  if (FROM.test(line) && nextOf(lines, index, 4).filter((next) => HEADER.test(next)).length >= 2) return 1;
  return DASHES.test(line) ? headOfYandex(lines, index) : 0;
}

/** Gmail breaks lines at 80 characters. */
function isWrapped(line: string, next: string): boolean {
  if (line.trim() === '' || next.length > LONGEST_NEXT || line.length > LONGEST_BEFORE || isQuoted(next))
    return false;
  if (!next.trimEnd().endsWith(':') || isAttribution(next) || WROTE.test(next)) return false;
  const whole = `${line} ${next}`;
  return (DATE.test(line) && isAttribution(whole)) || WROTE.test(whole);
}
const LONGEST_NEXT = 100;

/** Yandex writes recipients and subject above the attribution. */
function headOfYandex(lines: readonly string[], index: number): number {
  const next = lines.slice(index + 1, index + 5);
  const attribution = next.findIndex(isAttribution);
  return attribution > 0 && next.slice(0, attribution).every((line) => HEADER.test(line))
    ? attribution + 2
    : 0;
}

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

const WROTE = /^\s*(on|le|am)\s.{4,180}\s(wrote|écrit|schrieb)\s*:\s*$/i;
const QUOTE_BEGINS: readonly RegExp[] = [/^-{2,}\s*(original message|исходное сообщение)/i, FORWARDED, WROTE];

/** Only together: people use both. */
const RULE = /^_{10,}\s*$/;
const DASHES = /^\s{0,9}-{10,}\s*$/;
const FROM = /^[\s*]{0,9}(from|от|von)\s?:/i;
/** At least two follow a quoted From. */
const HEADER =
  /^[\s*]{0,9}(sent|date|to|cc|subject|отправлено|дата|кому|копия|тема|gesendet|datum|an|betreff)\s?:/i;

const DATE = /\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}\s?г\.|\d{1,2}\s\p{L}{3,9}\.?\s\d{4}/u;
const WHO = /(<[^<>@]+@[^<>@]+>|пишет|написал(а|\(а\))?)$/i;
/** Programs write no more before the name. */
const LONGEST_BEFORE = 250;

/** «23.11.2026 10:00, Анна <anna@example.ru>:», «23 ноября 2026 г. Анна пишет:», «Понедельник, 23 ноября 2026, 10:00 +03:00 от Анна <anna@example.ru>:» */
function isAttribution(line: string): boolean {
  const said = line.trimEnd();
  if (!said.endsWith(':')) return false;
  const named = said.slice(0, -1).trimEnd();
  const who = WHO.exec(named);
  return who !== null && who.index <= LONGEST_BEFORE && DATE.test(named.slice(0, who.index));
}

const ONE_LINE = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const block = (selector: string) => ({ selector, format: 'block', options: ONE_LINE });

/** HTML as text for a ping: no quotes, pictures or link addresses. */
export const wordsOfHtml = (html: string): string => convert(html).replaceAll('\u00a0', ' ');

const convert = compile({
  wordwrap: false,
  // Bounds time; nobody nests this deep on purpose.
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
