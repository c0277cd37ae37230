import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { temporaryDirectory, until } from '@otklik/testing';
import { test } from 'vitest';

test('waiting gives what the condition gave, exceptions before it do not matter', async () => {
  let asked = 0;
  const found = await until(
    () => {
      asked++;
      if (asked < 3) throw new Error('not yet');
      return 'found';
    },
    { what: 'the third time' },
  );
  assert.equal(found, 'found');
});

test('waiting in vain says for what, and why the condition failed', async () => {
  const cause = new Error('still closed');
  const never = () => Promise.reject(cause);
  await assert.rejects(until(never, { timeoutMs: 20, what: 'the door opens' }), {
    message: 'Waited 20 ms in vain: the door opens',
    cause,
  });
});

test('a temporary directory goes with what is in it', async () => {
  const directory = await temporaryDirectory();
  assert.ok(existsSync(directory.path));
  await directory.remove();
  assert.ok(!existsSync(directory.path));
});
