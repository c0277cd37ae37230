import assert from 'node:assert/strict';
import { test } from 'vitest';
import { foldWaits } from './foldWaits.ts';
import { examples } from './testing/examples.ts';
import { at, rules, story, waitsTold } from './testing/story.ts';

examples(
  {
    rule: 'a call missed on the line and told once more by the number that passed it on is one wait, closed by the call-back',
    events: `
      10:00:00 avito/+7 client   call a1/ringing  in passed
      10:00:20 avito/+7 client   call a1/ended    in missed passed
      10:00:02 line/+7  client   call c1/ringing  in
      10:00:21 line/+7  client   call c1/ended    in missed
      10:02:00 line/+7  employee call c2/answered out`,
    waits: ['line/+7 10:00:02 c1+a1 → 10:02:00 answered by c2/answered'],
  },
  {
    rule: 'a talk of which the number that passed it on knows nothing is an answer all the same',
    events: `
      10:00:00 line/+7  client   call c1/ringing  in
      10:00:05 line/+7  employee call c1/answered in
      10:03:05 line/+7  employee call c1/ended    in answered talk=180
      10:00:55 avito/+7 client   call a1/ringing  in passed
      10:01:00 avito/+7 client   call a1/ended    in missed passed`,
    waits: ['line/+7 10:00:00 c1+a1 → 10:00:05 answered by c1/answered'],
  },
  {
    rule: 'two tellings of one talk are one wait, whichever clock is ahead',
    events: `
      10:00:00 line/+7  client   call c1/ringing  in
      10:00:05 line/+7  employee call c1/answered in
      10:01:05 line/+7  employee call c1/ended    in answered talk=60
      10:00:30 avito/+7 client   call a1/ringing  in passed
      10:00:35 avito/+7 unknown  call a1/answered in passed
      10:01:35 avito/+7 unknown  call a1/ended    in answered talk=60 passed`,
    waits: ['line/+7 10:00:00 c1+a1 → 10:00:05 answered by c1/answered'],
  },
  {
    rule: 'a voice menu, in which the number that passed the call on sees a talk, answers nobody',
    events: `
      10:00:00 line/+7  client  call c1/ringing  in
      10:00:01 line/+7  bot     call c1/answered in
      10:00:41 line/+7  client  call c1/ended    in missed
      10:00:00 avito/+7 client  call a1/ringing  in passed
      10:00:01 avito/+7 unknown call a1/answered in passed
      10:00:41 avito/+7 unknown call a1/ended    in answered talk=40 passed`,
    waits: ['line/+7 10:00:00 c1+a1 → waits'],
  },
  {
    rule: 'while the line has told only that it rings, the other’s word of the talk counts',
    events: `
      10:00:00 line/+7  client  call c1/ringing  in
      10:00:00 avito/+7 client  call a1/ringing  in passed
      10:00:09 avito/+7 unknown call a1/answered in passed
      10:01:09 avito/+7 unknown call a1/ended    in answered talk=60 passed`,
    waits: ['line/+7 10:00:00 c1+a1 → 10:00:09 answered by a1/answered'],
  },
  {
    rule: 'a second call that never reached the line waits although the first was a talk a moment ago',
    events: `
      10:00:00 line/+7  client   call c1/ringing  in
      10:00:05 line/+7  employee call c1/answered in
      10:00:25 line/+7  employee call c1/ended    in answered talk=20
      10:00:00 avito/+7 client   call a1/ringing  in passed
      10:00:05 avito/+7 client   call a1/ended    in missed passed
      10:00:50 avito/+7 client   call a2/ringing  in passed
      10:01:10 avito/+7 client   call a2/ended    in missed passed`,
    waits: ['line/+7 10:00:00 c1+a1 → 10:00:05 answered by c1/answered', 'avito/+7 10:00:50 a2 → waits'],
  },
  {
    rule: 'each of two calls is its own one told twice, and the later talk serves the earlier',
    events: `
      10:00:00 line/+7  client   call c1/ringing  in
      10:00:20 line/+7  client   call c1/ended    in missed
      10:00:40 line/+7  client   call c2/ringing  in
      10:00:45 line/+7  employee call c2/answered in
      10:00:01 avito/+7 client   call a1/ringing  in passed
      10:00:21 avito/+7 client   call a1/ended    in missed passed
      10:00:41 avito/+7 client   call a2/ringing  in passed
      10:00:46 avito/+7 unknown  call a2/answered in passed`,
    waits: ['line/+7 10:00:00 c1+a1+c2+a2 → 10:00:45 self_served by c2/answered'],
  },
  {
    rule: 'calls that began more than a minute apart are two',
    events: `
      10:00:00 line/+7  client   call c1/ringing  in
      10:00:05 line/+7  employee call c1/answered in
      10:01:01 avito/+7 client   call a1/ringing  in passed
      10:01:20 avito/+7 client   call a1/ended    in missed passed`,
    waits: ['line/+7 10:00:00 c1 → 10:00:05 answered by c1/answered', 'avito/+7 10:01:01 a1 → waits'],
  },
  {
    rule: 'calls of two numbers are two, and so are two that nobody passed on',
    events: `
      10:00:00 line/+7  client   call c1/ringing  in
      10:00:05 line/+7  employee call c1/answered in
      10:00:10 avito/+8 client   call a1/ended    in missed passed
      10:00:20 other/+7 client   call o1/ended    in missed`,
    waits: ['line/+7 10:00:00 c1 → 10:00:05 answered by c1/answered', 'avito/+8 10:00:10 a1+o1 → waits'],
  },
  {
    rule: 'a call of ours is not the one that came in',
    events: `
      10:00:00 line/+7  employee call c1/ringing  out
      10:00:10 line/+7  employee call c1/ended    out no_answer
      10:00:20 avito/+7 client   call a1/ended    in missed passed`,
    waits: ['avito/+7 10:00:20 a1 → waits'],
  },
);

test('a call that only the passing number has told is missed when it says so, and by the line’s word once that is known', () => {
  const missed = (table: string) => foldWaits(story(table), rules()).map((wait) => wait.missed?.at);
  const told = '10:00:20 avito/+7 client call a1/ended in missed passed\n';
  assert.deepEqual(missed(told), [at('10:00:20')]);
  assert.deepEqual(missed(`${told}10:00:02 line/+7 client call c1/ringing in`), [at('10:00:20')]);
  assert.deepEqual(missed(`${told}10:00:25 line/+7 client call c1/ended in missed`), [at('10:00:25')]);
});

test('the wait that the passing number opened is the same when the line tells the call, so that it keeps its pings', () => {
  const told = '10:00:20 avito/+7 client call a1/ended in missed passed\n';
  const [before] = foldWaits(story(told), rules());
  const [after] = foldWaits(story(`${told}10:00:25 line/+7 client call c1/ended in missed`), rules());
  assert.ok(before && after?.turns.includes(before.opening));
  assert.deepEqual(waitsTold(after ? [after] : []), ['line/+7 10:00:25 c1+a1 → waits']);
});
