import assert from 'node:assert/strict';
import { test } from 'vitest';
import { judgesOf } from './judges.ts';
import type { PeopleById, Person } from './people.ts';

const people: PeopleById = new Map(
  Object.entries({ anna: 'owner', vera: 'head', gleb: 'head' }).map(([id, role]) => [
    id,
    { id, role } as Person,
  ]),
);

const by = (disputer: string, owner = disputer) => ({ disputer, owner });

test('the channel’s head judges what somebody else disputes', () => {
  assert.deepEqual(judgesOf({ head: 'vera' }, people, by('anna')), ['vera']);
});

test('nobody judges their own: another head does', () => {
  assert.deepEqual(judgesOf({ head: 'vera' }, people, by('vera')), ['gleb']);
});

test('where a channel has no head, or one who has left, any head judges', () => {
  assert.deepEqual(judgesOf({ head: null }, people, by('anna')), ['vera', 'gleb']);
  assert.deepEqual(judgesOf({ head: 'left' }, people, by('anna')), ['vera', 'gleb']);
});

test('whoever has the wait now does not judge it in another head’s place', () => {
  assert.deepEqual(judgesOf({ head: null }, people, by('anna', 'vera')), ['gleb']);
});

test('a head who is alone has no judge but an admin', () => {
  const alone = new Map([...people].filter(([id]) => id !== 'gleb'));
  assert.deepEqual(judgesOf({ head: 'vera' }, alone, by('vera')), []);
});
