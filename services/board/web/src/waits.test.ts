import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { waitOf } from '../boardFixture.ts';
import {
  applyToClosed,
  applyToOpen,
  byUrgency,
  concerns,
  countStages,
  lanesOf,
  leaseAt,
  stageAt,
} from './waits.ts';

const opened = (wait: { opened_at: string }) => Date.parse(wait.opened_at);
const ids = (waits: readonly { id: string }[]) => waits.map(({ id }) => id);

test('the most late wait comes first, then the nearest deadline, whatever the order they arrive in', () => {
  const ages = fc.uniqueArray(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(ages, (some) => {
      const sorted = some.map((age) => waitOf(String(age), age)).sort(byUrgency);
      assert.deepEqual(ids(sorted), some.toSorted((a, b) => b - a).map(String));
    }),
  );
});

test('lanes group per owner, and the owner with the most urgent client comes first', () => {
  const waits = [
    waitOf('fresh', 5, { owner: 'anna' }),
    waitOf('late', 400, { owner: 'boris' }),
    waitOf('warned', 200, { owner: 'anna' }),
  ];
  const lanes = lanesOf(waits).map(({ owner, waits: inLane }) => [owner, ids(inLane)]);
  assert.deepEqual(lanes, [
    ['boris', ['late']],
    ['anna', ['warned', 'fresh']],
  ]);
});

test('a wait turns warned and breached by the clock when the word from the server is late', () => {
  const wait = waitOf('1', 0);
  const at = (seconds: number) => stageAt(wait, opened(wait) + seconds * 1_000);
  assert.deepEqual([at(179), at(180), at(299), at(300)], ['waiting', 'warned', 'warned', 'breached']);
});

test('a breach that the server told stays, even while the browser’s clock is behind', () => {
  const wait = { ...waitOf('1', 0), stage: 'breached' as const };
  assert.equal(stageAt(wait, opened(wait)), 'breached');
});

test('stages are counted each for itself', () => {
  const waits = [waitOf('1', 400), waitOf('2', 200), waitOf('3', 210), waitOf('4', 1)];
  assert.deepEqual(countStages(waits, Date.now()), { breached: 1, warned: 2, waiting: 1 });
});

test('a lease holds until its end and no longer', () => {
  const until = '2026-11-23T10:02:00.000Z';
  const wait = waitOf('1', 1, { taken_by: 'boris', taken_until: until });
  assert.deepEqual(leaseAt(wait, Date.parse(until) - 1), { by: 'boris', until: Date.parse(until) });
  assert.equal(leaseAt(wait, Date.parse(until)), null);
});

test('a wait concerns its owner, the person asked now and the one who took it', () => {
  const wait = waitOf('1', 1, { owner: 'anna', asked: 'vera', taken_by: 'boris' });
  const concerned = [null, 'anna', 'vera', 'boris', 'daria'].filter((person) => concerns(wait, person));
  assert.deepEqual(concerned, [null, 'anna', 'vera', 'boris']);
});

test('a change replaces its wait, adds a new one, removes a closed one, and leaves the rest untouched', () => {
  const [one, two, three] = [waitOf('1', 1), waitOf('2', 2), waitOf('3', 3)];
  const after = applyToOpen(
    [one, two, three],
    [
      { wait: { ...two, taken_by: 'anna' }, closed: false },
      { wait: three, closed: true },
      { wait: waitOf('4', 0), closed: false },
    ],
  );
  assert.deepEqual(ids(after), ['1', '2', '4']);
  assert.equal(after[0], one);
  assert.equal(after[1]?.taken_by, 'anna');
});

test('of two changes of one wait the later one counts', () => {
  const wait = waitOf('1', 1);
  const opens = { wait, closed: false };
  const closes = { wait, closed: true };
  assert.deepEqual(applyToOpen([], [opens, closes]), []);
  assert.deepEqual(ids(applyToOpen([], [closes, opens])), ['1']);
});

test('a wait that became part of another leaves the open ones and is not listed as closed', () => {
  const wait = waitOf('1', 10);
  assert.deepEqual(applyToOpen([wait], [{ wait, closed: true }]), []);
  assert.deepEqual(applyToClosed([], [{ wait, closed: true }], 5), []);
});

test('closed waits stand with the last closed first, and only so many', () => {
  const closedAt = (id: string, closed_at: string) => waitOf(id, 900, { closed_at });
  const kept = [closedAt('a', '2026-11-23T10:00:00Z'), closedAt('b', '2026-11-23T09:00:00Z')];
  const after = applyToClosed(kept, [{ wait: closedAt('c', '2026-11-23T09:30:00Z'), closed: true }], 2);
  assert.deepEqual(ids(after), ['a', 'c']);
});
