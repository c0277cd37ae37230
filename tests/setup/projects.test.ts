import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '@otklik/testing';
import { it } from 'vitest';
import { testFiles } from './projects.ts';

/** The project of one file, among others. */
async function projectOf(file: string, files: Readonly<Record<string, string>>): Promise<string | undefined> {
  await using folder = await temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  return Object.entries(testFiles(`${folder.path}/`)).find(([, found]) => found.includes(file))?.[0];
}

const TEST = 'packages/a/a.test.ts';

it('a test of functions is a unit, whatever the functions’ own files import', async () => {
  const files = {
    [TEST]: `import { a } from './a.ts';`,
    'packages/a/a.ts': `import { connect } from 'node:net';`,
  };
  assert.equal(await projectOf(TEST, files), 'unit');
});

it('whoever asks for a server needs servers, also by a helper', async () => {
  const helper = {
    [TEST]: `import {\n  start,\n} from '../testing/start.ts';`,
    'packages/testing/start.ts': `export { freshDatabase as start } from '@otklik/testing/servers';`,
  };
  assert.equal(await projectOf(TEST, helper), 'services');
  assert.equal(await projectOf(TEST, { [TEST]: `import { createServer } from 'node:http';` }), 'services');
});

it('a type needs nothing', async () => {
  assert.equal(await projectOf(TEST, { [TEST]: `import type { Server } from 'node:http';` }), 'unit');
});

it('who opens a browser needs a browser, servers or not', async () => {
  const both = `import { chromium } from 'playwright-core';\nimport { fromTestRun } from '@otklik/testing/servers';`;
  assert.equal(await projectOf(TEST, { [TEST]: both }), 'browser');
});

it('whole programs, faults and fuzz go by their names', async () => {
  for (const [file, project] of [
    ['tests/e2e/a.test.ts', 'e2e'],
    ['tests/e2e/a.punctual.test.ts', 'punctual'],
    ['tests/faults/a.test.ts', 'faults'],
    ['tests/faults/a.punctual.test.ts', 'punctual'],
    ['tests/faults/kills.test.ts', 'kills'],
    ['packages/a/a.fuzz.test.ts', 'fuzz'],
    ['packages/a/fuzz.test.ts', 'fuzz'],
    ['tests/month/month.test.ts', 'month'],
    ['tests/month/other.test.ts', 'unit'],
  ] as const)
    assert.equal(await projectOf(file, { [file]: '' }), project, file);
});

it('every test file of the repository is in a project, once', () => {
  const all = Object.values(testFiles(join(import.meta.dirname, '../../'))).flat();
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.includes('tests/setup/projects.test.ts'));
});
