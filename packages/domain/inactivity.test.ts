import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { hourOfWeek, hoursOfWeek, inactivityOf, type Rhythm } from './inactivity.ts';
import { HOUR, MINUTE } from './time.ts';

const ZONE = 'Europe/Moscow';
/** A Monday, 12:00 in Moscow. */
const NOON = Temporal.ZonedDateTime.from('2026-11-23T12:00[Europe/Moscow]').epochMilliseconds;
const never = () => false;

/** So many an hour on working days from 9 to 18, over four weeks. */
function office(perHour: number, weeks = 4): Rhythm {
  const byHour = new Map<number, number>();
  for (let day = 0; day < 5; day += 1)
    for (let hour = 9; hour < 18; hour += 1) byHour.set(day * 24 + hour, perHour * weeks);
  return { byHour, weeks };
}

const silent = (rhythm: Rhythm, minutes: number, now = NOON, isOff: (at: number) => boolean = never) =>
  inactivityOf(rhythm, now - minutes * MINUTE, now, ZONE, isOff);

describe('a silent channel', () => {
  it('is told by how long nothing has come, against what usually comes', () => {
    assert.equal(silent(office(12), 40), null);
    assert.deepEqual(silent(office(12), 75), { since: NOON - 75 * MINUTE, usualPerHour: 12 });
  });

  it('is told the sooner the more usually comes', () => {
    const first = (perHour: number) => {
      for (let minutes = 1; minutes < 10_000; minutes += 1)
        if (silent(office(perHour), minutes, NOON + 5 * HOUR)) return minutes;
      return Number.POSITIVE_INFINITY;
    };
    assert.ok(first(60) < first(12));
    assert.ok(first(12) < first(3));
    assert.ok(first(600) >= 15, 'a quarter of an hour at least');
  });

  it('is not told at night, at the weekend or on a holiday: nobody comes then anyway', () => {
    const night = NOON - 9 * HOUR;
    assert.equal(silent(office(12), 8 * 60, night), null);
    const sunday = NOON - 24 * HOUR;
    assert.equal(silent(office(12), 38 * 60, sunday), null);
    assert.equal(
      silent(office(12), 180, NOON, () => true),
      null,
    );
  });

  it('counts the working hours of a silence that spans a night', () => {
    assert.ok(silent(office(12), 17 * 60 + 60, NOON + 24 * HOUR), 'from 18:00 on Monday to 12:00 on Tuesday');
  });

  it('needs a history: two weeks, and ten clients a week', () => {
    assert.equal(silent(office(12, 1), 600), null);
    assert.equal(inactivityOf({ byHour: new Map([[12, 16]]), weeks: 4 }, 0, NOON, ZONE, never), null);
    assert.equal(inactivityOf(office(12), null, NOON, ZONE, never), null);
  });

  it('gives a false alarm once in months when clients come by chance, and finds a dead channel within two hours', () => {
    const random = mulberry(7);
    const rhythm = office(6);
    let last = NOON - 3 * HOUR;
    let alarms = 0;
    let told = false;
    const weeks = 52;
    for (let now = NOON; now < NOON + weeks * 7 * 24 * HOUR; now += 5 * MINUTE) {
      const rate = (rhythm.byHour.get(hourOfWeek(now, ZONE)) ?? 0) / rhythm.weeks;
      if (random() < rate / 12) {
        last = now;
        told = false;
      }
      if (!told && inactivityOf(rhythm, last, now, ZONE, never)) {
        told = true;
        alarms += 1;
      }
    }
    assert.ok(alarms <= 4, `${alarms} false alarms in a year`);
    const dead = Array.from({ length: 100 }, (_, step) => step * 5).find((minutes) =>
      silent(rhythm, minutes, NOON + 4 * HOUR),
    );
    assert.ok(dead !== undefined && dead <= 150, `found after ${dead} minutes`);
  });
});

it('hours of the week begin with Monday, in the company’s zone', () => {
  assert.equal(hourOfWeek(NOON, ZONE), 12);
  assert.equal(hourOfWeek(NOON - 24 * HOUR, ZONE), 6 * 24 + 12);
});

it('the hour of the week is the same by arithmetic, in every zone and across its changes', () => {
  const zones = ['Europe/Moscow', 'Asia/Kolkata', 'America/St_Johns', 'Europe/Berlin', 'Pacific/Apia', 'UTC'];
  const year = fc.integer({ min: 0, max: 366 * 24 * 60 }).map((minutes) => NOON + minutes * MINUTE);
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      year,
      fc.integer({ min: 0, max: 14 * 24 * 60 }),
      (zone, to, back) => {
        const hourAt = hoursOfWeek(to - 14 * 24 * HOUR, to, zone);
        const at = to - back * MINUTE;
        assert.equal(hourAt(at), hourOfWeek(at, zone));
      },
    ),
    { numRuns: 1_000 },
  );
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
