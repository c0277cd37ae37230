/** One result (RFC 8601): `dkim=pass header.d=example.ru`. Names in lower case. */
export interface AuthResult {
  readonly method: string;
  readonly result: string;
  /** By `ptype.property`, such as `header.d`; the first of duplicates. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface AuthenticationResults {
  /** In lower case; null where the server does not say (Exchange Online). */
  readonly authservId: string | null;
  readonly results: readonly AuthResult[];
}

/** Real headers have a few hundred characters; the rest is ignored. */
const MOST_CHARACTERS = 16_384;

/**
 * Parses an `Authentication-Results` value (RFC 8601, 2.2) in one pass. Tolerates a missing authserv-id and a stray
 * domain between results (Exchange Online), a missing or extra semicolon, `smtp.mail`, `dmarc=pass(p=NONE)`. Skips
 * what it cannot parse.
 */
export function readAuthenticationResults(value: string): AuthenticationResults {
  const [first = [], ...rest] = statementsIn(value.slice(0, MOST_CHARACTERS));
  const own = resultOf(first);
  const results = rest.map(resultOf).filter((result) => result !== null);
  if (own !== null) return { authservId: null, results: [own, ...results] };
  const [id] = first;
  return { authservId: id?.kind === 'word' ? id.text.toLowerCase() : null, results };
}

interface Token {
  readonly kind: 'word' | 'equals';
  readonly text: string;
}

/** `method[/version]=result`, then `ptype.property=value`. */
function resultOf(tokens: readonly Token[]): AuthResult | null {
  const [name, equals, result] = tokens;
  if (name?.kind !== 'word' || equals?.kind !== 'equals' || result?.kind !== 'word') return null;
  const properties = new Map<string, string>();
  for (let at = 3; at + 2 < tokens.length; at += 1) {
    const [key, sign, value] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (key?.kind !== 'word' || sign?.kind !== 'equals' || value?.kind !== 'word') continue;
    const property = key.text.toLowerCase();
    // Zoho omits a semicolon: of two results that look like one, neither counts.
    if (!property.includes('.') && property !== 'reason' && property !== 'action') return null;
    if (!properties.has(property)) properties.set(property, value.text);
    at += 2;
  }
  return {
    method: name.text.toLowerCase().split('/', 1).join(''),
    result: result.text.toLowerCase(),
    properties,
  };
}

const SPACE = new Set([' ', '\t', '\r', '\n']);
const BREAKS = new Set([...SPACE, ';', '=', '(', '"']);

/** Nested comments are skipped (RFC 5322, 3.2.2); quotes hide their content. */
function statementsIn(value: string): Token[][] {
  const statements: Token[][] = [[]];
  const add = (kind: Token['kind'], text: string) => statements.at(-1)?.push({ kind, text });
  for (let at = 0; at < value.length; ) {
    const character = value[at] ?? '';
    if (SPACE.has(character)) at += 1;
    else if (character === '(') at = afterComment(value, at);
    else if (character === ';') {
      statements.push([]);
      at += 1;
    } else if (character === '=') {
      add('equals', '=');
      at += 1;
    } else if (character === '"') {
      const { text, end } = quoted(value, at);
      add('word', text);
      at = end;
    } else {
      const start = at;
      while (at < value.length && !BREAKS.has(value[at] ?? '')) at += 1;
      add('word', value.slice(start, at));
    }
  }
  return statements;
}

/** The end of the value if the comment is not closed. */
function afterComment(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at += 1) {
    const character = value[at];
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return value.length;
}

function quoted(value: string, start: number): { readonly text: string; readonly end: number } {
  const parts: string[] = [];
  for (let at = start + 1; at < value.length; at += 1) {
    const character = value[at] ?? '';
    if (character === '"') return { text: parts.join(''), end: at + 1 };
    if (character === '\\') at += 1;
    parts.push(value[at] ?? '');
  }
  return { text: parts.join(''), end: value.length };
}
