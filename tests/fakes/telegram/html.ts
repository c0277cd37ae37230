import { linkProblem } from './link.ts';
import { Refusal } from './refusal.ts';

/** In UTF-16 units, as in the Bot API. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
}

export interface Formatted {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** https://core.telegram.org/bots/api#html-style */
const TYPES: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const ESCAPE = /&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot));/iy;
const START_TAG = /<([^\s<>/]+)((?:\s+[\w-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*)\s*>/y;
const END_TAG = /<\/([^<>]*)>/y;

interface Open {
  readonly tag: string;
  readonly at: number;
  readonly url: string | null;
}

/**
 * Refuses what the provider refuses. What it forgives against its documentation (a bare `&` or `>`, a dead link) goes
 * to `complain`: words were not escaped.
 */
export function parseHtml(source: string, complain: (problem: string) => void): Formatted {
  const open: Open[] = [];
  const entities: Entity[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const rest = source[at] ?? '';
    if (rest === '&') {
      const escaped = matchAt(ESCAPE, source, at);
      if (escaped === null) complain(`a bare & at byte offset ${byteOffset(source, at)}: write &amp;`);
      text += escaped === null ? '&' : decode(escaped);
      at += escaped?.[0].length ?? 1;
    } else if (rest === '<' && source[at + 1] === '/') {
      const end = closeTag(source, at, open);
      const entity = entityOf(end.open, text);
      if (entity.length > 0) entities.push(entity);
      at = end.next;
    } else if (rest === '<') {
      const start = openTag(source, at, text.length, complain);
      open.push(start.open);
      at = start.next;
    } else {
      if (rest === '>') complain(`a bare > at byte offset ${byteOffset(source, at)}: write &gt;`);
      text += rest;
      at += 1;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsable(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  return { text, entities: entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length) };
}

function openTag(source: string, at: number, offset: number, complain: (problem: string) => void) {
  const match = matchAt(START_TAG, source, at);
  const where = byteOffset(source, at);
  if (match === null) throw unparsable(`Unclosed or malformed start tag at byte offset ${where}`);
  const tag = (match[1] ?? '').toLowerCase();
  const attributes = match[2] ?? '';
  if (TYPES[tag] === undefined) throw unparsable(`Unsupported start tag "${tag}" at byte offset ${where}`);
  if (tag === 'span' && attribute(attributes, 'class') !== 'tg-spoiler') {
    throw unparsable(`Tag "span" must have class "tg-spoiler" at byte offset ${where}`);
  }
  const url = tag === 'a' ? attribute(attributes, 'href') : null;
  if (tag === 'a' && linkProblem(url ?? '') !== null)
    complain(`a link that leads nowhere at byte offset ${where}`);
  return { open: { tag, at: offset, url }, next: at + match[0].length };
}

function closeTag(source: string, at: number, open: Open[]) {
  const where = byteOffset(source, at);
  const match = matchAt(END_TAG, source, at);
  if (match === null) throw unparsable(`Unclosed end tag at byte offset ${where}`);
  const last = open.pop();
  const tag = (match[1] ?? '').trim().toLowerCase();
  if (last === undefined) throw unparsable(`Unexpected end tag at byte offset ${where}`);
  if (tag !== '' && tag !== last.tag) {
    throw unparsable(
      `Unmatched end tag at byte offset ${where}, expected "</${last.tag}>", found "</${tag}>"`,
    );
  }
  return { open: last, next: at + match[0].length };
}

function entityOf({ tag, at, url }: Open, text: string): Entity {
  const entity = { type: TYPES[tag] ?? tag, offset: at, length: text.length - at };
  return url === null ? entity : { ...entity, url };
}

function attribute(attributes: string, name: string): string | null {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|(\\S+))`, 'i').exec(attributes);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined
    ? null
    : value.replaceAll(/&(?:lt|gt|amp|quot);/g, (escaped) => NAMED[escaped.slice(1, -1)] ?? '');
}

function decode([whole, hex, decimal, name]: RegExpExecArray): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : whole;
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function byteOffset(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}

function unparsable(problem: string): Refusal {
  return Refusal.malformed(`can't parse entities: ${problem}`);
}
