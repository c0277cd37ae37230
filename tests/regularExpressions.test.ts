import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { check } from 'recheck';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** Code that reads what strangers wrote: clients' words, mails, names, links, headers, bodies of providers. */
const PLACES = ['packages', 'services'];
/** Configuration is the operator's own, and the web app reads what our server says. */
const EXCEPT = /(^|\/)(node_modules|dist|testing)(\/|$)|^packages\/config|^services\/board\/web|\.test\.ts$/;

interface Found {
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

const sources = (): string[] =>
  PLACES.flatMap((place) => globSync(`${place}/**/*.ts`, { cwd: ROOT })).filter((file) => !EXCEPT.test(file));

/** Every regular expression that is written out in these files. */
function literalsIn(file: string): Found[] {
  const found: Found[] = [];
  const script = stripTypeScriptTypes(readFileSync(join(ROOT, file), 'utf8'));
  full(parse(script, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), (node) => {
    if (node.type !== 'Literal' || !('regex' in node)) return;
    const { pattern, flags } = node.regex as { pattern: string; flags: string };
    found.push({ at: `${file}:${node.loc?.start.line}`, source: pattern, flags });
  });
  return found;
}

/** Those on which a text exists that takes more than linear time, with the beginning of one. */
async function slowOnes(all: readonly Found[]): Promise<string[]> {
  const slow: string[] = [];
  for (const { at, source, flags } of all) {
    const looked = await check(source, flags, { timeout: 30_000 });
    if (looked.status === 'safe') continue;
    const why = looked.status === 'vulnerable' ? looked.attack.pattern.slice(0, 80) : looked.error.kind;
    slow.push(`${at} /${source}/${flags}: ${why}`);
  }
  return slow;
}

it('every regular expression on what strangers write takes linear time', async () => {
  const all = sources().flatMap(literalsIn);
  assert.ok(all.length > 150, `${all.length} were found`);
  const once = new Map(all.map((found) => [`/${found.source}/${found.flags}`, found]));
  expect(await slowOnes([...once.values()])).toEqual([]);
}, 300_000);

it('whoever normalizes what strangers write bounds the marks on a letter first', () => {
  const bare = sources().filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('.normalize('));
  assert.deepEqual(bare, ['packages/domain/normalized.ts']);
});

it('finds one that does not', async () => {
  const [slow] = await slowOnes([{ at: 'here', source: '/+$', flags: '' }]);
  assert.match(slow ?? '', /^here .*'\/'\.repeat/);
});
