import assert from 'node:assert/strict';
import { it } from 'vitest';
import { LineWorld } from './testing/lineWorld.ts';

it('an exchange whose list is not opened says what it does not see', async () => {
  for (const [keys, missing] of [
    ['provider: megafon, secret: "the-secret"', /account, its address, and token/],
    ['provider: sipuni, key: "the-key-of-this-test-1"', /account, the number of the system, and secret/],
    ['provider: uis, key: "the-key-of-this-test-1"', /set token/],
    ['provider: onlinepbx, key: "the-key-of-this-test-1", account: acme.onpbx.ru', /set token/],
  ] as const) {
    const { isRead, problem, gaps } = await new LineWorld(keys).look();
    assert.deepEqual([isRead, problem, gaps.length], [true, null, 1]);
    assert.match(gaps[0] ?? '', missing);
  }
});
