import assert from 'node:assert/strict';
import { test } from 'vitest';
import { localTime, wallClock } from './times.ts';

test('a local time is of the exchange’s zone, over midnight too', () => {
  assert.equal(localTime('2026-11-24 00:30:00', 'Europe/Moscow'), Date.parse('2026-11-23T21:30:00Z'));
  assert.equal(wallClock(Date.parse('2026-11-23T21:30:00Z'), 'Europe/Moscow'), '2026-11-24 00:30:00');
  assert.equal(localTime('yesterday', 'Europe/Moscow'), null);
});

test('the hour that comes twice is the later one: nobody has waited an hour', () => {
  assert.equal(localTime('2026-10-25 02:30:00', 'Europe/Berlin'), Date.parse('2026-10-25T01:30:00Z'));
});
