import assert from 'node:assert/strict';
import { HOSTILE, isLinear } from '@otklik/testing';
import { describe, it } from 'vitest';
import { clientName } from './clientName.ts';
import { isFarewell, isFormal } from './fillerReplies.ts';
import { normalized } from './normalized.ts';
import { nameKey } from './oneClient.ts';
import { visible, visibleLine } from './plainLine.ts';
import { awayUntil } from './presence.ts';
import { keepText } from './privacy.ts';
import { subjectOf } from './subject.ts';
import { wordingOf } from './wording.ts';

/** Every function here that reads what a stranger wrote. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  awayUntil: (text) => awayUntil(text, 0, 'UTC'),
  clientName: (text) => [
    clientName({ client_name: text, thread: '' }),
    clientName({ client_name: null, thread: text }),
  ],
  isFarewell,
  isFormal: (text) => isFormal(text, ['Здравствуйте!']),
  keepText: (text) => [keepText(text, 'preview'), keepText(text, 'full')],
  nameKey,
  normalized: (text) => [normalized(text, 'NFC'), normalized(text, 'NFKC')],
  subjectOf: (text) => [subjectOf(text), subjectOf(text, { privacy: 'preview' })],
  visible,
  visibleLine,
  wordingOf: (text) => wordingOf(text, { formalReplies: ['Здравствуйте!'], attached: false }),
};

describe('a text of 100,000 characters is read in linear time by', () => {
  for (const [name, read] of Object.entries(READERS))
    it(name, () => {
      assert.deepEqual(
        HOSTILE.filter((piece) => !isLinear(read, piece)),
        [],
      );
    });
});

it('normalized leaves out marks that no writing has, and nothing else', () => {
  assert.equal(normalized('й', 'NFC'), 'й');
  assert.equal(normalized('ﬁ', 'NFKC'), 'fi');
  const most = `a${'\u0301'.repeat(30)}`;
  assert.equal(normalized(`${most}б`, 'NFC').length, `${most}б`.normalize('NFC').length);
  assert.equal(normalized(`${most}\u0301\u0323б`, 'NFC'), normalized(`${most}б`, 'NFC'));
});
