import assert from 'node:assert/strict';
import { it } from 'vitest';
import { channelMemory } from './channelMemory.ts';
import { testStore } from './testing/testStore.ts';

it('what is claimed twice at once stands as the first said, and both are told so', async () => {
  await using opened = await testStore();
  const memory = channelMemory(opened.store, 'wa');
  const claims = Array.from(
    { length: 20 },
    (_, index) =>
      new Map([
        ['a', `${index}`],
        ['b', `${index}`],
      ]),
  );
  const told = await Promise.all(claims.map((claim) => memory.claim(claim, 'history')));
  const stands = await memory.recall(['a', 'b']);
  assert.equal(stands.size, 2);
  for (const each of told) assert.deepEqual(new Map([...each].toSorted()), new Map([...stands].toSorted()));
});

it('a claim changes nothing that is remembered, and is no claim of what is forgotten', async () => {
  await using opened = await testStore();
  const memory = channelMemory(opened.store, 'wa');
  await memory.remember(new Map([['a', 'old']]), 'history');
  assert.deepEqual(await memory.claim(new Map([['a', 'new']]), 'history'), new Map([['a', 'old']]));
  await memory.remember(new Map([['a', null]]), 'history');
  assert.deepEqual(await memory.claim(new Map([['a', 'new']]), 'history'), new Map([['a', 'new']]));
  assert.deepEqual(await memory.claim(new Map(), 'history'), new Map());
});
