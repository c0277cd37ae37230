import assert from 'node:assert/strict';
import { test } from 'vitest';
import { foldWaits } from './foldWaits.ts';
import { examples } from './testing/examples.ts';
import { at, foldTold, rules, story, waitsTold } from './testing/story.ts';

examples(
  { rule: 'no events, no waits', events: '', waits: [] },
  {
    rule: 'a message that nobody answers keeps the client waiting',
    events: '10:00:00 site/7 client message m1',
    waits: ['site/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'a comment is a turn, and its answer an answer, like any message (S4)',
    events: `
      10:00:00 vk/post-1 client   comment k1
      10:02:00 vk/post-1 employee comment k2`,
    waits: ['vk/post-1 10:00:00 k1 → 10:02:00 answered by k2'],
  },
  {
    rule: 'a client who nags does not restart the wait',
    events: `
      10:00:00 site/7 client   message m1
      10:01:00 site/7 client   message m2
      10:02:00 site/7 client   message m3
      10:03:00 site/7 employee message m4`,
    waits: ['site/7 10:00:00 m1+m2+m3 → 10:03:00 answered by m4'],
  },
  {
    rule: 'a turn after the answer opens a wait of its own',
    events: `
      10:00:00 site/7 client   message m1
      10:01:00 site/7 employee message m2
      10:02:00 site/7 client   message m3`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 answered by m2', 'site/7 10:02:00 m3 → waits'],
  },
  {
    rule: 'a reply that arrives before its question still answers it (law 2)',
    events: `
      10:02:00 site/7 employee message m2 received=10:02:01
      10:00:00 site/7 client   message m1 received=10:03:00`,
    waits: ['site/7 10:00:00 m1 → 10:02:00 answered by m2'],
  },
  {
    rule: 'what an employee wrote before the question does not answer it',
    events: `
      09:59:00 site/7 employee message m1
      10:00:00 site/7 client   message m2`,
    waits: ['site/7 10:00:00 m2 → waits'],
  },
  {
    rule: 'a second answer changes nothing of the first',
    events: `
      10:00:00 site/7 client   message m1
      10:01:00 site/7 employee message m2
      10:04:00 site/7 employee message m3`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 answered by m2'],
  },
  {
    rule: 'a machine that answers at once stops no clock (law 3)',
    events: `
      10:00:00 site/7 client message m1
      10:00:01 site/7 bot    message m2`,
    waits: ['site/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'a machine answers where the policy says so',
    events: `
      10:00:00 site/7 client message m1
      10:00:01 site/7 bot    message m2`,
    policy: rules({ counts: { bot: true } }),
    waits: ['site/7 10:00:00 m1 → 10:00:01 answered by m2'],
  },
  {
    rule: 'what a machine writes opens no wait',
    events: '10:00:00 site/7 bot message m1',
    waits: [],
  },
  {
    rule: 'a human whom the channel does not name answers too (whom it is credited to is another question)',
    events: `
      10:00:00 site/7 client  message m1
      10:00:30 site/7 unknown message m2`,
    waits: ['site/7 10:00:00 m1 → 10:00:30 answered by m2'],
  },
);

// Channels and threads.
examples(
  {
    rule: 'an answer on any channel closes what the client waits for on all (cross_channel)',
    events: `
      10:00:00 site/7  client   message m1
      10:01:00 line/+7 employee call    c1/ended out answered talk=30`,
    waits: ['site/7 10:00:00 m1 → 10:00:30 answered by c1/ended'],
  },
  {
    rule: 'without cross_channel each thread waits for an answer of its own',
    events: `
      10:00:00 site/7 client   message m1
      10:00:10 site/8 client   message m2
      10:00:20 bot/7  client   message m3
      10:01:00 site/8 employee message m4`,
    policy: rules({ apart: 'all' }),
    waits: [
      'site/7 10:00:00 m1 → waits',
      'site/8 10:00:10 m2 → 10:01:00 answered by m4',
      'bot/7 10:00:20 m3 → waits',
    ],
  },
  {
    rule: 'a channel that keeps to itself neither gives nor takes answers',
    events: `
      10:00:00 site/7 client   message m1
      10:00:10 mail/7 client   message m2
      10:00:20 bot/7  client   message m3
      10:01:00 mail/7 employee message m4
      10:02:00 site/7 employee message m5`,
    policy: rules({ apart: ['mail'] }),
    waits: [
      'site/7 10:00:00 m1+m3 → 10:02:00 answered by m5',
      'mail/7 10:00:10 m2 → 10:01:00 answered by m4',
    ],
  },
  {
    rule: 'the same id on two channels is two events (law 1)',
    events: `
      10:00:00 site/7 client message m1
      10:00:10 bot/7  client message m1`,
    policy: rules({ apart: 'all' }),
    waits: ['site/7 10:00:00 m1 → waits', 'bot/7 10:00:10 m1 → waits'],
  },
);

// What never arrived.
examples(
  {
    rule: 'an answer that bounced was none: the client has been waiting ever since',
    events: `
      10:00:00 mail/7 client   message m1
      10:02:00 mail/7 employee message m2
      10:03:00 mail/7 bot      bounce  b1 of=m2`,
    waits: ['mail/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'a bounce that is read before its message counts all the same (law 2); the next answer closes the wait',
    events: `
      10:01:00 mail/7 bot      bounce  b1 of=m2
      10:00:00 mail/7 client   message m1
      10:02:00 mail/7 employee message m2
      10:09:00 mail/7 employee message m3`,
    waits: ['mail/7 10:00:00 m1 → 10:09:00 answered by m3'],
  },
  {
    rule: 'a bounce of something else changes nothing',
    events: `
      10:00:00 mail/7 client   message m1
      10:02:00 mail/7 employee message m2
      10:03:00 mail/7 bot      bounce  b1 of=m9`,
    waits: ['mail/7 10:00:00 m1 → 10:02:00 answered by m2'],
  },
);

// What our side takes back at once, and what it leaves empty.
const taken = (rule: string, deletion: string, ...waits: string[]) => ({
  rule,
  events: `
    10:00:00 site/7 client   message  m1
    10:01:00 site/7 employee message  m2
    ${deletion}`,
  waits,
});
const STANDS = 'site/7 10:00:00 m1 → 10:01:00 answered by m2';
const REOPENED = 'site/7 10:00:00 m1 → waits';
examples(
  taken(
    'an answer that our side deletes at once was none',
    '10:01:05 site/7 employee deletion d1 of=m2',
    REOPENED,
  ),
  taken('within the window: its last instant too', '10:06:00 site/7 employee deletion d1 of=m2', REOPENED),
  taken(
    'one that is deleted later was an answer (a timer that deletes everything alarms nobody)',
    '10:06:00.001 site/7 employee deletion d1 of=m2',
    STANDS,
  ),
  taken(
    'one that is deleted after the client wrote again had reached them',
    `10:01:10 site/7 client   message  m3
     10:01:20 site/7 employee deletion d1 of=m2`,
    STANDS,
    'site/7 10:01:10 m3 → waits',
  ),
  taken(
    'wherever the client wrote again',
    `10:01:10 bot/9  client   message  m3
     10:01:20 site/7 employee deletion d1 of=m2`,
    STANDS,
    'bot/9 10:01:10 m3 → waits',
  ),
  taken(
    'the client’s word that arrives late stood between all the same (law 2)',
    `10:01:20 site/7 employee deletion d1 of=m2
     10:01:10 site/7 client   message  m3 received=10:04:00`,
    STANDS,
    'site/7 10:01:10 m3 → waits',
  ),
  taken(
    'in one second the order of receipt says who was first',
    `10:01:20 site/7 employee deletion d1 of=m2 index=0
     10:01:20 site/7 client   message  m3 index=1`,
    'site/7 10:00:00 m1+m3 → waits',
  ),
  taken(
    'and before that the provider’s own order',
    `10:01:20 site/7 employee deletion d1 of=m2 index=0 seq=5
     10:01:20 site/7 client   message  m3 index=1 seq=4`,
    STANDS,
    'site/7 10:01:20 m3 → waits',
  ),
  taken('who a machine deletes for nobody knows', '10:01:05 site/7 bot deletion d1 of=m2', STANDS),
  taken('nor who a nameless one is', '10:01:05 site/7 unknown deletion d1 of=m2', STANDS),
  taken('nor does a client’s word about ours count', '10:01:05 site/7 client deletion d1 of=m2', STANDS),
  taken('a deletion of something else changes nothing', '10:01:05 site/7 employee deletion d1 of=m9', STANDS),
  taken(
    'a deletion with an earlier clock counts as one at once',
    '10:00:30 site/7 employee deletion d1 of=m2',
    REOPENED,
  ),
  taken(
    'the next answer closes the wait, from its first word on',
    `10:01:05 site/7 employee deletion d1 of=m2
     10:01:30 site/7 employee message  m3`,
    'site/7 10:00:00 m1 → 10:01:30 answered by m3',
  ),
  {
    rule: 'a reaction that counted and is taken back at once was none either',
    events: `
      10:00:00 site/7 client   message  m1
      10:01:00 site/7 employee reaction r2
      10:01:05 site/7 employee deletion d1 of=r2`,
    policy: rules({ counts: { reaction: true } }),
    waits: [REOPENED],
  },
  {
    rule: 'an empty message of ours is no answer, whatever counts',
    events: `
      10:00:00 site/7 client   message m1
      10:01:00 site/7 employee message m2 empty
      10:01:10 site/7 unknown  comment m3 empty
      10:01:20 site/7 bot      message m4 empty`,
    policy: rules({ counts: { bot: true } }),
    waits: [REOPENED],
  },
  {
    rule: 'an empty message of the client is a turn: nobody knows what they wanted to say (clause S5)',
    events: '10:00:00 site/7 client message m1 empty',
    waits: [REOPENED],
  },
);

// What was said before the channel was watched.
const since = (time: string) => rules({ enforceFrom: { '*': at(time) } });
examples(
  {
    rule: 'who waits since before the border is history',
    events: '09:59:59.999 site/7 client message m1',
    policy: since('10:00:00'),
    waits: ['site/7 09:59:59.999 m1 (history) → waits'],
  },
  {
    rule: 'who writes at the border is not',
    events: '10:00:00 site/7 client message m1',
    policy: since('10:00:00'),
    waits: ['site/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'a turn after the border always opens a new wait, whatever history stands open',
    events: `
      09:00:00 site/7 client message m1
      10:30:00 site/7 client message m2
      10:31:00 site/7 client message m3`,
    policy: since('10:00:00'),
    waits: ['site/7 09:00:00 m1 (history) → waits', 'site/7 10:30:00 m2+m3 → waits'],
  },
  {
    rule: 'an answer after it ends both',
    events: `
      09:00:00 site/7 client   message m1
      10:30:00 site/7 client   message m2
      10:31:00 site/7 employee message m3`,
    policy: since('10:00:00'),
    waits: [
      'site/7 09:00:00 m1 (history) → 10:31:00 answered by m3',
      'site/7 10:30:00 m2 → 10:31:00 answered by m3',
    ],
  },
  {
    rule: 'a call of the client’s that is picked up serves what they asked before, and answers itself',
    events: `
      09:00:00 site/7  client   message m1
      10:30:00 line/+7 client   call    c2/ringing  in
      10:30:10 line/+7 employee call    c2/answered in`,
    policy: since('10:00:00'),
    waits: [
      'site/7 09:00:00 m1 (history) → 10:30:10 self_served by c2/answered',
      'line/+7 10:30:00 c2 → 10:30:10 answered by c2/answered',
    ],
  },
  {
    rule: 'each channel has a border of its own',
    events: `
      09:00:00 site/7 client message m1
      09:30:00 bot/7  client message m2`,
    policy: rules({ enforceFrom: { bot: at('10:00:00') } }),
    waits: ['site/7 09:00:00 m1 → waits', 'bot/7 09:30:00 m2 (history) → waits'],
  },
);

// What the client takes back.
examples(
  {
    rule: 'a client who takes their only message back no longer waits',
    events: `
      10:00:00 site/7 client message  m1
      10:01:00 site/7 client deletion d1 of=m1`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 withdrawn'],
  },
  {
    rule: 'a client who takes one of two messages back still waits, from the first on',
    events: `
      10:00:00 site/7 client message  m1
      10:00:30 site/7 client message  m2
      10:01:00 site/7 client deletion d1 of=m1`,
    waits: ['site/7 10:00:00 m1+m2 → waits'],
  },
  {
    rule: 'the wait ends with the last of the messages that are taken back',
    events: `
      10:00:00 site/7 client message  m1
      10:00:30 site/7 client message  m2
      10:01:00 site/7 client deletion d1 of=m1
      10:02:00 site/7 client deletion d2 of=m2`,
    waits: ['site/7 10:00:00 m1+m2 → 10:02:00 withdrawn'],
  },
  {
    rule: 'an employee who deletes what the client wrote does not stop the clock',
    events: `
      10:00:00 vk/post-1 client   comment  k1
      10:01:00 vk/post-1 employee deletion d1 of=k1
      10:01:30 vk/post-1 bot      deletion d2 of=k1
      10:01:40 vk/post-1 unknown  deletion d3 of=k1`,
    waits: ['vk/post-1 10:00:00 k1 → waits'],
  },
  {
    rule: 'a deletion that arrives before its message takes it back all the same (law 2)',
    events: `
      10:01:00 site/7 client deletion d1 of=m1 received=10:01:01
      10:00:00 site/7 client message  m1 received=10:02:00`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 withdrawn'],
  },
  {
    rule: 'a deletion with an earlier clock than its message takes effect with it',
    events: `
      09:59:59 site/7 client deletion d1 of=m1
      10:00:00 site/7 client message  m1`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 withdrawn'],
  },
  {
    rule: 'a deletion without a sequence follows its message that has one, in the same second',
    events: `
      10:00:00 site/7 client message  m1 seq=4
      10:00:00 site/7 client deletion d1 of=m1`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 withdrawn'],
  },
  {
    rule: 'a deletion whose sequence is lower than that of its message follows it in the same second',
    events: `
      10:00:00 site/7 client message  m1 seq=4
      10:00:00 site/7 client deletion d1 of=m1 seq=2`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 withdrawn'],
  },
  {
    rule: 'a deletion belongs to the thread of its message, whatever thread it is told in',
    events: `
      10:00:00 vk/post-1 client comment  k1
      10:01:00 vk/wall   client deletion d1 of=k1`,
    policy: rules({ apart: 'all' }),
    waits: ['vk/post-1 10:00:00 k1 → 10:01:00 withdrawn'],
  },
  {
    rule: 'a deletion after the answer changes nothing of the answered wait',
    events: `
      10:00:00 site/7 client   message  m1
      10:01:00 site/7 employee message  m2
      10:02:00 site/7 client   deletion d1 of=m1`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 answered by m2'],
  },
  {
    rule: 'a deletion of an answered message does not take back the next one',
    events: `
      10:00:00 site/7 client   message  m1
      10:01:00 site/7 employee message  m2
      10:02:00 site/7 client   message  m3
      10:03:00 site/7 client   deletion d1 of=m1`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 answered by m2', 'site/7 10:02:00 m3 → waits'],
  },
  {
    rule: 'a deletion of what nobody knows changes nothing',
    events: `
      10:00:00 site/7 client message  m1
      10:01:00 site/7 client deletion d1 of=m9
      10:01:00 bot/7  client deletion d2 of=m1`,
    waits: ['site/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'an answer after one of two messages was taken back answers the other',
    events: `
      10:00:00 site/7 client   message  m1
      10:00:30 site/7 client   message  m2
      10:01:00 site/7 client   deletion d1 of=m2
      10:02:00 site/7 employee message  m3`,
    waits: ['site/7 10:00:00 m1+m2 → 10:02:00 answered by m3'],
  },
);

// «No reply needed» (S5).
examples(
  {
    rule: 'a person decides that no reply is needed',
    events: `
      10:00:00 site/7 client   message  m1
      10:01:00 site/7 employee decision x1`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 no_reply_needed by x1'],
  },
  {
    rule: 'a decision holds for every turn that had reached us',
    events: `
      10:00:00 site/7 client   message  m1
      10:00:30 site/7 client   message  m2 received=10:01:00
      10:01:00 site/7 employee decision x1`,
    waits: ['site/7 10:00:00 m1+m2 → 10:01:00 no_reply_needed by x1'],
  },
  {
    rule: 'a turn that reached us after the decision keeps waiting',
    events: `
      10:00:00 site/7 client   message  m1
      10:00:30 site/7 client   message  m2 received=10:01:01
      10:01:00 site/7 employee decision x1
      10:02:00 site/7 employee message  m3`,
    waits: [
      'site/7 10:00:00 m1 → 10:01:00 no_reply_needed by x1',
      'site/7 10:00:30 m2 → 10:02:00 answered by m3',
    ],
  },
  {
    rule: 'an earlier turn that reached us after the decision keeps waiting',
    events: `
      10:00:00 site/7 client   message  m1 received=10:05:00
      10:00:30 site/7 client   message  m2
      10:01:00 site/7 employee decision x1`,
    waits: ['site/7 10:00:00 m1 → waits', 'site/7 10:00:30 m2 → 10:01:00 no_reply_needed by x1'],
  },
  {
    rule: 'a decision about a wait none of which had reached us settles nothing',
    events: `
      10:00:00 site/7 client   message  m1 received=10:05:00
      10:01:00 site/7 employee decision x1`,
    waits: ['site/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'a decision leaves nothing waiting when what had not reached us was taken back',
    events: `
      10:00:00 site/7 client   message  m1
      10:00:20 site/7 client   message  m2 received=10:03:00
      10:00:40 site/7 client   deletion d1 of=m2
      10:01:00 site/7 employee decision x1`,
    waits: ['site/7 10:00:00 m1+m2 → 10:01:00 no_reply_needed by x1'],
  },
  {
    rule: 'what a decision left waiting can be taken back later',
    events: `
      10:00:00 site/7 client   message  m1
      10:00:20 site/7 client   message  m2 received=10:03:00
      10:01:00 site/7 employee decision x1
      10:04:00 site/7 client   deletion d1 of=m2`,
    waits: ['site/7 10:00:00 m1 → 10:01:00 no_reply_needed by x1', 'site/7 10:00:20 m2 → 10:04:00 withdrawn'],
  },
  {
    rule: 'a decision without a wait holds for nothing later',
    events: `
      10:00:00 site/7 employee decision x1
      10:01:00 site/7 client   message  m1`,
    waits: ['site/7 10:01:00 m1 → waits'],
  },
);

// One-second clocks.
examples(
  {
    rule: 'within one second, without a sequence, the order of receipt decides: an answer and the next question',
    events: `
      10:00:00 site/7 employee message a1 received=10:00:00.100
      10:00:00 site/7 client   message m2 received=10:00:00.200`,
    waits: ['site/7 10:00:00 m2 → waits'],
  },
  {
    rule: 'within one second, without a sequence, the order of receipt decides: a question and its answer',
    events: `
      10:00:00 site/7 client   message m1 received=10:00:00.100
      10:00:00 site/7 employee message a2 received=10:00:00.200`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 answered by a2'],
  },
  {
    rule: 'of what was received together the place in the body decides',
    events: `
      10:00:00 site/7 client   message m1 index=0
      10:00:00 site/7 client   message m3 index=2
      10:00:00 site/7 employee message a2 index=1`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 answered by a2', 'site/7 10:00:00 m3 → waits'],
  },
  {
    rule: 'of what nobody can put in order the question is the later, so that it is not lost',
    events: `
      10:00:00 site/7 client   message m1
      10:00:00 site/7 employee message a2`,
    waits: ['site/7 10:00:00 m1 → waits'],
  },
  {
    rule: 'in a second in which something has a time without fractions the fractions decide nothing',
    events: `
      10:00:00     site/7 employee message a1 received=10:00:00.900
      10:00:00.300 site/7 client   message m2 received=10:00:00.950`,
    waits: ['site/7 10:00:00.3 m2 → waits'],
  },
  {
    rule: 'an answer without fractions ends no wait before it opened',
    events: `
      10:00:00.300 site/7 client   message m1 received=10:00:00.350
      10:00:00     site/7 employee message a2 received=10:00:00.950`,
    waits: ['site/7 10:00:00.3 m1 → 10:00:00.3 answered by a2'],
  },
  {
    rule: 'times with fractions are in order however they were received',
    events: `
      10:00:00.300 site/7 employee message a1 received=10:00:00.400
      10:00:00.200 site/7 client   message m2 received=10:00:00.900`,
    waits: ['site/7 10:00:00.2 m2 → 10:00:00.3 answered by a1'],
  },
  {
    rule: 'those with a sequence swap places among themselves, what has none keeps its own',
    events: `
      10:00:00 site/7 client   message m3 seq=3 received=10:00:00.100
      10:00:00 site/7 client   message m0       received=10:00:00.200
      10:00:00 site/7 employee message a2 seq=2 received=10:00:00.300
      10:00:00 site/7 client   message m1 seq=1 received=10:00:00.400`,
    waits: ['site/7 10:00:00 m1+m0 → 10:00:00 answered by a2', 'site/7 10:00:00 m3 → waits'],
  },
  {
    rule: 'within one second the sequence of the provider decides: answered, then asked again',
    events: `
      10:00:00 site/7 client   message m1 seq=1
      10:00:00 site/7 employee message m2 seq=2
      10:00:00 site/7 client   message m3 seq=3`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 answered by m2', 'site/7 10:00:00 m3 → waits'],
  },
  {
    rule: 'within one second a reply before the question by its sequence does not answer it',
    events: `
      10:00:00 site/7 employee message m1 seq=1
      10:00:00 site/7 client   message m2 seq=2`,
    waits: ['site/7 10:00:00 m2 → waits'],
  },
  {
    rule: 'a sequence does not outrank the clock',
    events: `
      10:00:00 site/7 client   message m1 seq=9
      10:00:01 site/7 employee message m2 seq=1`,
    waits: ['site/7 10:00:00 m1 → 10:00:01 answered by m2'],
  },
  {
    rule: 'an answer elsewhere follows a turn that was received before it, in the same second',
    events: `
      10:00:00 site/7 client   message m1 seq=5
      10:00:00 bot/7  employee message m2 received=10:00:00.500`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 answered by m2'],
  },
  {
    rule: 'a decision in the second of the turn settles it, whatever the sequence of the turn',
    events: `
      10:00:00 site/7 client   message  m1 seq=5
      10:00:00 site/7 employee decision x1 received=10:00:00.500`,
    waits: ['site/7 10:00:00 m1 → 10:00:00 no_reply_needed by x1'],
  },
  {
    rule: 'the sequences of two threads are not compared',
    events: `
      10:00:00 bot/1  client   message m1 seq=8 index=0
      10:00:00 bot/1  employee message m2 seq=9 index=1
      10:00:00 site/7 client   message m3 seq=1 index=2
      10:00:00 site/7 employee message m4 seq=2 index=3`,
    waits: ['bot/1 10:00:00 m1 → 10:00:00 answered by m2', 'site/7 10:00:00 m3 → 10:00:00 answered by m4'],
  },
);

// Deliveries.
examples({
  rule: 'of two deliveries with different times the earlier received holds, in any order (law 1)',
  events: `
      10:03:00 site/7 client message m1 received=10:03:00
      10:00:00 site/7 client message m1 received=10:00:00`,
  waits: ['site/7 10:00:00 m1 → waits'],
});

test('two deliveries received in the same millisecond give the same wait in either order (law 2)', () => {
  const deliveries = story(`
    10:00:00 site/7 client message m1 received=10:05:00
    10:01:00 site/7 client message m1 received=10:05:00`);
  assert.deepEqual(foldWaits(deliveries.toReversed(), rules()), foldWaits(deliveries, rules()));
});

test('a wait was seen when the first of its turns reached us', () => {
  const [wait] = foldWaits(
    story(`
      10:00:00 site/7 client message m1 received=10:04:00
      10:00:30 site/7 client message m2 received=10:01:00`),
    rules(),
  );
  assert.equal(wait?.seenAt, at('10:01:00'));
  assert.equal(wait?.openedAt, at('10:00:00'));
});

test('the opening is known by the channel and the id of its event', () => {
  const [wait] = foldWaits(story('10:00:00 site/7 client message m1'), rules());
  assert.equal(wait?.opening, 'site\nm1');
});

test('waits come in the order of their opening, those of one moment in the order of their events', () => {
  const told = waitsTold(
    foldWaits(
      story(`
        10:00:01 site/1 client   message m1
        09:58:00 site/3 client   message m8
        09:59:00 site/3 employee message m9
        10:00:00 site/3 client   message m3
        10:00:00 site/2 client   message m2`),
      rules({ apart: 'all' }),
    ),
  );
  assert.deepEqual(told, [
    'site/3 09:58:00 m8 → 09:59:00 answered by m9',
    'site/2 10:00:00 m2 → waits',
    'site/3 10:00:00 m3 → waits',
    'site/1 10:00:01 m1 → waits',
  ]);
});

test('the events that are given are not changed', () => {
  const events = Object.freeze(
    story(`
      10:01:00 site/7 employee message m2
      10:00:00 site/7 client   message m1`),
  );
  foldWaits(events, rules());
  assert.deepEqual(
    events.map((event) => event.id),
    ['m2', 'm1'],
  );
});

const QUESTION = '10:00:00 site/7 client message m1';
const ANSWERED = ['site/7 10:00:00 m1 → 10:01:00 answered by g1'];
const WAITING = ['site/7 10:00:00 m1 → waits'];
for (const kind of ['closing', 'reaction'] as const) {
  const gesture = `${QUESTION}\n10:01:00 site/7 employee ${kind} g1`;
  test(`a ${kind} by an employee is an answer only where the policy says so (law 3)`, () => {
    assert.deepEqual(foldTold(gesture), WAITING);
    assert.deepEqual(foldTold(gesture, rules({ counts: { [kind]: true } })), ANSWERED);
  });
  test(`a ${kind} by a machine or by the client is none even there, and opens no wait`, () => {
    const counts = { [kind]: true };
    for (const side of ['bot', 'client'])
      assert.deepEqual(
        foldTold(`${QUESTION}\n10:01:00 site/7 ${side} ${kind} g1`, rules({ counts })),
        WAITING,
      );
    assert.deepEqual(foldTold(`10:01:00 site/7 client ${kind} g1`), []);
  });
}

test('a formal reply is an answer, unless the policy says that it is none (law 3)', () => {
  const nod = `${QUESTION}\n10:01:00 site/7 employee message g1 formal`;
  assert.deepEqual(foldTold(nod), ANSWERED);
  assert.deepEqual(foldTold(nod, rules({ counts: { formal: false } })), WAITING);
  const words = `${QUESTION}\n10:01:00 site/7 employee message g1`;
  assert.deepEqual(foldTold(words, rules({ counts: { formal: false } })), ANSWERED);
});
