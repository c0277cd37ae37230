import { z } from 'zod';
import { REFERENCE_PATTERN } from './references.ts';

/** The part of JSON Schema (draft 2020-12) that we make and read. */
export interface JsonSchema {
  [keyword: string]: unknown;
  type?: string;
  description?: string;
  examples?: unknown[];
  const?: unknown;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}

const LEAF_TYPES: ReadonlySet<string | undefined> = new Set(['string', 'number', 'integer', 'boolean']);
/** Written once, under `$defs`. */
const REFERENCE: JsonSchema = {
  type: 'string',
  pattern: REFERENCE_PATTERN,
  description: 'env:NAME is taken from the environment, file:PATH from a file relative to this one.',
};
/** Keywords that speak of the value whatever form it is written in. */
const OUTER: ReadonlySet<string> = new Set(['description', 'examples', 'default', 'writeOnly', 'title']);

/** JSON Schema (draft 2020-12) of a file, or a part of it, as people write it. */
export function jsonSchemaOf(written: z.ZodType): JsonSchema {
  const schema = z.toJSONSchema(written, {
    io: 'input',
    target: 'draft-2020-12',
    // zod drops examples where a text is turned into something else: ours are examples of the text.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) jsonSchema.examples = examples;
    },
  });
  const plain: JsonSchema = JSON.parse(JSON.stringify(schema));
  return { ...allowReferences(plain), $defs: { reference: REFERENCE } };
}

/** Any scalar may also be written `env:NAME` or `file:PATH`, but for the constants by which a form is told. */
function allowReferences(schema: JsonSchema): JsonSchema {
  if (LEAF_TYPES.has(schema.type) && schema.const === undefined) return withReference(schema);
  const { properties, additionalProperties, items, oneOf } = schema;
  const result = { ...schema };
  if (properties) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, allowReferences(value)]),
    );
  }
  if (typeof additionalProperties === 'object')
    result.additionalProperties = allowReferences(additionalProperties);
  if (items) result.items = allowReferences(items);
  // A step's oneOf only says which keys go together: there is nothing in it to replace.
  if (oneOf) result.oneOf = oneOf.map((option) => (option.properties ? allowReferences(option) : option));
  return result;
}

function withReference(leaf: JsonSchema): JsonSchema {
  const outer = Object.entries(leaf).filter(([keyword]) => OUTER.has(keyword));
  const inner = Object.entries(leaf).filter(([keyword]) => !OUTER.has(keyword));
  return { ...Object.fromEntries(outer), anyOf: [Object.fromEntries(inner), { $ref: '#/$defs/reference' }] };
}

/** The schema of the entry at `path` of a document, or null where no such entry is known. */
export function schemaAt(
  path: readonly (string | number)[],
  document: { readonly schema: JsonSchema; readonly value: unknown },
): JsonSchema | null {
  let schema: JsonSchema | null = document.schema;
  let here = document.value;
  for (const step of path) {
    schema = childSchema(schema, step, here);
    if (schema === null) return null;
    here = childValue(here, step);
  }
  return optionFor(schema, here);
}

function childSchema(schema: JsonSchema, step: string | number, value: unknown): JsonSchema | null {
  const { properties, additionalProperties, items } = optionFor(schema, value);
  if (typeof step === 'number') return items ?? null;
  if (properties && Object.hasOwn(properties, step)) return properties[step] ?? null;
  return typeof additionalProperties === 'object' ? additionalProperties : null;
}

/** Of a union by `kind`, the form that this value means; the first one when its kind is unknown. */
function optionFor(schema: JsonSchema, value: unknown): JsonSchema {
  const options = schema.oneOf?.filter((option) => option.properties) ?? [];
  const kind = childValue(value, 'kind');
  return options.find((option) => option.properties?.kind?.const === kind) ?? options[0] ?? schema;
}

/** The value under a key or index; undefined where there is none. */
export function childValue(value: unknown, step: string | number): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
  return Reflect.get(value, step);
}
