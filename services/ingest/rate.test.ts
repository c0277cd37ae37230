import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createRateLimit } from './rate.ts';

const passed = (moments: number[], perSecond: number) => {
  const withinRate = createRateLimit();
  return moments.map((now) => withinRate('site', perSecond, now));
};

test('a second’s worth may come at once, then no more', () => {
  assert.deepEqual(passed([0, 0, 0, 0], 3), [true, true, true, false]);
});

test('what is spent comes back evenly', () => {
  assert.deepEqual(passed([0, 0, 499, 500, 500, 1_000], 2), [true, true, false, true, false, true]);
});

test('what was not used is not saved up beyond a second', () => {
  assert.deepEqual(passed([0, 60_000, 60_000, 60_000], 2), [true, true, true, false]);
});

test('a refused request costs nothing', () => {
  assert.deepEqual(passed([0, 100, 200, 300, 1_000], 1), [true, false, false, false, true]);
});

test('a clock that is set back by an hour shuts nobody out', () => {
  const hour = 3_600_000;
  assert.deepEqual(passed([hour, 0, 1_000, 2_000], 1), [true, false, true, true]);
});
