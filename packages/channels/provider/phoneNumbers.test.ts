import assert from 'node:assert/strict';
import { test } from 'vitest';
import { isExtension, isSameLine, toE164 } from './phoneNumbers.ts';
import { localTime } from './times.ts';

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
  ['sip:+79160000001@10.0.0.9', 'RU', '+79160000001'],
  ['"Пётр" <sip:79160000001@10.0.0.9:5060;user=phone>', 'RU', '+79160000001'],
  ['tel:8-916-000-00-01', 'RU', '+79160000001'],
  ['sip:site-7@vpbx400000001.mangosip.ru', 'RU', null],
  ['office79160000001', 'RU', null],
  ['8\u00a0916\u00a0000\u201100\u201101', 'RU', '+79160000001'],
  ['9160000001/101', 'RU', null],
] as const)
  test(`«${written}» in ${country} is ${number ?? 'no number'}`, () =>
    assert.equal(toE164(written, country), number));

test('digits of a name are no extension, and a zero hides whoever calls', () => {
  const given = [
    '101',
    'sip:101@vpbx400000001.mangosip.ru',
    'site-7',
    'sip:site-7@vpbx1.ru',
    '0',
    '12345',
    '',
  ];
  assert.deepEqual(given.filter(isExtension), ['101', 'sip:101@vpbx400000001.mangosip.ru']);
});

for (const [listed, told, isSame] of [
  ['+74951234567', '84951234567', true],
  ['+74951234567', '4951234567', true],
  ['+74951234567', '1234567', true],
  ['+74951234567', '34567', false],
  ['+74951234567', 'reg74951234567', true],
  ['+74951234567', 'sip:74951234567@10.0.0.9', true],
  ['+74000000010', 'sip:site-7@vpbx4000000010.mangosip.ru', false],
  ['site-7', 'sip:site-7@vpbx400000001.mangosip.ru', true],
  ['sip:Site-7@vpbx400000001.mangosip.ru', 'site-7', true],
  ['site-7', 'shop-7', false],
  ['Продажи', 'продажи', true],
] as const)
  test(`a line listed as ${listed} is ${isSame ? '' : 'not '}the line ${told}`, () =>
    assert.equal(isSameLine(listed, told), isSame));

test('times of an exchange are its own clock’s', () => {
  assert.equal(localTime('2026-11-23 13:00:00', 'Europe/Moscow'), Date.parse('2026-11-23T10:00:00Z'));
  assert.equal(localTime('2026-11-23 13:00:00', 'Asia/Yekaterinburg'), Date.parse('2026-11-23T08:00:00Z'));
  assert.equal(localTime('yesterday', 'Europe/Moscow'), null);
  assert.equal(localTime('2026-13-23 13:00:00', 'Europe/Moscow'), null);
});
