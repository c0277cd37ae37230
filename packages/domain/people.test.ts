import assert from 'node:assert/strict';
import { test } from 'vitest';
import { mayLink } from './people.ts';
import { CHANNEL } from './testing/company.ts';

const mine = { ...CHANNEL, owner: 'anna', deputies: ['boris'], duty: [], head: 'vera' };
const others = { ...CHANNEL, owner: 'gleb', deputies: ['boris'], duty: [], head: 'olga' };

test('a head links those whose channels are all theirs, themselves, and nobody else', () => {
  const may = (person: string) => mayLink('vera', person, [mine, others]);
  assert.deepEqual(['anna', 'vera', 'boris', 'gleb', 'olga', 'nobody'].map(may), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
