import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import type { JsonSchema } from './configSchema.ts';
import { CONFIG_FORMAT } from './testing/reading.ts';

const { jsonSchema } = CONFIG_FORMAT;

test('otklik.schema.json is what the code makes', () => {
  const written = readFileSync(new URL('otklik.schema.json', import.meta.url), 'utf8');
  assert.deepEqual(JSON.parse(written), jsonSchema, 'run  npm run check -- --fix');
});

test('every key has a description, for editors to show', () => {
  const bare: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      if (!inner.description) bare.push(`${path}.${key}`);
      visit(inner, `${path}.${key}`);
    }
    for (const inner of [schema.items, schema.additionalProperties, ...(schema.oneOf ?? [])]) {
      if (typeof inner === 'object') visit(inner, `${path}[]`);
    }
  };
  visit(jsonSchema, '');
  assert.deepEqual(bare, []);
});

test('only what has no default is required, and unknown keys are refused', () => {
  const { required, additionalProperties } = jsonSchema;
  assert.deepEqual(required, ['version', 'people', 'channels']);
  assert.equal(additionalProperties, false);
});

test('a value may be written as a reference, but for the constants by which a form is told', () => {
  const channels = jsonSchema.properties?.channels;
  const webhook = channels?.items?.oneOf?.[0]?.properties;
  assert.deepEqual(webhook?.rate?.anyOf?.at(-1), { $ref: '#/$defs/reference' });
  assert.equal(webhook?.kind?.const, 'webhook');
});
