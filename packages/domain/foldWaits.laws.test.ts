import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Event, Message, Side } from './event.ts';
import { type FoldPolicy, foldWaits, type Wait } from './foldWaits.ts';
import { momentsOf } from './moments.ts';
import { distinctHistory, history, shuffled, someRules } from './testing/histories.ts';
import { naiveFold } from './testing/naiveFold.ts';
import { at, rules } from './testing/story.ts';

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
      const told = foldWaits(events, policy).map(({ openedAt, history, turns, end }) => ({
        openedAt,
        history,
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

test('an answer that our side takes back before anything else is said was none from the beginning (law 3)', () => {
  const answered = fc.record({
    events: history,
    answer: anAnswer,
    delay: fc.integer({ min: 0, max: 10_000 }),
  });
  fc.assert(
    fc.property(answered, someRules, ({ events, answer, delay }, policy) => {
      fc.pre(delay <= policy.breachOf(answer.channel));
      const before = events.filter(({ at }) => at < answer.at - 1_000);
      const undone = [...before, answer, deletionOf(answer, 'employee', answer.at + delay)];
      assert.deepEqual(foldWaits(undone, policy), foldWaits(before, policy));
    }),
    RUNS,
  );
});

test('any other deletion of an answer changes nothing: later, after the next turn, or by nobody of ours', () => {
  const deleted = fc.record({
    events: history,
    answer: anAnswer,
    delay: fc.integer({ min: 0, max: 120_000 }),
    side: fc.constantFrom<Side>('employee', 'unknown', 'bot', 'client'),
  });
  fc.assert(
    fc.property(deleted, someRules, ({ events, answer, delay, side }, policy) => {
      const said = [...events, answer];
      const turnsBetween = momentsOf(said, policy.rulesOf).some(
        ({ means, at, channel, thread }) =>
          means === 'turn' &&
          policy.crossChannel(channel) === policy.crossChannel(answer.channel) &&
          (policy.crossChannel(channel) || (channel === answer.channel && thread === answer.thread)) &&
          at >= answer.at + 1_000 &&
          at + 1_000 <= answer.at + delay,
      );
      fc.pre(side !== 'employee' || delay > policy.breachOf(answer.channel) || turnsBetween);
      const deletion = deletionOf(answer, side, answer.at + delay);
      // A client's deletion is a moment of its second, and may put ties there in another light.
      fc.pre(side !== 'client' || deletion.at % 1_000 !== 0);
      assert.deepEqual(foldWaits([...said, deletion], policy), foldWaits(said, policy));
    }),
    RUNS,
  );
});

test('an empty message of ours is as if never said', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      const isEmpty = (event: Event) => event.side !== 'client' && 'wording' in event && event.wording?.empty;
      const once = [...new Map(events.map((event) => [`${event.channel}\n${event.id}`, event])).values()];
      const without = once.filter((event) => !isEmpty(event));
      assert.deepEqual(foldWaits(once, policy), foldWaits(without, policy));
    }),
    RUNS,
  );
});

test('what was said before its channel was watched and what since are never one wait, and no turn changes sides', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      const all = [...new Map(events.map((event) => [`${event.channel}\n${event.id}`, event])).values()];
      const turns = momentsOf(all, policy.rulesOf).filter(({ means }) => means === 'turn');
      for (const wait of foldWaits(all, policy)) {
        const own = turns.filter((turn) => turn.events.some((event) => keysOf(wait).has(keyOf(event))));
        assert.ok(own.length > 0);
        for (const { at, channel } of own) assert.equal(at < policy.enforceFrom(channel), wait.history);
      }
    }),
    RUNS,
  );
});

test('who waits since the border does so as if nobody had ever waited before it, and the other way round', () => {
  // Of calls the turn and the answer are one event; of a second without fractions each event decides over the order.
  const plain = distinctHistory.map((events) =>
    events
      .filter(({ kind, side }) => kind !== 'call' && !(kind === 'deletion' && side === 'employee'))
      .map((event) => ({ ...event, at: Math.floor(event.at / 1_000) * 1_000 })),
  );
  fc.assert(
    fc.property(plain, someRules, (events, policy) => {
      const isPast = ({ at, channel }: Event) => at < policy.enforceFrom(channel);
      const isTurn = ({ side, kind }: Event) =>
        side === 'client' && (kind === 'message' || kind === 'comment');
      const waits = foldWaits(events, policy);
      for (const past of [true, false]) {
        const alone = events.filter((event) => !isTurn(event) || isPast(event) === past);
        assert.deepEqual(
          waits.filter((wait) => wait.history === past),
          foldWaits(alone, policy),
        );
      }
    }),
    RUNS,
  );
});

test('a border before everything changes nothing, one after everything makes history of it all', () => {
  fc.assert(
    fc.property(history, someRules, (events, policy) => {
      const all = (history: boolean, border: number) => {
        const waits = foldWaits(events, { ...policy, enforceFrom: () => border });
        assert.ok(waits.every((wait) => wait.history === history));
        return waits.map((wait) => ({ ...wait, history: null }));
      };
      assert.deepEqual(all(true, Number.POSITIVE_INFINITY), all(false, Number.NEGATIVE_INFINITY));
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
        // Only what says that it never was does: a bounce, or our side's deletion.
        const later = others
          .filter(({ kind, side }) => kind !== 'bounce' && !(kind === 'deletion' && side === 'employee'))
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

test('no wait ends before it opens, and only the last of a group is open, of history and of what came since', () => {
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

/** An answer in the midst of a history, with a name of its own. */
const anAnswer = fc
  .record({ at: fc.integer({ min: 0, max: 45_000 }), channel: fc.constantFrom('site', 'bot') })
  .map(({ at: after, channel }): Message => {
    const moment = at('10:00:00') + after;
    const author = { id: null, name: null, phone: null, email: null };
    const happening = { channel, id: 'answer', thread: '1', side: 'employee' as const, author };
    const times = {
      at: moment,
      atSource: 'provider' as const,
      receivedAt: moment,
      receivedIndex: 9,
      seq: null,
    };
    return { ...happening, ...times, kind: 'message', text: null, wording: null, link: null };
  });

const deletionOf = (
  { text: _, wording: __, link: ___, ...answer }: Message,
  side: Side,
  moment: number,
): Event => ({
  ...answer,
  kind: 'deletion',
  id: 'taken back',
  of: answer.id,
  side,
  at: moment,
  receivedAt: Math.max(moment, answer.receivedAt),
});

/** Within one second, where a thread has no fractions, the times say nothing. */
const areApart = (a: Wait, b: Wait): boolean =>
  endOf(a) <= secondAfter(b.openedAt) || endOf(b) <= secondAfter(a.openedAt);
const secondAfter = (at: number): number => Math.floor(at / 1_000) * 1_000 + 999;
const endOf = (wait: Wait): number => wait.end?.at ?? Number.POSITIVE_INFINITY;
const keyOf = (event: Event): string => `${event.channel}\n${event.id}`;
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
    policy.crossChannel(wait.channel)
      ? String(wait.history)
      : `${wait.channel} ${wait.thread} ${wait.history}`,
  ).values(),
];

const pairsOf = (waits: readonly Wait[]): [Wait, Wait][] =>
  waits.flatMap((a, i) => waits.slice(i + 1).map((b): [Wait, Wait] => [a, b]));

const sorted = (waits: readonly { turns: readonly string[] }[]) =>
  waits.toSorted((a, b) => (a.turns.join() < b.turns.join() ? -1 : 1));
