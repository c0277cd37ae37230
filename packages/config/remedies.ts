import { type JsonSchema, schemaAt } from './configSchema.ts';
import type { Path } from './fault.ts';
import { type Document, idsIn } from './subjects.ts';

/** The keys of a channel that name a person. */
const PEOPLE_KEYS: ReadonlySet<string> = new Set(['owner', 'deputies', 'head', 'who']);

/** `Write  warn: 3m`, from the schema's own example; its description where it has none. */
export function remedyFor(path: Path, document: Document): string {
  if (path.length === 0) return 'Begin it with  version: 1';
  const schema = schemaAt(path, document);
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  if (path[0] === 'channels' && PEOPLE_KEYS.has(key))
    return nameSomebody(key, idsIn(document.value, 'people'));
  const example = schema === null ? null : exampleText(schema);
  if (example === null) return schema?.description?.replace(/\.$/, '') ?? '';
  return typeof path.at(-1) === 'number' ? `Write  ${example}  in ${key}` : `Write  ${key}: ${example}`;
}

/** What to write where an id of a person is wanted. */
export function nameSomebody(key: string, ids: readonly string[]): string {
  const value = key === 'deputies' ? '[<id of a person>]' : '<id of a person>';
  const known = ids.length === 0 ? '' : `  (${[...new Set(ids)].join(', ')})`;
  return `Write  ${key}: ${value}${known}`;
}

function exampleText(schema: JsonSchema): string | null {
  const [example] = schema.examples ?? [];
  if (example !== undefined) return flowText(example);
  const choices = schema.enum ?? schema.anyOf?.find((option) => option.enum)?.enum;
  if (choices) return choices.map(String).join(' | ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf?.some((option) => option.type === 'boolean')) return 'true | false';
  if (schema.properties) return exampleGroup(schema.properties, schema.required ?? []);
  const [option] = schema.oneOf ?? [];
  if (option) return exampleText(option);
  const inner = schema.items === undefined ? null : exampleText(schema.items);
  return inner === null ? null : `[${inner}]`;
}

/** A value as one would write it in one line of YAML. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  // Without the quotes it would be a number.
  if (typeof value === 'string' && /^\d+$/.test(value)) return `"${value}"`;
  if (value === null || typeof value !== 'object') return String(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flowText(inner)}`);
  return `{ ${pairs.join(', ')} }`;
}

function exampleGroup(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): string {
  if (required.length === 0) return '{}';
  const pairs = required.map((key) => `${key}: ${exampleText(properties[key] ?? {}) ?? '…'}`);
  return `{ ${pairs.join(', ')} }`;
}
