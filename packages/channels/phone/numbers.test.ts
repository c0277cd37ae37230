import assert from 'node:assert/strict';
import { test } from 'vitest';
import { localTime } from './line.ts';
import { toE164 } from './numbers.ts';

for (const [written, country, number] of [
  ['+79160000001', 'RU', '+79160000001'],
  ['79160000001', 'RU', '+79160000001'],
  ['8 (916) 000-00-01', 'RU', '+79160000001'],
  ['9160000001', 'RU', '+79160000001'],
  ['0079160000001', 'RU', '+79160000001'],
  ['+375291234567', 'RU', '+375291234567'],
  ['375291234567', 'BY', '+375291234567'],
  ['8 029 123-45-67', 'BY', '+375291234567'],
  ['101', 'RU', null],
  ['', 'RU', null],
  ['anonymous', 'RU', null],
] as const)
  test(`«${written}» in ${country} is ${number ?? 'no number'}`, () =>
    assert.equal(toE164(written, country), number));

test('times of an exchange are its own clock’s', () => {
  assert.equal(localTime('2026-11-23 13:00:00', 'Europe/Moscow'), Date.parse('2026-11-23T10:00:00Z'));
  assert.equal(localTime('2026-11-23 13:00:00', 'Asia/Yekaterinburg'), Date.parse('2026-11-23T08:00:00Z'));
  assert.equal(localTime('yesterday', 'Europe/Moscow'), null);
  assert.equal(localTime('2026-13-23 13:00:00', 'Europe/Moscow'), null);
});
