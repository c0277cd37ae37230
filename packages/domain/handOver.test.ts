import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { goesBack, takenUntil } from './handOver.ts';
import { CHANNEL, calendar, people, policy } from './testing/company.ts';
import { at } from './testing/story.ts';
import { MINUTE } from './time.ts';

describe('a hand-over', () => {
  it('is to be taken within the lease, in working time where the chain stands still outside it', () => {
    const works = calendar({ 1: '09:00-13:00 14:00-18:00' }); // the story is told on a Monday
    const same = policy({ takeLease: 2 * MINUTE });
    const defer = policy({ takeLease: 2 * MINUTE, afterHours: 'defer' });
    assert.equal(takenUntil(same, works, at('12:59:00')), at('13:01:00'));
    assert.equal(takenUntil(defer, works, at('12:59:00')), at('14:01:00'));
    assert.equal(takenUntil(defer, null, at('12:59:00')), at('13:01:00'));
  });

  it('goes back to whoever had it; whoever stands in for them is told', () => {
    const noon = at('12:00:00');
    const back = (given: { from: string; to: string }, away: Record<string, string> = {}) =>
      goesBack(given, CHANNEL, people(away), noon);
    const today = new Date(noon).toISOString().slice(0, 10);
    assert.deepEqual(back({ from: 'anna', to: 'vlad' }), { owner: 'anna', told: 'anna' });
    assert.deepEqual(back({ from: 'anna', to: 'vlad' }, { anna: today }), { owner: 'anna', told: 'boris' });
    assert.equal(back({ from: 'anna', to: 'boris' }, { anna: today }), null); // Boris is asked all the same
    assert.equal(back({ from: 'nobody', to: 'boris' }), null);
  });
});
