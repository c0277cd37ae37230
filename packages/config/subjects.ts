import { childValue, type JsonSchema, schemaAt } from './configSchema.ts';
import type { Path } from './fault.ts';
import { pathKey } from './parseYaml.ts';

/** What is needed to speak of an entry: the whole document, and which of its texts came from outside and stay hidden. */
export interface Document {
  readonly value: unknown;
  readonly references: ReadonlyMap<string, string>;
  readonly schema: JsonSchema;
}

const NOUNS: Readonly<Record<string, string>> = { channels: 'channel', people: 'person', policies: 'policy' };
const LONGEST_SHOWN = 60;

/** The value at a path; undefined where there is none. */
export function lookUp(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) here = childValue(here, step);
  return here;
}

/** The ids under `people` or `channels` as written, whether the rest of the entry is sound or not. */
export function idsIn(value: unknown, section: 'people' | 'channels'): string[] {
  const entries = childValue(value, section);
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => childValue(entry, 'id')).filter((id) => typeof id === 'string');
}

/** `channel "site"`, `person 2`, `policy "night"`; empty outside those lists. */
export function subjectOf(path: Path, value: unknown): string {
  const entry = entryPath(path);
  const [section, which] = entry;
  if (section === undefined || which === undefined) return '';
  const noun = NOUNS[section] ?? '';
  if (typeof which === 'string') return `${noun} "${which}"`;
  const id = childValue(lookUp(value, entry), 'id');
  return typeof id === 'string' ? `${noun} "${id}"` : `${noun} ${which + 1}`;
}

/** `channel "site": deputies #1 "bo"`, with the value where it may be shown. */
export function nameOf(path: Path, document: Document): string {
  const subject = subjectOf(path, document.value);
  const keys = keysBelow(path);
  if (keys === '') return subject;
  return [subject, keys].filter((part) => part !== '').join(': ') + shownValue(path, document);
}

/** `channel "site"` or `policy "default", counts_as_answer`: what holds the last key of the path; empty at the top. */
export function parentName(path: Path, document: Document): string {
  const parent = path.slice(0, -1);
  return [subjectOf(parent, document.value), keysBelow(parent)].filter((part) => part !== '').join(', ');
}

function shownValue(path: Path, document: Document): string {
  const reference = document.references.get(pathKey(path));
  if (reference !== undefined) return ` (from ${reference})`;
  if (schemaAt(path, document)?.writeOnly === true) return '';
  const value = lookUp(document.value, path);
  if (typeof value === 'number' || typeof value === 'boolean') return ` ${value}`;
  if (typeof value !== 'string') return '';
  return ` "${value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value}"`;
}

/** The first two steps when they lead to a channel, a person or a policy; else nothing. */
function entryPath(path: Path): Path {
  const [section] = path;
  return typeof section === 'string' && Object.hasOwn(NOUNS, section) && path.length > 1
    ? path.slice(0, 2)
    : [];
}

/** `steps #2.notify`: the way from the entry down. */
function keysBelow(path: Path): string {
  const keys = path
    .slice(entryPath(path).length)
    .map((step) => (typeof step === 'number' ? `#${step + 1}` : step));
  return keys.join('.').replaceAll('.#', ' #');
}
