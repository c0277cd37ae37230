import assert from 'node:assert/strict';
import { isWorking } from '@otklik/domain';
import { test } from 'vitest';
import { isDecreed, russianDays } from './russia.ts';

const days = russianDays([2025, 2026, 2027, 2028]);
const office = {
  timezone: 'Europe/Moscow',
  hours: new Map(([1, 2, 3, 4, 5] as const).map((day) => [day, [{ from: '09:00', to: '18:00' }]])),
  days,
};
const working = (moment: string) =>
  isWorking(office, Temporal.PlainDateTime.from(moment).toZonedDateTime('Europe/Moscow').epochMilliseconds);
/** Hours that the office works on that day. */
const hoursOf = (date: string) =>
  Array.from({ length: 24 }, (_, hour) => working(`${date}T${String(hour).padStart(2, '0')}:30`)).filter(
    Boolean,
  ).length;

test('the year has as many working days as its production calendar says', () => {
  const workdays = (year: number) => {
    let day = Temporal.PlainDate.from(`${year}-01-01`);
    let count = 0;
    for (; day.year === year; day = day.add({ days: 1 })) if (hoursOf(day.toString()) > 0) count += 1;
    return count;
  };
  assert.deepEqual([2025, 2026, 2027].map(workdays), [247, 247, 247]);
});

test('moved days off are off, eves end an hour earlier, a moved Saturday is worked', () => {
  assert.deepEqual(
    ['2026-01-09', '2026-12-31', '2025-05-02', '2026-03-09', '2026-05-11'].map(hoursOf),
    [0, 0, 0, 0, 0],
  );
  assert.deepEqual(['2026-04-30', '2026-11-03', '2025-11-01'].map(hoursOf), [8, 8, 8]);
  assert.deepEqual(['2026-01-12', '2025-05-05', '2026-11-05'].map(hoursOf), [9, 9, 9]);
});

test('2027 is as decree 1187 says', () => {
  const off = [
    '2027-01-08',
    '2027-02-22',
    '2027-02-23',
    '2027-05-03',
    '2027-05-10',
    '2027-06-14',
    '2027-11-05',
  ];
  assert.deepEqual(
    [...off, '2027-12-31'].map(hoursOf),
    Array.from({ length: 8 }, () => 0),
  );
  assert.deepEqual(['2027-02-20', '2027-04-30', '2027-06-11', '2027-11-03'].map(hoursOf), [8, 8, 8, 8]);
  assert.deepEqual(['2027-01-11', '2027-02-24', '2027-12-30'].map(hoursOf), [9, 9, 9]);
});

test('of a year without a decree the holidays of the law are known, moved to Monday from a weekend', () => {
  assert.equal(isDecreed(2028), false);
  // 12 June 2028 is a Monday; 4 November a Saturday.
  assert.deepEqual(['2028-02-23', '2028-05-01', '2028-06-12', '2028-11-06'].map(hoursOf), [0, 0, 0, 0]);
  assert.equal(hoursOf('2028-02-22'), 8);
});
