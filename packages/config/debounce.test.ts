import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'vitest';
import { debounce } from './debounce.ts';

/** Lets timers run until the condition holds; the timeout of the test is its end. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

test('many calls are one run, and the next call is another', { timeout: 10_000 }, async () => {
  let runs = 0;
  const { call } = debounce(() => runs++, 10, 1_000);
  call();
  call();
  await until(() => runs > 0);
  assert.equal(runs, 1);
  call();
  await until(() => runs > 1);
});

test('calls that never cease are run for all the same', { timeout: 10_000 }, async () => {
  let runs = 0;
  const { call } = debounce(() => runs++, 5_000, 20);
  await until(() => {
    call();
    return runs > 0;
  });
});

test('what is cancelled does not run', { timeout: 10_000 }, async () => {
  const ran: string[] = [];
  const cancelled = debounce(() => ran.push('cancelled'), 5, 1_000);
  const later = debounce(() => ran.push('later'), 10, 1_000);
  cancelled.call();
  later.call();
  cancelled.cancel();
  await until(() => ran.length > 0);
  assert.deepEqual(ran, ['later']);
});
