import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test('durations are read in milliseconds', () => {
  const read = ['0s', '90s', '3m', '2h', '90d', '2y', '1h30m', '1d12h'].map(parseDuration);
  assert.deepEqual(read, [0, 90e3, 180e3, 7200e3, 7776e6, 63072e6, 5400e3, 129600e3]);
});

test('a text that is no duration, or one longer than a hundred years, is null', () => {
  const texts = [
    '',
    '3',
    'm',
    '3 m',
    '1.5h',
    '-3m',
    '3ms',
    '30m1h',
    '3m3m',
    '3M',
    '101y',
    `${'9'.repeat(400)}s`,
  ];
  assert.deepEqual(
    texts.filter((text) => parseDuration(text) !== null),
    [],
  );
});

test('every whole number of seconds survives being written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 * 365 * 86_400 }), (seconds) => {
      assert.equal(parseDuration(formatDuration(seconds * 1000)), seconds * 1000);
    }),
  );
});
