import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it, test } from 'vitest';
import { isAway } from './askWhom.ts';
import type { Policy } from './policy.ts';
import { readSpan } from './replaySpan.ts';
import type { Rules } from './rules.ts';
import { type ReplaySpan, replayWaits } from './simulate.ts';
import { Counting, isNight } from './tally.ts';
import { CHANNEL, people, policy } from './testing/company.ts';
import { history, shuffled } from './testing/histories.ts';
import { at, story, timeOf } from './testing/story.ts';
import { MINUTE, SECOND } from './time.ts';

const SPAN: ReplaySpan = { from: at('09:00:00'), to: at('11:00:00'), until: at('13:00:00') };

const company = (said: Partial<Policy> = {}, away: Readonly<Record<string, string>> = {}): Rules => ({
  channels: new Map(
    ['site', 'bot', 'line'].map((id) => [id, { ...CHANNEL, name: id, policy: policy(said) }]),
  ),
  people: people(away),
  calendar: null,
});
const toldOf = (table: string, rules: Rules, span = SPAN) =>
  replayWaits(story(table), rules, span).flatMap(({ told }) =>
    told.map(({ person, at, held }) => `${timeOf(at)} ${person}${held ? ' held' : ''}`),
  );
const breachesOf = (events: Parameters<typeof replayWaits>[0], rules: Rules): number =>
  replayWaits(events, rules, SPAN).filter(({ breached }) => breached).length;

const ANSWERED_AT_6 = `
  10:00:00 site/1 client message m1
  10:06:00 site/1 employee message m2`;

describe('a replayed wait', () => {
  it('climbs its chain to the answer, each step at its due time', () => {
    assert.deepEqual(toldOf(ANSWERED_AT_6, company()), [
      '10:03:00 anna',
      '10:05:00 anna',
      '10:05:00 boris',
      '10:05:00 vlad',
    ]);
  });

  it('is breached by an answer after the window, not by one in its last moment', () => {
    const marks = (breach: number) =>
      replayWaits(story(ANSWERED_AT_6), company({ breach }), SPAN).map(({ breached }) => breached);
    assert.deepEqual([marks(6 * MINUTE - SECOND), marks(6 * MINUTE)], [[true], [false]]);
  });

  it('that is still open has got as far as the moment of the asking', () => {
    const told = toldOf('10:00:00 site/1 client message m1', company(), { ...SPAN, until: at('10:04:00') });
    assert.deepEqual(told, ['10:03:00 anna']);
  });

  it('holds back what comes in the quiet hours of who stands by, never of who answers for it', () => {
    const rules = company();
    const quiet = { from: '09:00', to: '12:00' };
    const sleepy = new Map([...rules.people].map(([id, person]) => [id, { ...person, quiet }]));
    assert.deepEqual(toldOf(ANSWERED_AT_6, { ...rules, people: sleepy }), [
      '10:03:00 anna',
      '10:05:00 anna',
      '10:05:00 boris held',
      '10:05:00 vlad held',
    ]);
  });

  it('counts when it opened in the time, from its first moment to before its last', () => {
    const opened = (from: string, to: string) =>
      replayWaits(story(ANSWERED_AT_6), company(), { ...SPAN, from: at(from), to: at(to) }).length;
    assert.deepEqual([opened('10:00:00', '10:00:01'), opened('09:00:00', '10:00:00')], [1, 0]);
  });
});

test('a longer window never gives more breaches', () => {
  const minutes = fc.integer({ min: 1, max: 40 }).map((n) => n * SECOND);
  fc.assert(
    fc.property(history, minutes, minutes, (events, breach, more) => {
      const [short, long] = [breach, breach + more].map((length) =>
        breachesOf(events, company({ warn: SECOND / 2, breach: length })),
      );
      assert.ok((long ?? 0) <= (short ?? 0));
    }),
  );
});

test('the order of the events and second deliveries change nothing (laws 1 and 2)', () => {
  const pair = history.chain((events) => fc.tuple(fc.constant(events), shuffled([...events, ...events])));
  fc.assert(
    fc.property(pair, ([events, other]) => {
      assert.deepEqual(replayWaits(other, company(), SPAN), replayWaits(events, company(), SPAN));
    }),
  );
});

test('nobody who is away is told while somebody else is there, and no step tells nobody (law 6)', () => {
  const absent = fc.subarray(['anna', 'boris', 'vlad', 'vera'], { maxLength: 3 });
  fc.assert(
    fc.property(history, absent, (events, gone) => {
      const rules = company({}, Object.fromEntries(gone.map((id) => [id, '2026-11-23'])));
      for (const { told, steps } of replayWaits(events, rules, SPAN)) {
        assert.equal(new Set(told.map((each) => each.at)).size, steps);
        for (const { person, at: moment } of told) {
          const known = rules.people.get(person);
          assert.ok(known && !isAway(known, moment), person);
        }
      }
    }),
  );
});

describe('a tally', () => {
  const counted = (channels: string[], table: string) => {
    const counting = new Counting(channels, people());
    for (const replayed of replayWaits(story(table), company({ crossChannel: false }), SPAN))
      counting.addReplayed(replayed);
    return counting.tally();
  };
  const DAY = `${ANSWERED_AT_6}
    10:10:00 site/1 client message m3
    10:11:00 site/1 employee message m4
    10:20:00 bot/1 client message m5
    10:24:00 bot/1 employee message m6
    10:30:00 bot/1 client message m7
    10:31:00 bot/1 employee decision x1`;

  it('shares are of the waits that were answered in time or passed the mark', () => {
    const { waits, answered, breaches, withinWarn, withinBreach, channels } = counted(['site', 'bot'], DAY);
    assert.deepEqual([waits, answered, breaches, withinWarn, withinBreach], [4, 3, 1, 1 / 3, 2 / 3]);
    assert.deepEqual(channels.get('site'), { waits: 2, breaches: 1, withinBreach: 0.5 });
    assert.deepEqual(counted(['site'], '').withinBreach, null);
  });

  it('knows only the channels that are asked for', () => {
    const { waits, pings, people: told, channels } = counted(['bot'], DAY);
    assert.deepEqual([waits, pings, [...told.keys()], [...channels.keys()]], [2, 1, ['anna'], ['bot']]);
  });

  it('counts at night what comes between 22:00 and 08:00 of the person’s own clock', () => {
    const night = (time: string, timezone: string) => isNight(at(time), timezone);
    assert.deepEqual(
      ['21:59:59', '22:00:00', '07:59:59', '08:00:00'].map((time) => night(time, 'UTC')),
      [false, true, true, false],
    );
    assert.equal(night('18:00:00', 'Asia/Yekaterinburg'), true);
    const counting = new Counting([], people());
    for (const held of [true, false])
      counting.addTold({ person: 'anna', at: at('23:00:00'), held, times: 2 });
    assert.deepEqual(counting.tally().people.get('anna'), { pings: 2, held: 2, night: 2 });
  });
});

describe('the time to replay', () => {
  const read = (from: string, to: string) => readSpan(from, to, 'Europe/Moscow', 0);

  it('is told by dates of the company’s zone or by instants', () => {
    assert.deepEqual(read('2026-11-01', '2026-11-24T00:00:00+03:00'), {
      from: Date.parse('2026-10-31T21:00:00Z'),
      to: Date.parse('2026-11-23T21:00:00Z'),
      until: 0,
    });
  });

  it('is refused when it is none, backwards, or longer than a year', () => {
    assert.deepEqual(
      [
        read('2026-13-01', '2026-11-24'),
        read('2026-11-01', 'tomorrow'),
        read('2026-11-24', '2026-11-24'),
        read('2025-01-01', '2026-02-01'),
      ],
      [{ problem: 'from' }, { problem: 'to' }, { problem: 'order' }, { problem: 'length' }],
    );
  });
});
