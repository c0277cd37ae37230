import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type Judged, type Verdict, verdictOf } from './verdict.ts';

const OPEN: Judged = {
  outcome: null,
  response: null,
  allowed: 300,
  passed: false,
  excused: 0,
  lateDelivered: 0,
};
const ended = (outcome: Judged['outcome'], response: number): Partial<Judged> => ({
  outcome,
  response,
  passed: response > 300,
});

const cases: readonly (readonly [rule: string, wait: Partial<Judged>, verdict: Verdict | null])[] = [
  ['who waits within the window counts nowhere', {}, null],
  ['who waits past it is late', { passed: true }, 'late'],
  ['an answer at the end of the window is in time', ended('answered', 300), 'in_time'],
  ['and one after it late', ended('answered', 300.001), 'late'],
  ['a call-back that reached nobody is in time as well', ended('attempted', 120), 'in_time'],
  ['a client who reached us was answered', ended('self_served', 120), 'in_time'],
  ['nobody had to answer', ended('no_reply_needed', 120), null],
  ['nor after what was taken back', ended('withdrawn', 120), null],
  ['late is late, whatever came then', ended('no_reply_needed', 301), 'late'],
  ['what a dispute excused is not late', { ...ended('answered', 400), excused: 100 }, 'in_time'],
  ['nor what nobody could see', { ...ended('answered', 720), lateDelivered: 700 }, 'in_time'],
  ['once is enough to be excused', { ...ended('answered', 720), lateDelivered: 400, excused: 400 }, 'late'],
  ['excused, and nobody had to answer', { ...ended('withdrawn', 400), excused: 100 }, null],
];
for (const [rule, wait, verdict] of cases)
  test(rule, () => assert.equal(verdictOf({ ...OPEN, ...wait }), verdict));
