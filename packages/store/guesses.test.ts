import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { createGuesses, networkOf } from './guesses.ts';

describe('guesses', () => {
  const RIGHT = 'right';
  const world = () => {
    const guesses = createGuesses();
    let now = 0;
    let looks = 0;
    let most = 0;
    const find = (guess: string) => async () => {
      looks += 1;
      most = Math.max(most, looks);
      await Promise.resolve();
      looks -= 1;
      return guess === RIGHT ? guess : null;
    };
    return {
      look: (guess: string, address = '192.0.2.1') => guesses.look(address, guess, find(guess), () => now),
      pass: (ms: number) => {
        now += ms;
      },
      atOnce: () => most,
    };
  };
  const exhaust = async ({ look }: ReturnType<typeof world>, address?: string) => {
    for (let i = 0; i < 100; i++) {
      const looked = await look(`wrong-${i}`, address);
      if (looked.outcome === 'too_many') return { tries: i, retryAfterMs: looked.retryAfterMs };
    }
    throw new Error('nobody was slowed');
  };

  it('are slowed, and for how long is said truly', async () => {
    const tried = world();
    const { tries, retryAfterMs } = await exhaust(tried);
    assert.equal(tries, 20);
    tried.pass(retryAfterMs);
    assert.equal((await tried.look('another')).outcome, 'wrong');
    assert.equal((await tried.look('one more')).outcome, 'too_many');
  });

  it('never shut out whoever has a right token behind the same address', async () => {
    const tried = world();
    await exhaust(tried);
    assert.deepEqual(await tried.look(RIGHT), { outcome: 'right', found: RIGHT });
    assert.equal((await tried.look('wrong again')).outcome, 'too_many');
  });

  it('of one address cost another nothing', async () => {
    const tried = world();
    await exhaust(tried, '192.0.2.1');
    assert.equal((await tried.look('wrong', '192.0.2.2')).outcome, 'wrong');
  });

  it('a tab that was forgotten sends its old token for ever: that is one guess', async () => {
    const tried = world();
    for (let i = 0; i < 500; i++) assert.equal((await tried.look('old')).outcome, 'wrong');
    assert.equal((await exhaust(tried)).tries, 19);
    assert.equal((await tried.look('old')).outcome, 'wrong');
  });

  it('of an address that guesses, one is looked at after the other', async () => {
    const tried = world();
    await exhaust(tried);
    await Promise.all(Array.from({ length: 30 }, (_, i) => tried.look(`later-${i}`)));
    assert.equal(tried.atOnce(), 1);
  });

  it('a failing look fails its asker and nobody behind it', async () => {
    const guesses = createGuesses();
    const now = () => 0;
    for (let i = 0; i < 25; i++) await guesses.look('a', `wrong-${i}`, async () => null, now);
    const failing = guesses.look('a', 'x', () => Promise.reject(new Error('no database')), now);
    const next = guesses.look('a', 'y', async () => 'y', now);
    await assert.rejects(failing, /no database/);
    assert.equal((await next).outcome, 'right');
  });

  it('an address of IPv6 stands for its network', () => {
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
    assert.equal(networkOf('2001:db8::6'), networkOf('2001:db8::7'));
    assert.equal(networkOf('::1'), '0:0:0:0');
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
  });
});
