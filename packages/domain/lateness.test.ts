import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type LateReason, lateDelivered, lateReason } from './lateness.ts';
import { at } from './testing/story.ts';

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
for (const { rule, due, fired, seen, up, reason } of reasons) {
  test(rule, () => {
    assert.equal(
      lateReason({
        dueAt: at(due),
        firedAt: at(fired),
        seenAt: at(seen),
        upSince: at(up),
        correctedAt: null,
      }),
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
  const step = { firedAt: at('10:10:00'), seenAt: at('10:00:00'), upSince: at('09:00:00') };
  const reason = (due: string) => lateReason({ ...step, dueAt: at(due), correctedAt: at('10:08:00') });
  assert.equal(reason('10:05:00'), 'corrected');
  assert.equal(reason('10:09:00'), 'overload');
});
