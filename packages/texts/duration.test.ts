import assert from 'node:assert/strict';
import { test } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { lasted, timeOfDay } from './duration.ts';

const faces = [
  [0, '0:00'],
  [999, '0:00'],
  [59_999, '0:59'],
  [60_000, '1:00'],
  [161_000, '2:41'],
  [3_599_999, '59:59'],
  [3_600_000, '1:00:00'],
  [3_762_000, '1:02:42'],
  [-5, '0:00'],
] as const;
for (const [ms, face] of faces) {
  test(`${ms} ms read ${face}`, () => assert.equal(lasted(ms, 'ru'), face));
}

test('from a day on it is told in days', () => {
  const HOURS = 3_600_000;
  assert.equal(lasted(24 * HOURS - 1, 'ru'), '23:59:59');
  assert.equal(lasted(24 * HOURS, 'ru'), '1 день');
  assert.equal(lasted(51 * HOURS, 'ru'), '2 дня 3 ч');
  assert.equal(lasted(696 * HOURS, 'ru'), '29 дней');
  assert.equal(lasted(51 * HOURS, 'en'), '2 days 3 hr');
});

test('a time is told where the reader is, with the date when it is not their today', () => {
  assert.equal(timeOfDay(at('10:05:00'), at('10:03:00'), 'UTC'), '10:05:00');
  assert.equal(timeOfDay(at('18:00:00'), at('18:01:00'), 'Asia/Yekaterinburg'), '23:00:00');
  assert.equal(timeOfDay(at('19:00:00'), at('18:59:00'), 'Asia/Yekaterinburg'), '24.11 00:00:00');
});
