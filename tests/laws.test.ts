import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/laws.md'), 'utf8');
const SOURCES = globSync(
  '{bin,packages,services,tests,grafana,scripts,migrations,docs}/**/*.{ts,tsx,mjs,sql,md,yaml}',
  {
    cwd: ROOT,
    exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path),
  },
);

describe('docs/laws.md', () => {
  const laws = [...PAGE.matchAll(/^### Law (\d+): .+\n([^#]*)/gm)].map(([, number, text = '']) => ({
    number: Number(number),
    tests: [...text.matchAll(/^- \[(.+)\]\(\.\.\/(.+)\)$/gm)].map(([, name = '', file = '']) => ({
      name,
      file,
    })),
  }));
  const clauses = [...PAGE.matchAll(/^\| S(\d+) +\|/gm)].map(([, number]) => Number(number));

  it('has every law and clause that the repository names', () => {
    const known = { law: new Set(laws.map(({ number }) => number)), clause: new Set(clauses) };
    const unknown = SOURCES.flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      const named = [
        ...[...text.matchAll(/\blaws? (\d+)(?:(?:,| and) (\d+))*/gi)].flatMap(([all]) =>
          [...all.matchAll(/\d+/g)].map(([number]) => ['law', Number(number)] as const),
        ),
        ...[...text.matchAll(/\bclauses? S(\d+)/gi)].map(([, number]) => ['clause', Number(number)] as const),
      ];
      return named.flatMap(([what, number]) => (known[what].has(number) ? [] : `${file}: ${what} ${number}`));
    });
    assert.deepEqual(unknown, []);
  });

  for (const { number, tests } of laws)
    it(`law ${number} is held by tests that exist`, () => {
      assert.ok(tests.length > 0);
      for (const { name, file } of tests) {
        assert.ok(existsSync(join(ROOT, file)), file);
        assert.ok(readFileSync(join(ROOT, file), 'utf8').includes(name), `${file} has no test «${name}»`);
      }
    });
});
