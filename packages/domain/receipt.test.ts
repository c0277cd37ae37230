import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { foldWaits } from './foldWaits.ts';
import { asReceived, neverBack } from './receipt.ts';
import { at, rules, story } from './testing/story.ts';
import { MINUTE, SECOND } from './time.ts';

const received = (table: string) => asReceived(story(table));

test('an answer that is received after the clock was set back stands behind its question', () => {
  const question = received('10:00:00 site/7 client message m1');
  const answer = received('09:56:10 site/7 employee message m2');
  assert.equal(foldWaits([...question, ...answer], rules())[0]?.end, null);
  const [wait] = foldWaits([...question, ...neverBack(answer, at('10:00:00'))], rules());
  assert.equal(wait?.end?.outcome, 'answered');
});

test("the provider's own earlier time stays; only what bears our time, or was capped by it, is moved", () => {
  const [own, capped] = neverBack(
    received(`
      09:55:00 site/7 client message m1 received=09:56:00
      09:56:00 site/7 client message m2`),
    at('10:00:00'),
  );
  assert.deepEqual([own?.at, own?.receivedAt], [at('09:55:00'), at('10:00:00.001')]);
  assert.deepEqual([capped?.at, capped?.receivedAt], [at('10:00:00.001'), at('10:00:00.001')]);
});

test('a clock that goes on changes nothing, and one that is set back by more than minutes was wrong before', () => {
  const events = received('10:00:00 site/7 client message m1');
  assert.deepEqual(neverBack(events, at('09:59:59')), events);
  assert.deepEqual(neverBack(events, at('10:05:01')), events);
});

test('whatever the clock does within minutes, receipts never go back', () => {
  const jump = fc.integer({ min: -4 * MINUTE, max: 4 * MINUTE });
  fc.assert(
    fc.property(fc.array(jump, { maxLength: 20 }), (jumps) => {
      let now = at('10:00:00');
      let last = 0;
      const start = now;
      for (const by of jumps) {
        now = Math.max(start - 4 * MINUTE, Math.min(start, now + by + SECOND));
        const [event] = neverBack(
          received('10:00:00 site/7 client message m1').map((each) => ({
            ...each,
            at: now,
            receivedAt: now,
          })),
          last,
        );
        assert.ok(event && event.receivedAt >= last && event.at <= event.receivedAt);
        last = event.receivedAt;
      }
    }),
  );
});
