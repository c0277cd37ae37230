import assert from 'node:assert/strict';
import { test } from 'vitest';
import { PAGE_TEXTS } from './pages/texts.ts';
import { TEXTS } from './texts.ts';

const ALL = { ru: [TEXTS.ru, PAGE_TEXTS.ru], en: [TEXTS.en, PAGE_TEXTS.en] };

/** Every text with its path; texts with parameters are tried with stand-ins. */
function* textsOf(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === 'function') yield* textsOf(value(7, 'X'), path);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      yield* textsOf(inner, path === '' ? name : `${path}.${name}`);
  } else yield [path, String(value)];
}

test('Russian counts clients in all three forms', () => {
  const counted = [1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111].map(TEXTS.ru.laneCount);
  assert.deepEqual(counted, [
    '1 клиент',
    '2 клиента',
    '4 клиента',
    '5 клиентов',
    '11 клиентов',
    '12 клиентов',
    '14 клиентов',
    '21 клиент',
    '22 клиента',
    '25 клиентов',
    '101 клиент',
    '111 клиентов',
  ]);
});

test('English counts clients in both forms', () => {
  assert.deepEqual([1, 2, 11, 21].map(TEXTS.en.laneCount), [
    '1 client',
    '2 clients',
    '11 clients',
    '21 clients',
  ]);
});

test('every text is there in both languages', () => {
  for (const locale of ['ru', 'en'] as const) {
    for (const [path, text] of textsOf(ALL[locale], ''))
      assert.notEqual(text.trim(), '', `${locale} ${path}`);
  }
});

test('no English text was left in Russian, but for the switch to it', () => {
  const cyrillic = [...textsOf(ALL.en, '')].filter(([, text]) => /[а-яё]/i.test(text)).map(([path]) => path);
  assert.deepEqual(cyrillic, ['0.language', '0.languageHint']);
});
