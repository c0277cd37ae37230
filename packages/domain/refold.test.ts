import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Event } from './event.ts';
import { foldWaits, type Wait } from './foldWaits.ts';
import { distinctHistory, shuffled, someRules } from './testing/histories.ts';
import { StoreModel } from './testing/storeModel.ts';
import { rules, story, waitsTold } from './testing/story.ts';

test('batches, each refolded from its own beginning, give the same waits as one fold of everything (law 2)', () => {
  fc.assert(
    fc.property(distinctHistory.chain(shuffled).chain(inBatches), someRules, (batches, policy) => {
      const store = new StoreModel(policy);
      const told: Event[] = [];
      for (const batch of batches) {
        store.record(batch);
        told.push(...batch);
        assert.deepEqual(inOrder(store.waits), inOrder(foldWaits(told, policy)));
      }
    }),
    { numRuns: 3_000 },
  );
});

const cases: { name: string; batches: string[]; waits: string[] }[] = [
  {
    name: 'a late reply that was in time is found in a closed wait',
    batches: [
      '10:00:00 site/7 client message m1',
      '10:06:00 site/7 employee message m3',
      '10:02:00 site/7 employee message m2 received=10:07:00',
    ],
    waits: ['site/7 10:00:00 m1 → 10:02:00 answered by m2'],
  },
  {
    name: 'a short end takes back the answer of an earlier batch',
    batches: [
      `10:00:00 line/7 client message m1
       10:01:00 line/7 employee call c2/answered out`,
      '10:05:00 line/7 client message m3',
      '10:06:00 line/7 employee call c2/ended out answered talk=1',
    ],
    waits: ['line/7 10:00:00 m1+m3 → waits'],
  },
  {
    name: 'a call told only at its end reaches back over a closed wait',
    batches: [
      `10:00:00 site/7 client message m1
       10:03:00 site/7 employee message m2`,
      '10:10:00 line/7 employee call c3/ended out answered talk=540',
    ],
    waits: ['site/7 10:00:00 m1 → 10:01:00 answered by c3/ended'],
  },
  {
    name: 'a nag in the instant in which its wait ends and the next opens stays with its own wait',
    batches: [
      `10:00:00 site/7 client message m1
       10:01:00 site/7 client message m2 seq=4
       10:01:00 site/7 employee message m3 seq=5
       10:01:00 site/7 client message m4 seq=6`,
      '10:02:00 site/7 employee message m5',
    ],
    waits: [
      'site/7 10:00:00 m1+m2 → 10:01:00 answered by m3',
      'site/7 10:01:00 m4 → 10:02:00 answered by m5',
    ],
  },
  {
    name: 'a deletion with an earlier clock is loaded with the message that it takes back',
    batches: [
      '10:00:00 site/7 client deletion d1 of=m1 received=10:03:00',
      '10:02:00 site/7 client message m1',
      '10:01:30 site/7 employee message m2',
    ],
    waits: ['site/7 10:02:00 m1 → 10:02:00 withdrawn'],
  },
  {
    name: 'the first ring of a call that began in an earlier wait does not open one of its own',
    batches: [
      `09:58:00 site/7 client message m1
       09:59:00 line/7 client call c1/ringing in
       09:59:30 site/7 employee message m2
       10:00:00 site/7 client message m3`,
      '10:01:00 line/7 employee call c1/answered in',
    ],
    waits: [
      'site/7 09:58:00 m1+c1 → 09:59:30 answered by m2',
      'site/7 10:00:00 m3 → 10:01:00 self_served by c1/answered',
    ],
  },
];

for (const { name, batches, waits } of cases) {
  test(name, () => {
    const store = new StoreModel(rules());
    for (const batch of batches) store.record(story(batch));
    assert.deepEqual(waitsTold(inOrder(store.waits)), waits);
  });
}

test('a new message after a settled history is folded alone', () => {
  const store = new StoreModel(rules());
  store.record(
    story(`10:00:00 site/7 client message m1
           10:01:00 site/7 employee message m2`),
  );
  assert.equal(store.record(story('10:05:00 site/7 client message m3')), 1);
});

const inBatches = (events: Event[]): fc.Arbitrary<Event[][]> =>
  fc
    .array(fc.integer({ min: 1, max: 6 }), { minLength: events.length, maxLength: events.length })
    .map((sizes) => {
      const left = [...events];
      return sizes.map((size) => left.splice(0, size));
    });

/** Two waits of different groups can open at once: then their first turns decide. */
const inOrder = (waits: readonly Wait[]): Wait[] =>
  waits.toSorted((a, b) => a.openedAt - b.openedAt || (a.opening < b.opening ? -1 : 1));
