import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Below the root, where the files find vitest; ignored by git and other test runs. */
let folder: string;

beforeAll(() => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.cache', 'report-'));
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `export default { test: {
      experimental: { viteModuleRunner: false, nodeLoader: false },
      include: ['*.sample.ts'], testTimeout: 500, allowOnly: true,
      reporters: ['default', ${JSON.stringify(join(import.meta.dirname, 'report.ts'))}],
    } };`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the last line of a run', () => {
  it('counts the tests, not the suites that hold them', () => {
    const run = play(`
      describe('suite', () => { it('a', () => {}); it('b', () => {}); });
      it('c', () => {});
    `);
    assert.deepEqual(run, { last: '3 passed, 0 failed', status: 0 });
  });

  it('counts a test that fails once', () => {
    const run = play(
      `describe('suite', () => { it('a', () => {}); it('b', () => { throw new Error('b'); }); });`,
    );
    assert.deepEqual(run, { last: '1 passed, 1 failed', status: 1 });
  });

  for (const [what, body] of [
    ['is skipped', `it.skip('x', () => {});`],
    ['is to be written', `it.todo('x');`],
    ['has no body', `it('x');`],
    ['hangs', `it('x', () => new Promise(() => {}));`],
  ] as const)
    it(`counts a test that ${what} as failed`, () => {
      const { last, status } = play(`${body}\nit('sound', () => {});`);
      assert.deepEqual({ last, status }, { last: '1 passed, 1 failed', status: 1 });
    });

  it('counts as failed what a test that is alone keeps from running', () => {
    const run = play(`it.only('y', () => {}); it('x', () => {});`);
    assert.deepEqual(run, { last: '1 passed, 1 failed', status: 1 });
  });

  for (const [what, body] of [
    ['holds no test', ''],
    ['cannot be loaded', `await import('./nowhere.ts');`],
    ['leaves before its tests have run', `it('x', () => process.exit(0));`],
    [
      'throws after its tests have ended',
      `it('x', () => { setTimeout(() => { throw new Error('late'); }, 1); });`,
    ],
    [
      'fails in a hook',
      `describe('s', () => { afterAll(() => { throw new Error('hook'); }); it('x', () => {}); });`,
    ],
  ] as const)
    it(`counts a file that ${what} as failed`, () => {
      const { last, status } = play(body);
      assert.match(last, /^\d passed, [1-9] failed$/);
      assert.equal(status, 1);
    });

  it('counts with -t those whose name fits', () => {
    const tests = `describe('suite', () => { it('wanted', () => {}); it('other', () => {}); });`;
    assert.deepEqual(play(tests, '-t', 'suite > wanted'), { last: '1 passed, 0 failed', status: 0 });
  });

  it('is a failure when no file or no test has the given name', () => {
    assert.deepEqual(play(`it('x', () => {});`, 'misspelt'), { last: '0 passed, 1 failed', status: 1 });
    assert.deepEqual(play(`it('x', () => {});`, '-t', 'misspelt'), { last: '0 passed, 1 failed', status: 1 });
  });
});

/** Runs one test file as `npm test` does. */
function play(body: string, ...args: string[]): { last: string; status: number | null } {
  const imports = `import { afterAll, describe, it } from 'vitest';\nvoid [afterAll, describe, it];\n`;
  writeFileSync(join(folder, 'one.sample.ts'), imports + body);
  // The inner run must not see the outer one.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  const { stdout, status } = spawnSync(process.execPath, [VITEST, 'run', '--root', folder, ...args], {
    env,
    encoding: 'utf8',
  });
  return { last: stdout.trim().split('\n').at(-1) ?? '', status };
}
