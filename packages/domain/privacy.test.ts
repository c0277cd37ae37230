import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { keepText } from './privacy.ts';

const graphemesOf = (text: string): string[] =>
  Array.from(
    new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text),
    ({ segment }) => segment,
  );

const FAMILY = '👩‍👩‍👧‍👦';
/** One letter with its two accents, as separate code points. */
const ACCENTED = 'е\u0301\u0323';

const previews: { rule: string; text: string; kept: string }[] = [
  { rule: 'a short text is kept as it is', text: 'Здравствуйте!', kept: 'Здравствуйте!' },
  { rule: 'an empty text is kept empty', text: '', kept: '' },
  { rule: 'exactly 120 characters are kept', text: 'я'.repeat(120), kept: 'я'.repeat(120) },
  { rule: 'the 121st character is cut', text: 'я'.repeat(121), kept: `${'я'.repeat(120)}…` },
  {
    rule: 'the ellipsis does not follow a space',
    text: `${'я'.repeat(119)} конец`,
    kept: `${'я'.repeat(119)}…`,
  },
  { rule: 'an emoji of two units counts once', text: '😀'.repeat(121), kept: `${'😀'.repeat(120)}…` },
  { rule: 'a letter with accents counts once', text: ACCENTED.repeat(121), kept: `${ACCENTED.repeat(120)}…` },
  { rule: 'a family of emoji is never cut in two', text: FAMILY.repeat(120), kept: `${FAMILY.repeat(87)}…` },
  {
    rule: 'a surrogate pair at the edge of what is looked at is not cut in two',
    text: `a${`b${'\u0301'.repeat(9)}`.repeat(95)}${'c'.repeat(8)}😀${'d'.repeat(50)}`,
    kept: `a${`b${'\u0301'.repeat(9)}`.repeat(95)}${'c'.repeat(8)}…`,
  },
  {
    rule: 'a megabyte of accents on one letter is cut down to nothing',
    text: `e${'\u0301'.repeat(1 << 20)}`,
    kept: '…',
  },
  {
    rule: 'a megabyte of text is cut like any other',
    text: 'слово '.repeat(1 << 18),
    kept: `${'слово '.repeat(20).trimEnd()}…`,
  },
];
for (const { rule, text, kept } of previews) {
  test(`preview: ${rule}`, () => assert.equal(keepText(text, 'preview'), kept));
}

test('none keeps nothing, full keeps everything, and no text is no text (law 11)', () => {
  assert.equal(keepText('Здравствуйте!', 'none'), null);
  const long = `${'слово '.repeat(1 << 16)}\ud83d`;
  assert.equal(keepText(long, 'full'), long);
  for (const level of ['none', 'preview', 'full'] as const) assert.equal(keepText(null, level), null);
});

test('a preview is the text itself, or whole characters of its beginning and an ellipsis, never more than 120', () => {
  const text = fc
    .array(fc.constantFrom('a', 'Ж', ' ', '😀', FAMILY, ACCENTED, '🇷🇺', '\r\n', '각'), {
      maxLength: 300,
      size: 'max',
    })
    .map((characters) => characters.join(''));
  fc.assert(
    fc.property(text, (whole) => {
      const kept = keepText(whole, 'preview');
      assert.ok(kept !== null);
      if (kept === whole) {
        assert.ok(graphemesOf(whole).length <= 120);
        return;
      }
      assert.ok(kept.isWellFormed());
      const shown = graphemesOf(kept.slice(0, -1));
      assert.equal(kept.at(-1), '…');
      assert.ok(shown.length <= 120);
      assert.deepEqual(shown, graphemesOf(whole).slice(0, shown.length));
    }),
    { numRuns: 500 },
  );
});
