import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Event } from './event.ts';
import { type FoldPolicy, foldWaits, type Wait } from './foldWaits.ts';
import { momentsOf } from './moments.ts';
import { distinctHistory, history, shuffled, someRules } from './testing/histories.ts';
import { naiveFold } from './testing/naiveFold.ts';
import { rules } from './testing/story.ts';

const RUNS = { numRuns: 1_000 };

test('any order of the same events gives the same waits (law 2)', () => {
  const orders = history.chain((events) =>
    fc.record({ events: fc.constant(events), other: shuffled(events) }),
  );
  fc.assert(
    fc.property(orders, someRules, ({ events, other }, policy) => {
      assert.deepEqual(foldWaits(other, policy), foldWaits(events, policy));
    }),
    RUNS,
  );
});

test('a second delivery of any events changes nothing (law 1)', () => {
  const repeated = history.chain((events) =>
    fc.record({ events: fc.constant(events), again: fc.subarray(events) }),
  );
  fc.assert(
    fc.property(repeated, someRules, ({ events, again }, policy) => {
      const later = again.map((event) => ({ ...event, receivedAt: event.receivedAt + 60_000 }));
      assert.deepEqual(foldWaits([...later, ...events, ...again], policy), foldWaits(events, policy));
    }),
    RUNS,
  );
});

test('the fold agrees with an oracle that stamps turn by turn', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      const told = foldWaits(events, policy).map(({ openedAt, turns, end }) => ({
        openedAt,
        turns: [...turns],
        end: end && { outcome: end.outcome, at: end.at },
      }));
      assert.deepEqual(sorted(told), sorted(naiveFold(events, policy)));
    }),
    { numRuns: 3_000 },
  );
});

test('what a machine writes changes nothing (law 3)', () => {
  fc.assert(
    fc.property(history, (events) => {
      const policy = rules();
      // A bounce is no words: it takes a person's back.
      const humans = events.filter(
        (event) => event.side !== 'bot' || event.kind === 'call' || event.kind === 'bounce',
      );
      assert.deepEqual(foldWaits(humans, policy), foldWaits(withoutMixedIds(events, humans), policy));
    }),
    RUNS,
  );
});

test('a call that only machines dial and hear changes nothing (law 3)', () => {
  fc.assert(
    fc.property(history, (events) => {
      const dialled = events.map((event) =>
        event.kind === 'call' && event.call.direction === 'out' ? { ...event, side: 'bot' as const } : event,
      );
      const without = events.filter((event) => event.kind !== 'call' || event.call.direction === 'in');
      assert.deepEqual(foldWaits(dialled, rules()), foldWaits(without, rules()));
    }),
    RUNS,
  );
});

test('what happens after the end of a wait changes nothing of it (law 4)', () => {
  fc.assert(
    fc.property(history, history, someRules, (events, others, policy) => {
      for (const wait of closedOf(foldWaits(events, policy))) {
        // Only a bounce does: what never arrived was no end.
        const later = others
          .filter(({ kind }) => kind !== 'bounce')
          .map((event) => afterwards(event, wait.end.at));
        assert.deepEqual(sameOpening(foldWaits([...events, ...later], policy), wait), wait);
      }
    }),
    { numRuns: 300 },
  );
});

test('a wait opens at the time of the provider, and was seen no earlier than anything of it arrived (law 5)', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      for (const wait of foldWaits(events, policy)) {
        const own = events.filter((event) => keysOf(wait).has(`${event.channel}\n${event.id}`));
        const times = momentsOf(own, policy.rulesOf).flatMap(({ means, at }) =>
          means === 'turn' ? [at] : [],
        );
        assert.equal(wait.openedAt, Math.min(...times));
        assert.equal(wait.seenAt, Math.min(...own.map((event) => event.receivedAt)));
      }
    }),
    RUNS,
  );
});

test('every turn of the client belongs to exactly one wait, and nothing else belongs to any', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      const turns = momentsOf(events, policy.rulesOf)
        .filter(({ means }) => means === 'turn')
        .flatMap((turn) => turn.events.map((event) => `${event.channel}\n${event.id}`));
      const told = foldWaits(events, policy).flatMap((wait) => [...wait.turns]);
      assert.deepEqual(told.toSorted(), turns.toSorted());
    }),
    RUNS,
  );
});

test('no wait ends before it opens, and only the last of a group is open', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      for (const group of groupsOf(foldWaits(events, policy), policy)) {
        for (const wait of group) assert.ok(wait.end === null || wait.end.at >= wait.openedAt);
        assert.ok(group.filter((wait) => wait.end === null).length <= 1);
      }
    }),
    RUNS,
  );
});

test('waits of one group overlap only where a decision left unseen turns waiting', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      for (const group of groupsOf(foldWaits(events, policy), policy)) {
        for (const [a, b] of pairsOf(group)) {
          const apart = areApart(a, b);
          const settled = [a, b].some((wait) => wait.end?.outcome === 'no_reply_needed');
          assert.ok(apart || settled);
        }
      }
    }),
    RUNS,
  );
});

test('without decisions no two waits of one group overlap', () => {
  fc.assert(
    fc.property(distinctHistory, someRules, (events, policy) => {
      const undecided = events.filter((event) => event.kind !== 'decision');
      for (const group of groupsOf(foldWaits(undecided, policy), policy)) {
        for (const [a, b] of pairsOf(group)) assert.ok(areApart(a, b));
      }
    }),
    RUNS,
  );
});

/** Within one second, where a thread has no fractions, the times say nothing. */
const areApart = (a: Wait, b: Wait): boolean =>
  endOf(a) <= secondAfter(b.openedAt) || endOf(b) <= secondAfter(a.openedAt);
const secondAfter = (at: number): number => Math.floor(at / 1_000) * 1_000 + 999;
const endOf = (wait: Wait): number => wait.end?.at ?? Number.POSITIVE_INFINITY;
const keysOf = (wait: Wait): ReadonlySet<string> => new Set(wait.turns);

type Closed = Wait & { readonly end: NonNullable<Wait['end']> };
const closedOf = (waits: readonly Wait[]): Closed[] =>
  waits.filter((wait): wait is Closed => wait.end !== null);

const sameOpening = (waits: readonly Wait[], wait: Wait): Wait | undefined =>
  waits.find(({ opening }) => opening === wait.opening);

/** A new event, with an id of its own, none of whose effects lies at or before a moment. */
function afterwards(event: Event, moment: number): Event {
  // A call has a bearing on another that began a minute before.
  const shift = moment - event.at + 120_000 + (event.at % 40_000);
  const later = { at: event.at + shift, receivedAt: event.receivedAt + shift, id: `later-${event.id}` };
  if (event.kind === 'call')
    return { ...event, ...later, call: { ...event.call, id: `later-${event.call.id}` } };
  return { ...event, ...later };
}

/** An id told twice, once by a human and once by a machine, is one event: leave only one of the two out of the question. */
function withoutMixedIds(events: readonly Event[], humans: readonly Event[]): Event[] {
  const ids = new Set(humans.map((event) => `${event.channel}\n${event.id}`));
  return events.filter((event) => humans.includes(event) || !ids.has(`${event.channel}\n${event.id}`));
}

const groupsOf = (waits: readonly Wait[], policy: FoldPolicy): Wait[][] => [
  ...Map.groupBy(waits, (wait) =>
    policy.crossChannel(wait.channel) ? '' : `${wait.channel} ${wait.thread}`,
  ).values(),
];

const pairsOf = (waits: readonly Wait[]): [Wait, Wait][] =>
  waits.flatMap((a, i) => waits.slice(i + 1).map((b): [Wait, Wait] => [a, b]));

const sorted = (waits: readonly { turns: readonly string[] }[]) =>
  waits.toSorted((a, b) => (a.turns.join() < b.turns.join() ? -1 : 1));
