import assert from 'node:assert/strict';
import { test } from 'vitest';
import { configSchema, type JsonSchema } from './configSchema.ts';
import { isSchemaCurrent } from './generateSchema.ts';

test('otklik.schema.json is what the code makes', () => {
  assert.ok(isSchemaCurrent(), 'run  node packages/config/generateSchema.ts');
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
  visit(configSchema(), '');
  assert.deepEqual(bare, []);
});

test('only what has no default is required, and unknown keys are refused', () => {
  const { required, additionalProperties } = configSchema();
  assert.deepEqual(required, ['version', 'people', 'channels']);
  assert.equal(additionalProperties, false);
});

test('a value may be written as a reference, but for the constants by which a form is told', () => {
  const channels = configSchema().properties?.channels;
  const webhook = channels?.items?.oneOf?.[0]?.properties;
  assert.deepEqual(webhook?.rate?.anyOf?.at(-1), { $ref: '#/$defs/reference' });
  assert.equal(webhook?.kind?.const, 'webhook');
});
