import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

const DOCS = join(import.meta.dirname, '../docs');
const PAGE = readFileSync(join(DOCS, 'architecture.md'), 'utf8');

describe('docs/architecture.md', () => {
  const [, walk = ''] = /## The walk: [^\n]+\n([^#]+?)\n## /s.exec(PAGE.replaceAll('| # |', '| n |')) ?? [];

  it('leads from a webhook to a ping through at most eight functions', () => {
    const rows = walk.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    assert.ok(rows.length > 0 && rows.length <= 8, `${rows.length} functions`);
  });

  it('names functions that stand where it says', () => {
    const named = [...walk.matchAll(/\[`(\w+)`\]\(([^)]+)\)/g)];
    assert.ok(named.length > 0);
    for (const [, name, path = ''] of named) {
      const text = readFileSync(join(DOCS, path), 'utf8');
      assert.match(text, new RegExp(`\\b(function |const )?${name}\\??[(:= ]`), `${path} has no ${name}`);
    }
  });

  it('names files that exist', () => {
    const named = [
      ...PAGE.matchAll(/`((?:packages|services|bin|scripts|grafana|tests)\/[\w./-]+\.(?:ts|mjs|sql))`/g),
    ];
    const missing = named.flatMap(([, path = '']) => (existsSync(join(DOCS, '..', path)) ? [] : [path]));
    assert.deepEqual(missing, []);
  });
});
