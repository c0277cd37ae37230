import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '@otklik/testing';
import { runFile } from './runFile.ts';

test('leaf tests are counted, not the suites and tests that hold them', async () => {
  const { passed, failed } = await outcomeOf(`
    describe('suite', () => { it('a', () => {}); it('b', () => {}); });
    test('parent', async (t) => { await t.test('c', () => {}); });
    test('d', () => {});
  `);
  assert.deepEqual({ passed, failed }, { passed: 4, failed: 0 });
});

test('a failing test is told with its suite, place and error, and counted once', async () => {
  const { passed, failed, failures } = await outcomeOf(
    `describe('suite', () => { it('good', () => {}); it('bad', () => { throw new Error('why'); }); });`,
  );
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 });
  assert.equal(failures[0]?.name, 'suite › bad');
  assert.match(failures[0]?.place ?? '', /^\d+:\d+$/);
});

test('a test that fails by itself after its subtests have passed is a failure', async () => {
  const { passed, failed } = await outcomeOf(
    `test('parent', async (t) => { await t.test('c', () => {}); throw new Error('later'); });`,
  );
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 });
});

for (const kind of ['skip', 'todo']) {
  test(`a test marked ${kind} is a failure`, async () => {
    const { passed, failed } = await outcomeOf(`test.${kind}('x', () => {});`);
    assert.deepEqual({ passed, failed }, { passed: 0, failed: 1 });
  });
}

test('a file that crashes is a failure, and what it printed is kept', async () => {
  const { failed, output } = await outcomeOf(`await import('./nowhere.ts');`);
  assert.equal(failed, 1);
  assert.match(output, /ERR_MODULE_NOT_FOUND/);
});

test('a file without a test is a failure', async () => {
  const { failed, failures } = await outcomeOf('');
  assert.equal(failed, 1);
  assert.equal(failures[0]?.name, 'the file holds no test');
});

test('a file that exits with success before its tests have run is a failure', async () => {
  const { failed } = await outcomeOf(`test('leaves', () => { process.exit(0); }); test('after', () => {});`);
  assert.ok(failed > 0);
});

test('an error thrown after the tests have ended is a failure', async () => {
  const { failed } = await outcomeOf(
    `test('x', () => { setTimeout(() => { throw new Error('late'); }, 1); });`,
  );
  assert.equal(failed, 1);
});

test('a file that hangs is ended at its time and is a failure', async () => {
  const { passed, failed } = await outcomeOf(`setInterval(() => {}, 1000); test('quick', () => {});`, 1_000);
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 });
});

async function outcomeOf(body: string, timeoutMs = 20_000) {
  // The runner refuses to run inside a run, and knows it by this; these are runs of their own.
  delete process.env.NODE_TEST_CONTEXT;
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'sample.test.mts');
  await writeFile(file, `import { describe, it, test } from 'node:test';\n${body}`);
  const failures: { name: string; place: string | null }[] = [];
  const never = new AbortController();
  const result = await runFile(file, {
    timeoutMs,
    signal: never.signal,
    onFailure: ({ name, place }) => failures.push({ name, place }),
  });
  return { ...result, failures };
}
