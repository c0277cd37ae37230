import assert from 'node:assert/strict';
import { test } from 'vitest';
import { clockLateness, type FiredStep, type LateReason, lateDelivered, lateReason } from './lateness.ts';
import { at } from './testing/story.ts';

/** Of a client seen in time by a system that is up. */
const fired = (more: Partial<FiredStep> & Pick<FiredStep, 'dueAt' | 'firedAt'>): FiredStep => ({
  seenAt: at('10:00:00'),
  upSince: at('09:00:00'),
  ableSince: at('09:00:00'),
  correctedAt: null,
  policyAt: null,
  slept: null,
  held: null,
  unrecorded: false,
  unreadUntil: null,
  plannedAt: null,
  handedOver: false,
  ...more,
});
const span = (from: string, to: string) => ({ from: at(from), to: at(to) });

const reasons: {
  rule: string;
  due: string;
  fired: string;
  seen: string;
  up: string;
  reason: LateReason | null;
}[] = [
  {
    rule: 'a step within a second of its time is not late',
    due: '10:03:00',
    fired: '10:03:01',
    seen: '10:00:00',
    up: '09:00:00',
    reason: null,
  },
  {
    rule: 'we were up and saw it coming: overload',
    due: '10:03:00',
    fired: '10:03:01.001',
    seen: '10:00:00',
    up: '09:00:00',
    reason: 'overload',
  },
  {
    rule: 'we came up after it was due: outage',
    due: '10:03:00',
    fired: '10:07:00',
    seen: '10:00:00',
    up: '10:06:59',
    reason: 'outage',
  },
  {
    rule: 'the turn reached a running system after the step was due: delivered late',
    due: '10:03:00',
    fired: '10:07:00',
    seen: '10:06:59',
    up: '09:00:00',
    reason: 'delivery',
  },
  {
    rule: 'the turn reached us while we caught up after an outage: outage',
    due: '10:03:00',
    fired: '10:07:00',
    seen: '10:06:58',
    up: '10:06:59',
    reason: 'outage',
  },
  {
    rule: 'came up at the very moment at which it was due: not the outage',
    due: '10:03:00',
    fired: '10:03:05',
    seen: '10:00:00',
    up: '10:03:00',
    reason: 'overload',
  },
];
for (const { rule, due, fired: firedAt, seen, up, reason } of reasons) {
  test(rule, () => {
    assert.equal(
      lateReason(
        fired({
          dueAt: at(due),
          firedAt: at(firedAt),
          seenAt: at(seen),
          upSince: at(up),
          ableSince: at(up),
        }),
      ),
      reason,
    );
  });
}

test('seconds that nobody could see are counted from ten seconds on (law 5)', () => {
  assert.equal(lateDelivered(at('10:00:00'), at('10:00:10')), 0);
  assert.equal(lateDelivered(at('10:00:00'), at('10:00:10.500')), 10.5);
  assert.equal(lateDelivered(at('10:00:00'), at('09:59:00')), 0);
});

test('a step of a wait that later knowledge re-opened is late for that reason', () => {
  const reason = (due: string) =>
    lateReason(fired({ firedAt: at('10:10:00'), dueAt: at(due), correctedAt: at('10:08:00') }));
  assert.equal(reason('10:05:00'), 'corrected');
  assert.equal(reason('10:09:00'), 'overload');
});

test('a step that was held back for unrecorded events says so, and so does one that fires while there are some', () => {
  const late = { dueAt: at('10:03:00'), firedAt: at('10:03:31') };
  assert.equal(lateReason(fired({ ...late, held: span('10:03:00', '10:03:30') })), 'backlog');
  assert.equal(
    lateReason(fired({ ...late, held: span('10:01:00', '10:01:30') })),
    'overload',
    'held earlier',
  );
  assert.equal(lateReason(fired({ ...late, unrecorded: true })), 'backlog');
  const inTime = { dueAt: at('10:03:00'), firedAt: at('10:03:00') };
  assert.equal(lateReason(fired({ ...inTime, unrecorded: true })), 'backlog');
  assert.equal(lateReason(fired({ ...inTime, held: span('10:02:00', '10:02:59') })), null);
});

test('a step that came due while the machine slept, or while the database hung, says so', () => {
  const late = { dueAt: at('10:03:00'), firedAt: at('10:06:00') };
  assert.equal(lateReason(fired({ ...late, slept: span('10:02:00', '10:06:00') })), 'slept');
  assert.equal(lateReason(fired({ ...late, slept: span('09:02:00', '09:06:00') })), 'overload');
  assert.equal(lateReason(fired({ ...late, ableSince: at('10:05:59') })), 'outage');
});

test('what we had taken and recorded late is not the clock’s lateness; a hand-over that ends a lease is none', () => {
  const late = { dueAt: at('10:03:00'), firedAt: at('10:03:20.100'), seenAt: at('10:02:59') };
  assert.equal(lateReason(fired({ ...late, plannedAt: at('10:03:20') })), 'backlog');
  assert.equal(lateReason(fired({ ...late, plannedAt: at('10:03:20'), handedOver: true })), null);
  assert.equal(
    lateReason(fired({ ...late, plannedAt: at('10:03:10') })),
    'overload',
    'the clock was late beside',
  );
  assert.equal(lateReason(fired({ ...late, plannedAt: at('10:00:00') })), 'overload');
});

test('a channel that was half read after a start holds its steps: outage', () => {
  const late = { dueAt: at('10:03:00'), firedAt: at('10:03:20') };
  assert.equal(lateReason(fired({ ...late, unreadUntil: at('10:03:19') })), 'outage');
  assert.equal(lateReason(fired({ ...late, unreadUntil: at('10:02:00') })), 'overload');
});

test('the clock answers for what it is late after it was given a step, if it was free to fire then', () => {
  const step = { dueAt: at('10:03:00'), firedAt: at('10:09:00') };
  const late = (more: Partial<FiredStep>) => clockLateness(fired({ ...step, ...more }));
  assert.equal(late({}), 6 * 60_000);
  for (const known of ['seenAt', 'correctedAt', 'plannedAt'] as const) {
    assert.equal(late({ [known]: at('10:08:59.950') }), 50, known);
    assert.equal(late({ [known]: at('10:00:00') }), 6 * 60_000, known);
  }
  const unfree: Partial<FiredStep>[] = [
    { upSince: at('10:04:00') },
    { ableSince: at('10:08:00') },
    { unreadUntil: at('10:08:00') },
    { slept: span('10:00:00', '10:06:00') },
    { held: span('10:00:00', '10:08:30') },
  ];
  for (const more of unfree) {
    assert.equal(late(more), null);
    assert.equal(late({ ...more, plannedAt: at('10:08:59') }), 1_000);
  }
});
