import assert from 'node:assert/strict';
import { test } from 'vitest';
import { subjectOf } from './subject.ts';

test('a subject is one line, and nothing when it says nothing', () => {
  assert.deepEqual(subjectOf(' Диван\r\n угловой\u0000 '), { title: 'Диван угловой', link: null });
  for (const empty of [null, undefined, '', ' \n']) assert.equal(subjectOf(empty), null);
});

test('it is cut to 200 characters, never inside one', () => {
  assert.equal(subjectOf('я'.repeat(200))?.title, 'я'.repeat(200));
  assert.equal(subjectOf('я'.repeat(201))?.title, `${'я'.repeat(199)}…`);
  const cut = subjectOf(`${'я'.repeat(198)}😀😀`)?.title ?? '';
  assert.equal(cut, `${'я'.repeat(198)}…`);
  assert.ok(cut.isWellFormed());
});

test('a client’s own words are kept as privacy allows', () => {
  const title = (privacy: 'none' | 'preview' | 'full') => subjectOf('я'.repeat(150), { privacy })?.title;
  assert.equal(title('none'), undefined);
  assert.equal(title('preview'), `${'я'.repeat(120)}…`);
  assert.equal(title('full'), 'я'.repeat(150));
});
