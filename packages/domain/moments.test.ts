import assert from 'node:assert/strict';
import { test } from 'vitest';
import { foldWaits } from './foldWaits.ts';
import { earliestEffect, unreachable } from './moments.ts';
import { examples } from './testing/examples.ts';
import { at, rules, story } from './testing/story.ts';

// The client calls.
examples(
  {
    rule: 'a call that rings keeps the client waiting from the first ring on',
    events: '10:00:00 line/+7 client call c1/ringing in',
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'a missed call keeps the client waiting',
    events: `
      10:00:00 line/+7 client call c1/ringing in
      10:00:40 line/+7 client call c1/ended   in missed`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'a missed call of which only the end is told keeps the client waiting',
    events: '10:00:40 line/+7 client call c1/ended in missed',
    waits: ['line/+7 10:00:40 c1 → waits'],
  },
  {
    rule: 'a call that is picked up is answered while it lasts',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 employee call c1/answered in`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'a call is answered when it is picked up, not when it ends',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 employee call c1/answered in
      10:05:00 line/+7 client   call c1/ended    in answered talk=290`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'phases in any order of their times make one call',
    events: `
      10:05:00 line/+7 client   call c1/ended    in answered talk=290
      10:00:10 line/+7 employee call c1/answered in
      10:00:00 line/+7 client   call c1/ringing  in`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'a picked-up call whose ring is not told is a turn and its answer',
    events: '10:00:10 line/+7 employee call c1/answered in',
    waits: ['line/+7 10:00:10 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'without the picking up, the talk began its length before the end',
    events: `
      10:00:00 line/+7 client   call c1/ringing in
      10:05:00 line/+7 employee call c1/ended   in answered talk=280`,
    waits: ['line/+7 10:00:00 c1 → 10:00:20 answered by c1/ended'],
  },
  {
    rule: 'a talk did not begin before the ring, whatever its length',
    events: `
      10:00:00 line/+7 client   call c1/ringing in
      10:00:30 line/+7 employee call c1/ended   in answered talk=90`,
    waits: ['line/+7 10:00:00 c1 → 10:00:00 answered by c1/ended'],
  },
  {
    rule: 'a call of which only the end is told opened and was answered when the talk began',
    events: '10:05:00 line/+7 employee call c1/ended in answered talk=300',
    waits: ['line/+7 10:00:00 c1 → 10:00:00 answered by c1/ended'],
  },
  {
    rule: 'picking up and hanging up is no answer (min_call)',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 employee call c1/answered in
      10:00:14 line/+7 client   call c1/ended    in answered talk=4`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'a talk of just min_call is an answer',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 employee call c1/answered in
      10:00:15 line/+7 client   call c1/ended    in answered talk=5`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'a talk of no seconds is no answer, whatever min_call says (law 3)',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 employee call c1/answered in
      10:00:10 line/+7 client   call c1/ended    in answered talk=0`,
    policy: rules({ counts: { minCall: 0 } }),
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'a call that ended as missed was not answered, whatever its other phases say',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 employee call c1/answered in
      10:00:30 line/+7 client   call c1/ended    in missed`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'of two ends of one call the later holds',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 client   call c1/ended    in missed
      10:00:20 line/+7 employee call c1/answered in
      10:01:20 line/+7 employee call c1/ended2   in answered talk=60`,
    waits: ['line/+7 10:00:00 c1 → 10:00:20 answered by c1/answered'],
  },
  {
    rule: 'the telephones that fall silent when a colleague picks up do not end the call',
    events: `
      10:00:00 line/+7 client   call c1/ringing1  in leg=a
      10:00:00 line/+7 client   call c1/ringing2  in leg=b
      10:00:10 line/+7 employee call c1/answered2 in leg=b
      10:00:10 line/+7 client   call c1/ended1    in missed leg=a`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered2'],
  },
  {
    rule: 'nor do they unsay the talk when it is over',
    events: `
      10:00:00 line/+7 client   call c1/ringing1  in leg=a
      10:00:00 line/+7 client   call c1/ringing2  in leg=b
      10:00:10 line/+7 employee call c1/answered2 in leg=b
      10:01:10 line/+7 employee call c1/ended2    in answered talk=60 leg=b
      10:01:11 line/+7 client   call c1/ended1    in missed leg=a`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered2'],
  },
  {
    rule: 'a short pick-up on one leg is none where another leg was talked on',
    events: `
      10:00:00 line/+7 client   call c1/ringing1  in leg=a
      10:00:02 line/+7 employee call c1/answered1 in leg=a
      10:00:04 line/+7 employee call c1/ended1    in answered talk=2 leg=a
      10:00:10 line/+7 employee call c1/answered2 in leg=b
      10:01:10 line/+7 employee call c1/ended2    in answered talk=60 leg=b`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered2'],
  },
  {
    rule: 'a voice menu that picks up is no answer (law 3)',
    events: `
      10:00:00 line/+7 client call c1/ringing  in
      10:00:02 line/+7 bot    call c1/answered in
      10:00:40 line/+7 client call c1/ended    in answered talk=38`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'after a voice menu the person who picks up answers',
    events: `
      10:00:00 line/+7 client   call c1/ringing   in
      10:00:02 line/+7 bot      call c1/answered  in
      10:01:30 line/+7 employee call c1/answered2 in
      10:03:00 line/+7 client   call c1/ended     in answered talk=90`,
    waits: ['line/+7 10:00:00 c1 → 10:01:30 answered by c1/answered2'],
  },
  {
    rule: 'a voice menu answers where the policy says so',
    events: `
      10:00:00 line/+7 client call c1/ringing  in
      10:00:02 line/+7 bot    call c1/answered in
      10:00:40 line/+7 client call c1/ended    in answered talk=38`,
    policy: rules({ counts: { bot: true } }),
    waits: ['line/+7 10:00:00 c1 → 10:00:02 answered by c1/answered'],
  },
  {
    rule: 'a call all of whose phases bear the client was picked up by somebody',
    events: `
      10:00:00 line/+7 client call c1/ringing  in
      10:00:10 line/+7 client call c1/answered in
      10:01:00 line/+7 client call c1/ended    in answered talk=50`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'who is named at the end of the talk is who answered',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:10 line/+7 client   call c1/answered in
      10:01:00 line/+7 employee call c1/ended    in answered talk=50`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/ended'],
  },
  {
    rule: 'whose telephone rang is not who answered',
    events: `
      10:00:00 line/+7 employee call c1/ringing  in
      10:00:10 line/+7 unknown  call c1/answered in`,
    waits: ['line/+7 10:00:00 c1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'a client who is waiting and calls, and is picked up, has served themselves',
    events: `
      10:00:00 site/7  client   message m1
      10:02:00 line/+7 client   call    c1/ringing  in
      10:02:10 line/+7 employee call    c1/answered in`,
    waits: ['site/7 10:00:00 m1+c1 → 10:02:10 self_served by c1/answered'],
  },
  {
    rule: 'a client whose first call was missed and whose second is picked up has served themselves',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:40 line/+7 client   call c1/ended    in missed
      10:02:00 line/+7 client   call c2/ringing  in
      10:02:10 line/+7 employee call c2/answered in
      10:03:10 line/+7 employee call c2/ended    in answered talk=60`,
    waits: ['line/+7 10:00:00 c1+c2 → 10:02:10 self_served by c2/answered'],
  },
  {
    rule: 'a message while the telephone rings does not make the call a second one',
    events: `
      10:00:00 line/+7 client   call    c1/ringing  in
      10:00:05 site/7  client   message m1
      10:00:10 line/+7 employee call    c1/answered in`,
    waits: ['line/+7 10:00:00 c1+m1 → 10:00:10 answered by c1/answered'],
  },
  {
    rule: 'a call that rings and is picked up within one second is answered, with and without a sequence',
    events: `
      10:00:00 line/+7 client   call c1/ringing  in
      10:00:00 line/+7 employee call c1/answered in
      10:01:00 line/+8 client   call c2/ringing  in seq=7
      10:01:00 line/+8 employee call c2/answered in seq=8`,
    waits: [
      'line/+7 10:00:00 c1 → 10:00:00 answered by c1/answered',
      'line/+8 10:01:00 c2 → 10:01:00 answered by c2/answered',
    ],
  },
);

// We call the client.
examples(
  {
    rule: 'a call-back that reaches the client answers, when the talk began',
    events: `
      10:00:00 line/+7 client   call c1/ended    in missed
      10:02:00 line/+7 employee call c2/ringing  out
      10:02:20 line/+7 client   call c2/answered out
      10:03:00 line/+7 client   call c2/ended    out answered talk=40`,
    waits: ['line/+7 10:00:00 c1 → 10:02:20 answered by c2/ringing'],
  },
  {
    rule: 'a call-back of which only the end is told answered when the talk began',
    events: `
      10:00:00 line/+7 client   call c1/ended in missed
      10:06:00 line/+7 employee call c2/ended out answered talk=240`,
    waits: ['line/+7 10:00:00 c1 → 10:02:00 answered by c2/ended'],
  },
  {
    rule: 'a call-back that rings stops no clock yet',
    events: `
      10:00:00 line/+7 client   call c1/ended   in missed
      10:02:00 line/+7 employee call c2/ringing out`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  ...(['no_answer', 'busy'] as const).map((outcome) => ({
    rule: `a call-back that ends as ${outcome} is an attempt: the cadence takes over (S8)`,
    events: `
      10:00:00 line/+7 client   call c1/ended   in missed
      10:02:00 line/+7 employee call c2/ringing out
      10:02:30 line/+7 employee call c2/ended   out ${outcome}`,
    waits: ['line/+7 10:00:00 c1 → 10:02:30 attempted by c2/ended'],
  })),
  {
    rule: 'a call-back that fails is neither an answer nor an attempt',
    events: `
      10:00:00 line/+7 client   call c1/ended in missed
      10:02:00 line/+7 employee call c2/ended out failed`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'a call-back that our own telephone did not take is no attempt, whatever else is told of it',
    events: `
      10:00:00 line/+7 client   call c1/ended  in missed
      10:02:00 line/+7 employee call c2/ended  out not_dialled
      10:02:01 line/+7 employee call c2/ended2 out no_answer`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'our own telephone that was rung first for a call of ours is nobody’s turn, though a list tells it as a call that came in',
    events: `
      10:00:00 line/+7 client   call c1/ringing in
      10:00:01 line/+7 employee call c1/ended   out not_dialled
      10:00:01 line/+7 client   call c1/ended2  in missed`,
    waits: [],
  },
  {
    rule: 'a call-back that was too short is neither an answer nor an attempt',
    events: `
      10:00:00 line/+7 client   call c1/ended in missed
      10:02:00 line/+7 employee call c2/ended out answered talk=3`,
    waits: ['line/+7 10:00:00 c1 → waits'],
  },
  {
    rule: 'an incoming call that ends as no_answer or busy is no attempt of ours',
    events: `
      10:00:00 line/+7 client call c1/ended in no_answer
      10:01:00 line/+7 client call c2/ended in busy`,
    waits: ['line/+7 10:00:00 c1+c2 → waits'],
  },
  {
    rule: 'a call that a machine dials is neither an answer nor an attempt, though the client picks up (law 3)',
    events: `
      10:00:00 line/+7 client message m1
      10:01:00 line/+7 bot    call    c1/ringing  out
      10:01:10 line/+7 client call    c1/answered out
      10:01:40 line/+7 client call    c1/ended    out answered talk=30
      10:02:00 line/+7 bot    call    c2/ringing  out
      10:02:30 line/+7 client call    c2/ended    out no_answer`,
    waits: ['line/+7 10:00:00 m1 → waits'],
  },
  {
    rule: 'a call of ours opens no wait',
    events: `
      10:00:00 line/+7 employee call c1/ringing  out
      10:00:10 line/+7 client   call c1/answered out
      10:01:00 line/+7 client   call c1/ended    out answered talk=50`,
    waits: [],
  },
  {
    rule: 'after an attempt the next turn of the client opens a wait of its own',
    events: `
      10:00:00 line/+7 client   call    c1/ended in missed
      10:02:00 line/+7 employee call    c2/ended out no_answer
      10:03:00 site/7  client   message m1`,
    waits: ['line/+7 10:00:00 c1 → 10:02:00 attempted by c2/ended', 'site/7 10:03:00 m1 → waits'],
  },
);

test('every subset of the phases of a picked-up call opens one wait, answered unless only the ring is told', () => {
  const phases = story(`
    10:00:00 line/+7 client   call c1/ringing  in
    10:00:10 line/+7 employee call c1/answered in
    10:01:10 line/+7 employee call c1/ended    in answered talk=60`);
  for (let mask = 1; mask < 8; mask++) {
    const told = phases.filter((_, bit) => mask & (1 << bit));
    const waits = foldWaits(told, rules());
    assert.equal(waits.length, 1);
    assert.equal(waits[0]?.openedAt, mask & 1 ? at('10:00:00') : at('10:00:10'));
    assert.equal(waits[0]?.end?.at ?? null, mask === 1 ? null : at('10:00:10'));
  }
});

test('every subset of the phases of a missed call opens one wait that nobody answered', () => {
  const phases = story(`
    10:00:00 line/+7 client call c1/ringing in
    10:00:40 line/+7 client call c1/ended   in missed`);
  for (let mask = 1; mask < 4; mask++) {
    const waits = foldWaits(
      phases.filter((_, bit) => mask & (1 << bit)),
      rules(),
    );
    assert.deepEqual(
      waits.map((wait) => wait.end),
      [null],
    );
  }
});

test('the earliest effect of a call told after its end is the beginning of the talk, and of one that came in a minute before', () => {
  const [out, ended, message] = story(`
    10:05:00 line/+7 employee call c2/ended out answered talk=300
    10:05:00 line/+7 employee call c1/ended in answered talk=300
    10:05:00 site/7 client message m1`);
  assert.equal(out && earliestEffect(out), at('10:00:00'));
  assert.equal(ended && earliestEffect(ended), at('09:59:00'));
  assert.equal(message && earliestEffect(message), at('10:05:00'));
});

test('a kind that no case knows is an error that names it', () => {
  assert.throws(() => Reflect.apply(unreachable, undefined, ['alien']), /unreachable: "alien"/);
});

const missed = (table: string) => foldWaits(story(table), rules()).map(({ missed }) => missed?.at ?? null);
const AT_40 = story('10:00:40 line/+7 client call c1/ended in missed')[0]?.at;

for (const [what, table, said] of [
  ['a call that ended without a conversation', '10:00:40 line/+7 client call c1/ended in missed', AT_40],
  [
    'one that only a voice menu took',
    `10:00:00 line/+7 bot    call c1/answered in
     10:00:40 line/+7 client call c1/ended    in answered talk=40`,
    AT_40,
  ],
  [
    'the last of its telephones',
    `10:00:30 line/+7 client call c1/ended1 in missed leg=a
     10:00:00 line/+7 client call c1/ringing2 in leg=b
     10:00:40 line/+7 client call c1/ended2 in missed leg=b`,
    AT_40,
  ],
  [
    'the first of several calls',
    `10:00:40 line/+7 client call c1/ended in missed
     10:01:40 line/+7 client call c2/ended in missed`,
    AT_40,
  ],
  ['none that still rings', '10:00:40 line/+7 client call c1/ringing in', null],
  [
    'none whose other telephones ring',
    `10:00:40 line/+7 client call c1/ended1 in missed leg=a
     10:00:40 line/+7 client call c1/ringing2 in leg=b`,
    null,
  ],
  [
    'none that was picked up',
    `10:00:40 line/+7 client   call c1/ringing in
     10:00:50 line/+7 employee call c1/answered in`,
    null,
  ],
  ['no message', '10:00:40 site/7 client message m1', null],
] as const)
  test(`missed is ${what}`, () => assert.deepEqual(missed(table), [said]));
