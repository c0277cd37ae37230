/**
 * Writes otklik.schema.json beside this file: `node packages/config/generateSchema.ts`. With `--check` it only compares, by
 * content: the formatter lays the file out its own way.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { configSchema } from './configSchema.ts';

const FILE = new URL('./otklik.schema.json', import.meta.url);

/** Whether the file is what the code would write. */
export function isSchemaCurrent(): boolean {
  return isDeepStrictEqual(JSON.parse(readFileSync(FILE, 'utf8')), configSchema());
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeFileSync(FILE, `${JSON.stringify(configSchema(), null, 2)}\n`);
  else if (!isSchemaCurrent()) {
    console.error('otklik.schema.json is out of date: run  node packages/config/generateSchema.ts');
    process.exitCode = 1;
  }
}
