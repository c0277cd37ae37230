import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { type Cadence, type CadencePlan, cadenceEndOf, nextAttempt, wholeCadence } from './cadence.ts';
import { calendar } from './testing/company.ts';
import { at, story } from './testing/story.ts';
import { DAY, HOUR, MINUTE, SECOND } from './time.ts';

const ZONE = 'Europe/Moscow';
const OFFICE = calendar(
  { 1: '09:00-18:00', 2: '09:00-18:00', 3: '09:00-18:00', 4: '09:00-18:00', 5: '09:00-18:00' },
  ZONE,
);
/** Clause S8. */
const PLAN: CadencePlan = {
  sameDay: { from: 2 * HOUR, to: 3 * HOUR },
  hours: { known: { from: '09:00', to: '21:00' }, unknown: { from: '10:00', to: '20:00' } },
  skip: new Set([1]),
  days: [
    { day: 1, do: ['task'] },
    { day: 2, do: ['call', 'message'] },
    { day: 3, do: ['call', 'email_or_sms'] },
    { day: 4, do: ['return_to_source', 'task', 'control'] },
  ],
  dayLength: null,
};

const local = (moment: number, zone = ZONE) =>
  Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone);
const moscow = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(ZONE).epochMilliseconds;
const told = (startedAt: number, plan = PLAN) =>
  wholeCadence(startedAt, null, plan, OFFICE, ZONE).map(({ day, do: action, at: moment }) => {
    const time = local(moment);
    return `${day} ${action} ${time.toPlainDate()} ${time.toPlainTime().toString({ smallestUnit: 'minute' })}`;
  });

const someday = fc.integer({ min: moscow('2026-11-23T00:00'), max: moscow('2026-12-21T00:00') });
const someZone = fc.constantFrom(null, 'Europe/Kaliningrad', 'Asia/Vladivostok', 'Asia/Yekaterinburg');
const begun = (startedAt: number, clientZone: string | null): Cadence => ({
  startedAt,
  clientZone,
  done: 0,
  lastAt: null,
  notBefore: null,
});
const next = (cadence: Cadence, now: number) => nextAttempt(cadence, PLAN, OFFICE, ZONE, now);

describe('the call-back plan (clause S8)', () => {
  test('calls again on the same day, then on the next working days at another time of day', () => {
    assert.deepEqual(told(moscow('2026-11-24T11:00')), [
      '1 call 2026-11-24 13:00',
      '1 task 2026-11-24 14:00',
      '2 call 2026-11-25 16:00',
      '2 message 2026-11-25 16:30',
      '3 call 2026-11-26 18:00',
      '3 email_or_sms 2026-11-26 18:30',
      '4 return_to_source 2026-11-27 10:00',
      '4 task 2026-11-27 10:00',
      '4 control 2026-11-27 10:00',
    ]);
  });

  test('leaves out the second call when the day is over, and sets the task at once', () => {
    assert.deepEqual(told(moscow('2026-11-24T18:30')).slice(0, 2), [
      '1 task 2026-11-24 18:30',
      '2 call 2026-11-25 11:00',
    ]);
  });

  test('begins nothing at a weekend nor on a Monday, but calls again on a Monday itself', () => {
    assert.deepEqual(
      told(moscow('2026-11-26T11:00')).map((line) => line.split(' ')[2]),
      ['26', '26', '27', '27', 'x', 'x', 'y', 'y', 'y'].map((day) =>
        day === 'x' ? '2026-12-01' : day === 'y' ? '2026-12-02' : `2026-11-${day}`,
      ),
    );
    assert.equal(told(moscow('2026-11-23T11:00'))[0], '1 call 2026-11-23 13:00');
  });

  test('disturbs a client within their hours only, on no day that is skipped, and in order', () => {
    fc.assert(
      fc.property(someday, someZone, (startedAt, zone) => {
        let before = startedAt;
        for (const { day, do: action, at: moment } of wholeCadence(startedAt, zone, PLAN, OFFICE, ZONE)) {
          assert.ok(moment >= before, `${action} ${day}`);
          before = moment;
          if (action !== 'call' && action !== 'message' && action !== 'email_or_sms') continue;
          const time = local(moment, zone ?? ZONE);
          const [from, to] = zone === null ? [10, 20] : [9, 21];
          assert.ok(time.hour >= from && time.hour < to, `${time}`);
          if (day > 1) assert.ok(time.dayOfWeek >= 2 && time.dayOfWeek <= 5, `${time}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('makes each attempt once, whatever restarts and however late it is looked at', () => {
    const looks = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(someday, someZone, looks, (startedAt, zone, waits) => {
        let cadence = begun(startedAt, zone);
        let now = startedAt;
        const made: number[] = [];
        for (const hours of waits) {
          const due = next(cadence, now);
          if (due === null) break;
          // Another process that looks at the same moment sees the same.
          assert.deepEqual(next({ ...cadence }, now), due);
          if (due.at <= now) {
            made.push(due.index);
            cadence = { ...cadence, done: cadence.done + 1, lastAt: due.at };
          } else now += Math.max(MINUTE, hours * HOUR);
        }
        assert.deepEqual(
          made,
          made.map((_, index) => index),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('that was missed goes on at the next allowed moment, not in the night', () => {
    const cadence = {
      ...begun(moscow('2026-11-24T11:00'), null),
      done: 2,
      lastAt: moscow('2026-11-24T14:00'),
    };
    const night = next(cadence, moscow('2026-11-25T23:00'));
    assert.equal(
      local(night?.at ?? 0)
        .toString()
        .slice(0, 16),
      '2026-11-26T10:00',
    );
  });

  test('waits until it was put off to', () => {
    const to = moscow('2026-11-27T12:15');
    const cadence = {
      ...begun(moscow('2026-11-24T11:00'), null),
      done: 2,
      lastAt: moscow('2026-11-24T14:00'),
    };
    assert.equal(next({ ...cadence, notBefore: to }, moscow('2026-11-24T15:00'))?.at, to);
  });

  test('with short days counts them from the start, for tests', () => {
    const plan = { ...PLAN, dayLength: 10 * SECOND, sameDay: { from: 2 * SECOND, to: 3 * SECOND } };
    const start = at('10:00:00');
    assert.deepEqual(
      wholeCadence(start, null, plan, OFFICE, ZONE).map(({ day, do: action, at: moment }) => [
        day,
        action,
        (moment - start) / SECOND,
      ]),
      [
        [1, 'call', 2],
        [1, 'task', 3],
        [2, 'call', 10],
        [2, 'message', 11],
        [3, 'call', 20],
        [3, 'email_or_sms', 21],
        [4, 'return_to_source', 30],
        [4, 'task', 31],
        [4, 'control', 32],
      ],
    );
  });
});

describe('what ends a cadence', () => {
  const start = at('10:00:00');
  const end = (table: string) => cadenceEndOf(story(table), start, () => 5 * SECOND);

  test('is a talk, or any word or call of the client’s', () => {
    assert.equal(end('11:00:00 line/+7 employee call c/ended out answered talk=20'), 'reached');
    assert.equal(end('11:00:00 site/1 client message m1'), 'client_turned_up');
    assert.equal(end('11:00:00 line/+7 client call c/ringing in'), 'client_turned_up');
  });

  test('is no call in vain, no short one, nothing of ours or a machine’s, and nothing from before', () => {
    assert.equal(end('11:00:00 line/+7 employee call c/ended out no_answer'), null);
    assert.equal(end('11:00:00 line/+7 employee call c/ended out answered talk=4'), null);
    assert.equal(end('11:00:00 site/1 employee message m1'), null);
    assert.equal(end('11:00:00 site/1 bot message m1'), null);
    assert.equal(end('09:59:59 site/1 client message m1'), null);
  });
});

test('a year of days without work ends the search', () => {
  const never = calendar({}, ZONE);
  const attempts = wholeCadence(moscow('2026-11-24T11:00'), null, PLAN, never, ZONE);
  assert.ok((attempts.at(-1)?.at ?? 0) < moscow('2026-11-24T11:00') + 400 * DAY);
});
