import assert from 'node:assert/strict';
import { test } from 'vitest';
import {
  digits,
  firstOf,
  initials,
  lateness,
  minuteOfDay,
  secondsLeft,
  secondsSince,
  timeOfDay,
} from './wording.ts';

test('a length of time reads as digits', () => {
  const table: [number, string, string][] = [
    [0, '0:00', '0:00'],
    [9, '0:09', '0:09'],
    [102, '1:42', '1:42'],
    [-190, '3:10', '3:10'],
    [3_599, '59:59', '59:59'],
    [3_723, '1:02:03', '1:02:03'],
    [86_400 * 2 + 3_600 * 3 + 59, '2 д 3 ч', '2 d 3 h'],
  ];
  for (const [seconds, ru, en] of table)
    assert.deepEqual([digits(seconds, 'ru'), digits(seconds, 'en')], [ru, en]);
});

test('the countdown shows 0:01 through the last second and turns exactly at the deadline', () => {
  const left = [-1_500, -1_000, -1, 0, 1, 999, 1_000, 1_001].map((ahead) =>
    secondsLeft(10_000 + ahead, 10_000),
  );
  assert.deepEqual(left, [-1, -1, 0, 0, 1, 1, 1, 2]);
});

test('zero seconds left is never minus zero', () => {
  assert.ok(Object.is(secondsLeft(9_500, 10_000), 0));
});

test('a client whose clock is ahead has waited for nothing, not for less than nothing', () => {
  assert.equal(secondsSince(20_000, 10_000), 0);
  assert.equal(secondsSince(10_000, 12_999), 2);
});

test('lateness is as precise as a person needs', () => {
  const said = [400, 4_300, 12_400, 75_000].map((ms) => [lateness(ms, 'ru'), lateness(ms, 'en')]);
  assert.deepEqual(said, [
    ['0,4 с', '0.4 s'],
    ['4,3 с', '4.3 s'],
    ['12 с', '12 s'],
    ['1:15', '1:15'],
  ]);
});

test('a time of another day says which day', () => {
  const at = new Date(2026, 10, 23, 14, 2, 31);
  assert.equal(timeOfDay(at.toISOString(), at.getTime() + 60_000, 'ru'), '14:02:31');
  assert.match(timeOfDay(at.toISOString(), at.getTime() + 86_400_000, 'ru'), /^23 нояб\.?, 14:02:31$/);
  assert.match(timeOfDay(at.toISOString(), at.getTime() + 86_400_000, 'en'), /^23 Nov, 14:02:31$/);
});

test('a time of another year says which year', () => {
  const [at, now] = [new Date(2025, 10, 23, 14, 2, 31), new Date(2026, 0, 2, 9, 0).getTime()];
  assert.match(timeOfDay(at.toISOString(), now, 'ru'), /^23 нояб\.? 2025 г\., 14:02:31$/);
  assert.match(timeOfDay(at.toISOString(), now, 'en'), /^23 Nov 2025, 14:02:31$/);
});

test('what is read by the day has no seconds', () => {
  const at = new Date(2026, 10, 23, 14, 2, 31);
  assert.equal(minuteOfDay(at.toISOString(), at.getTime(), 'ru'), '14:02');
  assert.match(minuteOfDay(at.toISOString(), at.getTime() + 86_400_000, 'ru'), /^23 нояб\.?, 14:02$/);
});

test('a list too long for a line names the first and counts the others', () => {
  const andMore = (names: string, count: number) => `${names} +${count}`;
  assert.equal(firstOf(['a', 'b'], 2, andMore), 'a, b');
  assert.equal(firstOf(['a', 'b', 'c'], 2, andMore), 'a, b +1');
});

test('initials come from the first and the last name', () => {
  assert.deepEqual(['Анна Петрова', 'Вера', 'Жан Поль Готье', ' '].map(initials), ['АП', 'В', 'ЖГ', '']);
});
