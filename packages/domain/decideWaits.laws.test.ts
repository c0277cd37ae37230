import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { Event } from './event.ts';
import { ClientRecord } from './testing/clientRecord.ts';
import { distinctHistory, shuffled } from './testing/histories.ts';
import { ruled } from './testing/ruled.ts';
import { at, story } from './testing/story.ts';
import type { WaitRow } from './waitRow.ts';

const RULES = ruled();
const NOW = at('10:30:00');

/** What the record says of a wait, without the ids that it was given on the way. */
const shown = (waits: readonly WaitRow[]) =>
  waits
    .map((wait) => ({
      channel: wait.channel,
      thread: wait.thread,
      opening: wait.opening,
      also_on: wait.also_on,
      opened_at: wait.opened_at,
      closed_at: wait.closed_at,
      outcome: wait.outcome,
      answered_via: wait.answered_via,
      breached_at: wait.closed_at === null ? null : wait.breached_at,
      missed_at: wait.missed_at,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const batches = distinctHistory.chain((events) =>
  fc.record({
    events: fc.constant(events),
    order: shuffled(events),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 24, maxLength: 24 }),
  }),
);

const cut = (events: readonly Event[], sizes: readonly number[]): Event[][] => {
  const left = [...events];
  return sizes.map((size) => left.splice(0, size)).filter((batch) => batch.length > 0);
};

describe('what a batch of events changes', () => {
  test('is the same in the end, however the events were cut into batches and in whatever order they came (law 2)', () => {
    fc.assert(
      fc.property(batches, ({ events, order, sizes }) => {
        const atOnce = new ClientRecord(RULES);
        atOnce.record(events, NOW);
        const bitByBit = new ClientRecord(RULES);
        for (const batch of cut(order, sizes)) bitByBit.record(batch, NOW);
        assert.deepEqual(shown(bitByBit.waits), shown(atOnce.waits));
      }),
      { numRuns: 500 },
    );
  });

  test('is nothing when it was known (law 1)', () => {
    fc.assert(
      fc.property(distinctHistory, (events) => {
        const record = new ClientRecord(RULES);
        record.record(events, NOW);
        assert.deepEqual(record.record(events, NOW + 1), { save: [], changes: [], corrections: [] });
      }),
      { numRuns: 300 },
    );
  });
});

describe('late knowledge', () => {
  const QUESTION = '10:00:00  site/7  client  message  m1';

  test('takes a breach back when the reply was in time, with a trace (law 4)', () => {
    const record = new ClientRecord(RULES);
    record.record(story(QUESTION), at('10:00:00'));
    const [open] = record.waits;
    assert.ok(open);
    record.put({ ...open, warned_at: open.warn_at, breached_at: open.breach_at });
    const reply = story('10:02:00  site/7  employee  message  m2  received=10:06:00');
    const { changes, corrections } = record.record(reply, at('10:06:00'));
    assert.deepEqual(
      changes.map(({ change }) => change),
      ['closed'],
    );
    assert.deepEqual(
      corrections.map(({ field, was, became, reason }) => [field, was, became, reason]),
      [
        ['warned_at', open.warn_at, null, 'late_delivered_reply'],
        ['breached_at', open.breach_at, null, 'late_delivered_reply'],
      ],
    );
    assert.equal(record.waits[0]?.breached_at, null);
  });

  test('never takes back the breach of a late reply (law 4)', () => {
    const record = new ClientRecord(RULES);
    record.record(story(QUESTION), at('10:00:00'));
    record.record(story('10:05:01  site/7  employee  message  m2'), at('10:05:01'));
    assert.equal(record.waits[0]?.breached_at, at('10:05:00'));
  });

  test('opens a wait again whose answer never arrived, and says why', () => {
    const record = new ClientRecord(RULES);
    record.record(
      story(`${QUESTION}
      10:01:00  site/7  employee  message  m2`),
      at('10:01:00'),
    );
    const { changes, corrections } = record.record(
      story('10:03:00  site/7  bot  bounce  b1  of=m2'),
      at('10:03:00'),
    );
    assert.deepEqual(
      changes.map(({ change, wait }) => [change, wait.closed_at, wait.corrected_at]),
      [['changed', null, at('10:03:00')]],
    );
    assert.deepEqual(
      corrections.map(({ field, reason }) => [field, reason]),
      [['closed_at', 'answer_never_arrived']],
    );
  });

  test('supersedes a wait that is part of another, and keeps it', () => {
    const record = new ClientRecord(RULES);
    record.record(
      story(`${QUESTION}
      10:01:00  site/7  employee  message  m2
      10:02:00  site/7  client    message  m3`),
      at('10:02:00'),
    );
    assert.equal(record.waits.length, 2);
    const { corrections } = record.record(story('10:03:00  site/7  bot  bounce  b1  of=m2'), at('10:03:00'));
    assert.deepEqual(
      [record.waits.length, record.superseded.length, record.superseded[0]?.due_at],
      [1, 1, null],
    );
    assert.ok(
      corrections.some(({ field, reason }) => field === 'voided_at' && reason === 'part_of_another_wait'),
    );
  });

  test('says nothing of a wait whose events were forgotten', () => {
    const record = new ClientRecord(RULES);
    record.record(story(QUESTION), at('10:00:00'));
    const { save } = record.record([], NOW, { history: [] });
    assert.deepEqual(save, []);
  });
});

test('a wait that is known keeps its window, its owner and its lease when another policy is in force', () => {
  const record = new ClientRecord(RULES);
  record.record(story('10:00:00  site/7  client  message  m1'), at('10:00:00'));
  const [open] = record.waits;
  assert.ok(open);
  record.put({
    ...open,
    owner: 'boris',
    taken_by: 'boris',
    taken_until: at('10:03:00'),
    warn_at: at('10:01:00'),
  });
  record.record(story('10:01:00  site/7  client  message  m2'), at('10:01:00'));
  const [after] = record.waits;
  assert.deepEqual(
    [after?.owner, after?.taken_by, after?.taken_until, after?.warn_at],
    ['boris', 'boris', at('10:03:00'), at('10:01:00')],
  );
});
