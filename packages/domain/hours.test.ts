import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Calendar, Interval, SpecialDay, Weekday } from './calendar.ts';
import { afterWorking, isWorking, nextWorking } from './hours.ts';
import { calendar } from './testing/company.ts';
import { HOUR } from './time.ts';

const instant = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const told = (moment: number): string => Temporal.Instant.fromEpochMilliseconds(moment).toString();

const WEEK = { 1: '09:00-13:00 14:00-18:00', 2: '09:00-18:00', 5: '20:00-24:00' };
/** 2026-11-23 is a Monday. */
const OFFICE = calendar(WEEK, 'Europe/Moscow');

const moments: { rule: string; when: string; works: boolean; next: string }[] = [
  {
    rule: 'the first moment of an interval is in it',
    when: '2026-11-23T06:00:00Z',
    works: true,
    next: '2026-11-23T06:00:00Z',
  },
  {
    rule: 'the moment before is not',
    when: '2026-11-23T05:59:59.999Z',
    works: false,
    next: '2026-11-23T06:00:00Z',
  },
  {
    rule: 'the end of an interval is out of it',
    when: '2026-11-23T10:00:00Z',
    works: false,
    next: '2026-11-23T11:00:00Z',
  },
  {
    rule: 'the moment before the end is in it',
    when: '2026-11-23T09:59:59.999Z',
    works: true,
    next: '2026-11-23T09:59:59.999Z',
  },
  {
    rule: 'after work comes the next day',
    when: '2026-11-23T15:00:00Z',
    works: false,
    next: '2026-11-24T06:00:00Z',
  },
  {
    rule: 'days off are passed over',
    when: '2026-11-24T15:00:00Z',
    works: false,
    next: '2026-11-27T17:00:00Z',
  },
  {
    rule: '24:00 is the end of the day',
    when: '2026-11-27T20:59:59.999Z',
    works: true,
    next: '2026-11-27T20:59:59.999Z',
  },
  {
    rule: 'after 24:00 the day is over',
    when: '2026-11-27T21:00:00Z',
    works: false,
    next: '2026-11-30T06:00:00Z',
  },
];
for (const { rule, when, works, next } of moments) {
  test(`${rule} (${when})`, () => {
    assert.equal(isWorking(OFFICE, instant(when)), works);
    assert.equal(told(nextWorking(OFFICE, instant(when))), next);
  });
}

test('without a calendar every moment is a working one', () => {
  assert.equal(isWorking(null, 0), true);
  assert.equal(nextWorking(null, 12_345), 12_345);
});

test('a calendar without hours has no working moment, and answers with the moment itself', () => {
  assert.equal(isWorking(calendar({}), 0), false);
  assert.equal(nextWorking(calendar({}), 12_345), 12_345);
});

test('intervals that are not in order, or that overlap, are read all the same', () => {
  const mixed = calendar({ 1: '14:00-18:00 09:00-13:00 12:00-15:00' });
  assert.equal(told(nextWorking(mixed, instant('2026-11-23T08:00:00Z'))), '2026-11-23T09:00:00Z');
  assert.equal(isWorking(mixed, instant('2026-11-23T13:30:00Z')), true);
});

const everyDay = (hours: string, zone: string) =>
  calendar(Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, hours])), zone);

// Berlin: clocks forward on 2026-03-29 at 02:00, back on 2026-10-25 at 03:00.
const clockChanges: { rule: string; hours: string; from: string; next: string }[] = [
  {
    rule: 'nine in the morning is an hour earlier after the clocks went forward',
    hours: '09:00-18:00',
    from: '2026-03-28T20:00:00Z',
    next: '2026-03-29T07:00:00Z',
  },
  {
    rule: 'nine in the morning is an hour later after the clocks went back',
    hours: '09:00-18:00',
    from: '2026-10-24T20:00:00Z',
    next: '2026-10-25T08:00:00Z',
  },
  {
    rule: 'an interval inside the hour that is left out does not take place',
    hours: '02:30-03:00',
    from: '2026-03-28T12:00:00Z',
    next: '2026-03-30T00:30:00Z',
  },
  {
    rule: 'an interval that ends inside the hour that is left out begins as always',
    hours: '01:00-02:30',
    from: '2026-03-28T12:00:00Z',
    next: '2026-03-29T00:00:00Z',
  },
];
for (const { rule, hours, from, next } of clockChanges) {
  test(rule, () => {
    const berlin = everyDay(hours, 'Europe/Berlin');
    assert.equal(told(nextWorking(berlin, instant(from))), next);
    assert.equal(isWorking(berlin, instant(next)), true);
  });
}

test('a night shift is an hour longer when the clocks go back', () => {
  const night = everyDay('00:00-06:00', 'Europe/Berlin');
  const midnight = instant('2026-10-24T22:00:00Z');
  assert.equal(isWorking(night, midnight), true);
  assert.equal(isWorking(night, midnight + 7 * HOUR - 1), true);
  assert.equal(isWorking(night, midnight + 7 * HOUR), false);
});

test('a day from 00:00 to 24:00 leaves no gap, not even when the clocks change at midnight', () => {
  const cairo = everyDay('00:00-24:00', 'Africa/Cairo');
  const aroundTheYear = fc.integer({
    min: instant('2026-01-01T00:00:00Z'),
    max: instant('2027-01-01T00:00:00Z'),
  });
  const atTheChange = fc
    .integer({ min: -3 * HOUR, max: 3 * HOUR })
    .map((shift) => instant('2026-04-23T22:00:00Z') + shift);
  fc.assert(
    fc.property(fc.oneof(aroundTheYear, atTheChange), (moment) => {
      assert.equal(isWorking(cairo, moment), true);
    }),
  );
});

test('a day that a zone left out is nobody’s working day', () => {
  // Samoa had no Friday, 30 December 2011: it went from the 29th to the 31st.
  const fridays = calendar({ 5: '09:00-18:00' }, 'Pacific/Apia');
  const next = nextWorking(fridays, instant('2011-12-30T00:00:00Z'));
  assert.equal(told(next), '2012-01-05T19:00:00Z');
});

const ZONES = [
  'UTC',
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
];

const time = fc
  .integer({ min: 0, max: 96 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  );
const interval: fc.Arbitrary<Interval> = fc
  .tuple(time, time)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
const someCalendar: fc.Arbitrary<Calendar> = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    hours: fc.dictionary(
      fc.constantFrom('1', '2', '3', '4', '5', '6', '7'),
      fc.array(interval, { maxLength: 3 }),
    ),
  })
  .map(({ timezone, hours }) => ({
    timezone,
    days: new Map(),
    hours: new Map(
      Object.entries(hours).flatMap(([day, intervals]) => {
        const weekday = ([1, 2, 3, 4, 5, 6, 7] as const).find((known) => String(known) === day);
        return weekday === undefined ? [] : [[weekday, intervals] satisfies [Weekday, Interval[]]];
      }),
    ),
  }));

/** Moments of the year, most of them near a change of clocks in one of the zones. */
const someMoment = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-03-08T07:00:00Z',
      '2026-11-01T06:00:00Z',
      '2026-04-04T15:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-07-01T00:00:00Z',
    ),
    fc.integer({ min: -40 * HOUR, max: 40 * HOUR }),
  )
  .map(([change, shift]) => instant(change) + shift);

test('the next working moment is one, is not past, and none comes before it', () => {
  fc.assert(
    fc.property(
      someCalendar,
      someMoment,
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (calendar, moment, share) => {
        const next = nextWorking(calendar, moment);
        assert.ok(next >= moment);
        if (!isWorking(calendar, next)) {
          assert.equal(next, moment);
          assert.ok([...calendar.hours.values()].every((intervals) => intervals.length === 0));
          return;
        }
        const between = moment + Math.floor((next - moment) * share);
        if (between < next) assert.equal(isWorking(calendar, between), false);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('working hours are what a clock on the wall says, away from a change of clocks', () => {
  fc.assert(
    fc.property(someCalendar, someMoment, (calendar, moment) => {
      const local = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(calendar.timezone);
      fc.pre(local.hoursInDay === 24);
      const wall = local.toPlainTime().toString({ smallestUnit: 'millisecond' });
      const intervals = [...calendar.hours].find(([day]) => day === local.dayOfWeek)?.[1] ?? [];
      const open = intervals.some(({ from, to }) => `${from}:00.000` <= wall && wall < `${to}:00.000`);
      assert.equal(isWorking(calendar, moment), open);
    }),
    { numRuns: 1_000 },
  );
});

test('a day off, a shorter day and a worked Saturday are stronger than the weekday', () => {
  const special: Calendar = {
    ...calendar({ 1: '09:00-13:00 14:00-18:00', 2: '09:00-18:00', 3: '09:00-18:00' }),
    days: new Map([
      ['2026-11-23', { kind: 'short' }],
      ['2026-11-24', { kind: 'off' }],
      ['2026-11-28', { kind: 'working', like: 1, short: false }],
    ]),
  };
  const on = (moment: string) => isWorking(special, Temporal.Instant.from(`${moment}Z`).epochMilliseconds);
  const told = [
    '2026-11-23T16:59',
    '2026-11-23T17:00',
    '2026-11-24T10:00',
    '2026-11-25T17:30',
    '2026-11-28T10:00',
    '2026-11-28T13:30',
  ];
  assert.deepEqual(told.map(on), [true, false, false, true, true, false]);
  const next = nextWorking(special, Temporal.Instant.from('2026-11-23T17:00Z').epochMilliseconds);
  assert.equal(new Date(next).toISOString(), '2026-11-25T09:00:00.000Z');
});

const specialDay: fc.Arbitrary<SpecialDay> = fc.oneof(
  fc.constant({ kind: 'off' } as const),
  fc.constant({ kind: 'short' } as const),
  fc.record({
    kind: fc.constant('working' as const),
    like: fc.constantFrom(1, 2, 3, 4, 5, 6, 7),
    short: fc.boolean(),
  }),
);
/** The calendar with a special day on the date of a moment. */
const withDay = (known: Calendar, moment: number, special: SpecialDay): Calendar => ({
  ...known,
  days: new Map([[dateOf(known, moment).toString(), special]]),
});
const dateOf = ({ timezone }: Calendar, moment: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timezone).toPlainDate();

test('nobody works on a day off, and the next working moment is on another day', () => {
  fc.assert(
    fc.property(someCalendar, someMoment, (known, moment) => {
      const off = withDay(known, moment, { kind: 'off' });
      assert.equal(isWorking(off, moment), false);
      const next = nextWorking(off, moment);
      if (next !== moment) assert.ok(!dateOf(off, next).equals(dateOf(off, moment)));
    }),
  );
});

test('a special day changes that day and no other', () => {
  fc.assert(
    fc.property(someCalendar, someMoment, someMoment, specialDay, (known, moment, other, special) => {
      fc.pre(!dateOf(known, moment).equals(dateOf(known, other)));
      assert.equal(isWorking(withDay(known, moment, special), other), isWorking(known, other));
    }),
  );
});

test('a shorter day is part of the whole one, and over an hour before the end of it', () => {
  fc.assert(
    fc.property(someCalendar, someMoment, (known, moment) => {
      const local = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(known.timezone);
      fc.pre(local.hoursInDay === 24);
      if (!isWorking(withDay(known, moment, { kind: 'short' }), moment)) return;
      assert.equal(isWorking(known, moment), true);
      const anHourOn = nextWorking(known, moment + HOUR);
      assert.ok(isWorking(known, anHourOn) && dateOf(known, anHourOn).equals(dateOf(known, moment)));
    }),
    { numRuns: 1_000 },
  );
});

test('a day worked like another has the hours of that weekday', () => {
  fc.assert(
    fc.property(someCalendar, someMoment, fc.constantFrom(1, 2, 3, 4, 5, 6, 7), (known, moment, like) => {
      const worked = withDay(known, moment, { kind: 'working', like, short: false });
      const hours = known.hours.get(like);
      const everyDay = new Map(
        ([1, 2, 3, 4, 5, 6, 7] as const).map((day): [Weekday, readonly Interval[]] => [day, hours ?? []]),
      );
      assert.equal(isWorking(worked, moment), isWorking({ ...known, hours: everyDay }, moment));
    }),
  );
});

test('a short day whose last stretch is an hour or less ends earlier still: the whole stretch is free', () => {
  const short: Calendar = {
    ...calendar({ 1: '09:00-13:00 17:30-18:00' }),
    days: new Map([['2026-11-23', { kind: 'short' }]]),
  };
  assert.equal(isWorking(short, instant('2026-11-23T12:59:59Z')), true);
  assert.equal(isWorking(short, instant('2026-11-23T17:45:00Z')), false);
});

test('working time is counted across breaks, nights and weekends, and ends at a working moment', () => {
  const office = calendar({ 1: '09:00-13:00 14:00-18:00', 2: '09:00-18:00' });
  const after = (moment: string, minutes: number) =>
    new Date(
      afterWorking(office, Temporal.Instant.from(`${moment}Z`).epochMilliseconds, minutes * 60_000),
    ).toISOString();
  assert.equal(after('2026-11-23T12:58', 1), '2026-11-23T12:59:00.000Z');
  assert.equal(after('2026-11-23T12:58', 2), '2026-11-23T14:00:00.000Z');
  assert.equal(after('2026-11-23T12:58', 5), '2026-11-23T14:03:00.000Z');
  assert.equal(after('2026-11-23T22:00', 3), '2026-11-24T09:03:00.000Z');
  assert.equal(after('2026-11-24T17:59', 2), '2026-11-30T09:01:00.000Z');
});
