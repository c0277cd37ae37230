import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { type Backlog, holdFor, LONGEST_HOLD } from './backlog.ts';
import { MINUTE, SECOND } from './time.ts';

const NOW = 10 * MINUTE;
const backlog = (more: Partial<Backlog> = {}): Backlog => ({
  source: 'queue',
  since: NOW - 2 * SECOND,
  channels: ['site'],
  ...more,
});
const look = (
  backlogs: Backlog[],
  {
    begun = {},
    ableSince = 0,
    now = NOW,
  }: { begun?: Record<string, number>; ableSince?: number; now?: number } = {},
) => holdFor(backlogs, new Map(Object.entries(begun)), { now, ableSince });

test('nothing is held while nothing waits, or what waits is younger than a second', () => {
  assert.deepEqual(look([]), { held: null, standing: null, begun: new Map() });
  assert.equal(look([backlog({ since: NOW - SECOND })]).held, null);
});

test('an older event holds the waits of clients known on its channel', () => {
  assert.deepEqual(look([backlog()]).held, { channels: ['site'] });
});

test('where one place does not know its channels, everything is held', () => {
  assert.deepEqual(look([backlog(), backlog({ source: 'spool', channels: null })]).held, { channels: null });
});

test('after half a minute it holds no more, and answers may still be on their way', () => {
  const seen = look([backlog({ since: NOW - 30 * SECOND })]);
  assert.deepEqual([seen.held, seen.standing], [null, { channels: ['site'] }]);
});

test('the half minute counts from the beginning of the backlog, however its content changes', () => {
  const seen = look([backlog()], { begun: { queue: NOW - 30 * SECOND } });
  assert.equal(seen.held, null);
  assert.deepEqual(seen.begun, new Map([['queue', NOW - 30 * SECOND]]));
});

test('while the clock itself could not fire, nothing was held back', () => {
  const begun = { queue: NOW - 40 * SECOND };
  assert.deepEqual(look([backlog()], { begun, ableSince: NOW - 5 * SECOND }).held, { channels: ['site'] });
});

test('one place whose half minute is over does not release the others', () => {
  const seen = look([backlog(), backlog({ source: 'spool', channels: ['line'] })], {
    begun: { queue: NOW - 31 * SECOND },
  });
  assert.deepEqual(seen.held, { channels: ['line'] });
});

test('whatever stands: each look holds what is older than a second, and no backlog longer than half a minute', () => {
  const some = fc.record({
    source: fc.constantFrom('queue', 'spool a', 'spool b'),
    age: fc.integer({ min: 0, max: 90 * SECOND }),
    channels: fc.option(fc.subarray(['site', 'line', 'bot'], { minLength: 1 }), { nil: null }),
  });
  const pause = fc.integer({ min: 1, max: 20 * SECOND });
  fc.assert(
    fc.property(fc.array(fc.tuple(pause, fc.array(some, { maxLength: 3 })), { maxLength: 20 }), (looks) => {
      let now = NOW;
      let begun: ReadonlyMap<string, number> = new Map();
      const heldSince = new Map<string, number>();
      for (const [later, found] of looks) {
        now += later;
        const backlogs = [...new Map(found.map((each) => [each.source, each])).values()].map(
          ({ source, age, channels }): Backlog => ({ source, since: now - age, channels }),
        );
        const seen = holdFor(backlogs, begun, { now, ableSince: 0 });
        begun = seen.begun;
        const old = backlogs.filter(({ since }) => now - since > SECOND);
        assert.equal(seen.standing === null, old.length === 0);
        for (const source of heldSince.keys()) if (!begun.has(source)) heldSince.delete(source);
        for (const { source, since, channels } of old) {
          const began = heldSince.get(source) ?? since;
          heldSince.set(source, Math.min(began, since));
          const isOver = now - (heldSince.get(source) ?? now) >= LONGEST_HOLD;
          const isHeld =
            seen.held !== null &&
            (seen.held.channels === null ||
              channels?.every((channel) => seen.held?.channels?.includes(channel)));
          assert.ok(isOver || isHeld);
        }
        if (old.every(({ source }) => now - (heldSince.get(source) ?? now) >= LONGEST_HOLD))
          assert.equal(seen.held, null);
      }
    }),
  );
});
