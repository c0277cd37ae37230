import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Person } from './people.ts';
import { quietUntil } from './quiet.ts';
import { people } from './testing/company.ts';
import { HOUR } from './time.ts';

const [anna] = people().values();
assert.ok(anna);

/** `22:00-08:00 Europe/Moscow` */
function quietFrom(text: string): Person {
  const [hours = '', timezone = ''] = text.split(' ');
  const [from = '', to = ''] = hours.split('-');
  return { ...(anna as Person), timezone, quiet: { from, to } };
}
const instant = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const until = (quiet: string, when: string): string | null => {
  const end = quietUntil(quietFrom(quiet), instant(when));
  return end === null ? null : Temporal.Instant.fromEpochMilliseconds(end).toString();
};

const NIGHT = '22:00-08:00 Europe/Moscow';
const NOON = '13:00-14:00 Europe/Moscow';
// Berlin: clocks forward on 2026-03-29 at 02:00, back on 2026-10-25 at 03:00.
const BERLIN = '22:00-08:00 Europe/Berlin';
const moments: { rule: string; quiet: string; when: string; end: string | null }[] = [
  {
    rule: 'before midnight it is quiet until the morning after',
    quiet: NIGHT,
    when: '2026-11-23T20:00:00Z',
    end: '2026-11-24T05:00:00Z',
  },
  {
    rule: 'after midnight it is quiet until this morning',
    quiet: NIGHT,
    when: '2026-11-23T22:00:00Z',
    end: '2026-11-24T05:00:00Z',
  },
  {
    rule: 'the first moment is quiet',
    quiet: NIGHT,
    when: '2026-11-23T19:00:00Z',
    end: '2026-11-24T05:00:00Z',
  },
  { rule: 'the moment before is not', quiet: NIGHT, when: '2026-11-23T18:59:59.999Z', end: null },
  {
    rule: 'the last moment is quiet',
    quiet: NIGHT,
    when: '2026-11-24T04:59:59.999Z',
    end: '2026-11-24T05:00:00Z',
  },
  { rule: 'the end is not', quiet: NIGHT, when: '2026-11-24T05:00:00Z', end: null },
  {
    rule: 'hours within a day end on it',
    quiet: NOON,
    when: '2026-11-23T10:30:00Z',
    end: '2026-11-23T11:00:00Z',
  },
  { rule: 'outside them it is not quiet', quiet: NOON, when: '2026-11-23T12:00:00Z', end: null },
  {
    rule: 'until midnight is until the next day begins',
    quiet: '20:00-00:00 UTC',
    when: '2026-11-23T21:00:00Z',
    end: '2026-11-24T00:00:00Z',
  },
  {
    rule: 'a night is an hour shorter when the clocks go forward',
    quiet: BERLIN,
    when: '2026-03-28T21:00:00Z',
    end: '2026-03-29T06:00:00Z',
  },
  {
    rule: 'a night is an hour longer when the clocks go back',
    quiet: BERLIN,
    when: '2026-10-24T20:00:00Z',
    end: '2026-10-25T07:00:00Z',
  },
  {
    rule: 'an end within the hour that is left out comes after it',
    quiet: '23:00-02:30 Europe/Berlin',
    when: '2026-03-28T23:00:00Z',
    end: '2026-03-29T01:30:00Z',
  },
];
for (const { rule, quiet, when, end } of moments)
  test(`${rule} (${quiet}, ${when})`, () => assert.equal(until(quiet, when), end));

test('whoever has no quiet hours is in none', () => assert.equal(quietUntil(anna, 0), null));

const time = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  );
const someQuiet = fc
  .tuple(
    time,
    time,
    fc.constantFrom('UTC', 'Europe/Moscow', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Cairo'),
  )
  .filter(([from, to]) => from !== to)
  .map(([from, to, zone]) => quietFrom(`${from}-${to} ${zone}`));
const someMoment = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-04-04T15:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-07-01T00:00:00Z',
    ),
    fc.integer({ min: -40 * HOUR, max: 40 * HOUR }),
  )
  .map(([change, shift]) => instant(change) + shift);

/** No clocks change on the day before, the day itself or the day after. */
const isOrdinary = ({ timezone }: Person, at: number): boolean => {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return [-1, 0, 1].every((days) => local.add({ days }).hoursInDay === 24);
};

test('quiet hours end within a day and an hour, are quiet up to their end, and over at it', () => {
  fc.assert(
    fc.property(someQuiet, someMoment, fc.double({ min: 0, max: 1, noNaN: true }), (person, at, share) => {
      const end = quietUntil(person, at);
      if (end === null) return;
      assert.ok(at < end && end - at <= 25 * HOUR);
      assert.equal(quietUntil(person, Math.min(end - 1, at + Math.floor((end - at) * share))), end);
      // A change of clocks may leave out the whole time between one quiet and the next.
      if (isOrdinary(person, end)) assert.equal(quietUntil(person, end), null);
    }),
    { numRuns: 1_000 },
  );
});

test('it is quiet when a clock on the wall says so, away from a change of clocks', () => {
  fc.assert(
    fc.property(someQuiet, someMoment, (person, at) => {
      const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(person.timezone);
      fc.pre(isOrdinary(person, at));
      const wall = local.toPlainTime().toString({ smallestUnit: 'millisecond' });
      const { from, to } = person.quiet ?? { from: '', to: '' };
      const began = `${from}:00.000` <= wall;
      const lasts = wall < `${to}:00.000`;
      assert.equal(quietUntil(person, at) !== null, from < to ? began && lasts : began || lasts);
    }),
    { numRuns: 1_000 },
  );
});
