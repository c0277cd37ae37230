import type { Document, Node, YAMLError } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { ConfigFault, Path } from './fault.ts';

/** Enough for a company of thousands; an alias bomb is stopped here. */
const MOST_VALUES = 100_000;
const DEEPEST = 32;
const MOST_SYNTAX_FAULTS = 10;
const LONGEST_SOURCE = 4 * 1024 * 1024;

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  /** Plain maps, lists and scalars; null where the text is no YAML at all. */
  readonly value: unknown;
  /** Syntax faults. With any of them `value` is not to be trusted. */
  readonly faults: readonly ConfigFault[];
  /** Where a path stands; where it does not exist, where its nearest ancestor stands. */
  positionOf(path: Path, at: 'key' | 'value'): Position;
}

interface Offsets {
  readonly key: number;
  readonly value: number;
}

/** YAML 1.2 core schema, positions kept; no merge keys, no custom tags, no second document. Never throws for bad text. */
export function parseYaml(source: string, fileName: string): YamlDocument {
  const lines = new LineCounter();
  const offsets = new Map<string, Offsets>();
  const faults: ConfigFault[] = [];
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (offset: number, message: string, remedy: string) => {
    faults.push({ file: fileName, ...position(offset), path: '', message, remedy });
  };
  const positionOf = (path: Path, at: 'key' | 'value'): Position => {
    const found = offsets.get(pathKey(path));
    if (found !== undefined) return position(found[at]);
    return path.length === 0 ? position(0) : positionOf(path.slice(0, -1), 'value');
  };
  const value = read(source, lines, offsets, refuse);
  return { value, faults, positionOf };
}

type Refuse = (offset: number, message: string, remedy: string) => void;

function read(source: string, lines: LineCounter, offsets: Map<string, Offsets>, refuse: Refuse): unknown {
  if (source.length > LONGEST_SOURCE) {
    refuse(0, 'the file is over 4 MiB', 'Check that it is the right file');
    return null;
  }
  try {
    const document = parseDocument(source, {
      version: '1.2',
      schema: 'core',
      merge: false,
      strict: true,
      stringKeys: true,
      uniqueKeys: true,
      prettyErrors: false,
      // With `silent` it passes over a second document, and whatever stands there would count for nothing.
      logLevel: 'error',
      lineCounter: lines,
    });
    const errors = [...document.errors, ...document.warnings];
    if (errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw new RangeError('nested too deeply');
    // One slip makes many errors after it; the first ones lead to it.
    for (const error of errors.slice(0, MOST_SYNTAX_FAULTS)) refuse(error.pos[0], ...wording(error));
    if (errors.length > 0 || document.contents === null) return null;
    return plainValue(document, document.contents, offsets);
  } catch (error) {
    if (error instanceof Unusable) refuse(error.offset, error.message, error.remedy);
    else if (error instanceof RangeError) refuse(0, 'the file is nested too deeply', 'Write it flatter');
    else throw error;
    return null;
  }
}

/** Valid YAML that is not for us. */
class Unusable extends Error {
  readonly offset: number;
  readonly remedy: string;
  constructor(offset: number, message: string, remedy: string) {
    super(message);
    this.offset = offset;
    this.remedy = remedy;
  }
}

const FLATTER = 'Write it flatter and without aliases';

/** The document as plain values. Aliases are copied out, counted like anything else. */
function plainValue(document: Document.Parsed, root: Node, offsets: Map<string, Offsets>): unknown {
  let values = 0;
  const convert = (node: Node | null | undefined, path: Path, keyOffset: number): unknown => {
    const offset = node?.range?.[0] ?? keyOffset;
    if (++values > MOST_VALUES)
      throw new Unusable(offset, `the file has more than ${MOST_VALUES} values`, FLATTER);
    if (path.length > DEEPEST)
      throw new Unusable(offset, `the file is nested deeper than ${DEEPEST} levels`, FLATTER);
    offsets.set(pathKey(path), { key: keyOffset, value: offset });
    if (isAlias(node)) return convert(node.resolve(document), path, keyOffset);
    if (isScalar(node)) return node.value ?? null;
    if (isSeq<Node>(node)) return node.items.map((item, index) => convert(item, [...path, index], offset));
    if (!isMap<Node, Node>(node)) return null;
    const entries = node.items.map(({ key, value }): [string, unknown] => {
      const name = isScalar(key) ? String(key.value ?? '') : '';
      const at = key.range?.[0] ?? offset;
      // JavaScript's own trap: checks would not see what stands under it.
      if (name === '__proto__') throw new Unusable(at, 'a key cannot be "__proto__"', 'Choose another name');
      return [name, convert(value, [...path, name], at)];
    });
    return Object.fromEntries(entries);
  };
  return convert(root, [], root.range?.[0] ?? 0);
}

/** The parser's words without the source that it quotes: a secret may stand there. */
function wording(error: YAMLError): [message: string, remedy: string] {
  const remedy: Partial<Record<YAMLError['code'], string>> = {
    DUPLICATE_KEY: 'Keep one of the two keys',
    TAB_AS_INDENT: 'Indent with spaces',
    BAD_INDENT: 'Indent keys of the same level alike',
    MULTIPLE_DOCS: 'Keep one document: remove the  ---  line, or what follows it',
    BAD_ALIAS: 'Write the value out, or quote a text that begins with *',
    MISSING_CHAR: 'Close the quote or the bracket, or put a space after the colon',
    TAG_RESOLVE_FAILED: 'Remove the tag, or quote a text that begins with !',
  };
  if (error.code === 'MULTIPLE_DOCS')
    return ['a second document begins here, and only one is read', remedy.MULTIPLE_DOCS ?? ''];
  const words = error.message.replace(/:\s.*$/s, '').replace(/\s+at line \d+.*$/s, '');
  return [
    `not valid YAML: ${words}`,
    remedy[error.code] ?? 'Check the indentation, quotes and brackets here',
  ];
}

/** A path as a map key that no odd key name can forge. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}
