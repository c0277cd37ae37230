import assert from 'node:assert/strict';
import { test } from 'vitest';
import { lastDays, spanOf } from './period.ts';

const NOW = new Date(2026, 10, 24, 15, 30);
const day = (...parts: [number, number, number]) => new Date(...parts).toISOString();

test('a week and a month end now', () => {
  const week = spanOf({ ...lastDays(NOW), choice: 'week' }, NOW);
  assert.deepEqual(week, {
    from: day(2026, 10, 17).replace(/T.*/, new Date(2026, 10, 17, 15, 30).toISOString().slice(10)),
    to: NOW.toISOString(),
  });
  assert.equal(spanOf({ ...lastDays(NOW), choice: 'thisMonth' }, NOW)?.from, day(2026, 10, 1));
});

test('days of one’s own are both included, by the reader’s clock', () => {
  const period = { choice: 'custom', from: '2026-11-01', to: '2026-11-03' } as const;
  assert.deepEqual(spanOf(period, NOW), { from: day(2026, 10, 1), to: day(2026, 10, 4) });
});

test('dates that make no sense ask for nothing', () => {
  for (const [from, to] of [
    ['', '2026-11-03'],
    ['2026-11-04', '2026-11-03'],
  ] as const)
    assert.equal(spanOf({ choice: 'custom', from, to }, NOW), null);
});
