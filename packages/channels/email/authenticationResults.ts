/** One result of a check, as RFC 8601 has it: `dkim=pass header.d=example.ru`. Names in lower case. */
export interface AuthResult {
  readonly method: string;
  readonly result: string;
  /** By `ptype.property`, such as `header.d`; of one that comes twice the first. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface AuthenticationResults {
  /** Whose word it is, in lower case; null where the server does not say (Exchange Online). */
  readonly authservId: string | null;
  readonly results: readonly AuthResult[];
}

/** A server's own header is a few hundred characters; of a longer one the rest is not looked at. */
const MOST_CHARACTERS = 16_384;

/**
 * Reads the value of an `Authentication-Results` header (RFC 8601, 2.2), folded or not, in one pass. Tolerates what servers
 * really write: a missing authserv-id and a stray domain between the results (Exchange Online), no semicolon at the end or
 * one too many, `smtp.mail`, `dmarc=pass(p=NONE)`. What it cannot read is left out, never guessed.
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

/** `method[/version]=result` and what follows of it as `ptype.property=value`. */
function resultOf(tokens: readonly Token[]): AuthResult | null {
  const [name, equals, result] = tokens;
  if (name?.kind !== 'word' || equals?.kind !== 'equals' || result?.kind !== 'word') return null;
  const properties = new Map<string, string>();
  for (let at = 3; at + 2 < tokens.length; at += 1) {
    const [key, sign, value] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (key?.kind !== 'word' || sign?.kind !== 'equals' || value?.kind !== 'word') continue;
    const property = key.text.toLowerCase();
    // Without a semicolon between them two results would look like one (Zoho): then neither is believed.
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

/** Tokens between semicolons. Comments, nested too, say nothing (RFC 5322, 3.2.2), and quotes hide what is in them. */
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

/** Behind the comment that begins here; the end of the value where it is never closed. */
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
