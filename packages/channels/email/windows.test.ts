import assert from 'node:assert/strict';
import fc from 'fast-check';
import { it } from 'vitest';
import { type Stumble, stumbledAt, windowAt } from './windows.ts';

it('one mail that breaks the connection costs at most ten connections, itself alone, and nothing else', () => {
  const places = fc.record({
    first: fc.nat(500),
    count: fc.integer({ min: 1, max: 1_000 }),
    poison: fc.nat(),
  });
  fc.assert(
    fc.property(places, fc.boolean(), ({ first, count, poison }, readsBare) => {
      const last = first + count - 1;
      const bad = first + (poison % count);
      const read: number[] = [];
      let [next, broken] = [first, 0];
      for (let stumble: Stumble | null = null; next <= last; ) {
        const window = windowAt('INBOX', next, last, stumble);
        const holdsBad = window.from <= bad && bad <= window.to;
        if (holdsBad && (window.how === 'full' || (window.how === 'bare' && !readsBare))) {
          stumble = stumbledAt('INBOX', window, stumble);
          broken += 1;
          continue;
        }
        for (let uid = window.from; uid <= window.to; uid += 1) if (window.how !== 'skip') read.push(uid);
        next = window.to + 1;
      }
      const all = Array.from({ length: count }, (_, index) => first + index);
      assert.deepEqual(
        read,
        all.filter((uid) => readsBare || uid !== bad),
      );
      assert.ok(broken <= 10);
    }),
  );
});

it('a connection that breaks in another folder, or further on, is no reason to read less', () => {
  const stumble = { path: 'Sent', to: 9, times: 5 };
  assert.deepEqual(windowAt('INBOX', 1, 1_000, stumble), { from: 1, to: 200, how: 'full' });
  assert.deepEqual(windowAt('Sent', 10, 1_000, stumble), { from: 10, to: 209, how: 'full' });
  assert.deepEqual(windowAt('Sent', 9, 1_000, stumble), { from: 9, to: 9, how: 'bare' });
});
