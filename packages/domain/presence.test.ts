import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { awayUntil } from './presence.ts';
import { DAY } from './time.ts';

const moment = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const NOW = moment('2026-11-23T12:00:00+03:00');
const until = (words: string, timezone = 'Europe/Moscow') => awayUntil(words, NOW, timezone);

const said: { words: string; until: string | null }[] = [
  { words: '', until: '2026-11-24T00:00:00+03:00' },
  { words: '30m', until: '2026-11-23T12:30:00+03:00' },
  { words: ' 30 мин ', until: '2026-11-23T12:30:00+03:00' },
  { words: '2h', until: '2026-11-23T14:00:00+03:00' },
  { words: '2 ч.', until: '2026-11-23T14:00:00+03:00' },
  { words: '14:30', until: '2026-11-23T14:30:00+03:00' },
  { words: '9.15', until: '2026-11-24T09:15:00+03:00' },
  { words: '25:00', until: null },
  { words: '0m', until: null },
  { words: '48h', until: null },
  { words: 'обед', until: null },
];
for (const { words, until: expected } of said) {
  test(`«/away ${words}» at noon is until ${expected ?? 'nothing: it is not understood'}`, () => {
    assert.equal(until(words), expected === null ? null : moment(expected));
  });
}

test('the end of the day is that of the person', () => {
  assert.equal(until('', 'Asia/Yekaterinburg'), moment('2026-11-24T00:00:00+05:00'));
});

test('whatever is understood ends after now, and within a day and an hour', () => {
  const words = fc.oneof(
    fc.constant(''),
    fc.tuple(fc.nat(30), fc.constantFrom('m', 'h', 'ч', 'мин')).map(([n, unit]) => `${n}${unit}`),
    fc.tuple(fc.nat(25), fc.nat(61)).map(([h, m]) => `${h}:${String(m).padStart(2, '0')}`),
    fc.string(),
  );
  const zones = fc.constantFrom('Europe/Moscow', 'America/New_York', 'Asia/Kathmandu');
  fc.assert(
    fc.property(words, fc.integer({ min: 0, max: 3e12 }), zones, (text, now, zone) => {
      const end = awayUntil(text, now, zone);
      assert.ok(end === null || (end > now && end <= now + DAY + 3_600_000));
    }),
  );
});
