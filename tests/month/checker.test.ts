import assert from 'node:assert/strict';
import type { Event } from '@otklik/domain';
import { test } from 'vitest';
import { check, type Rule } from './checker.ts';
import { companyBy } from './company.ts';
import { evidenceOf } from './evidence.ts';
import { waitedBy } from './judge.ts';
import { chancesOf } from './random.ts';
import type { Record, StepRecord, WaitRecord } from './record.ts';
import {
  type Delivery,
  type Edition,
  type Freeze,
  MINUTE,
  type Outage,
  type Played,
  SECOND,
  type Span,
} from './truth.ts';

/*
 * The checker accepts a sound record and complains of each way to break it. One client writes at 10:00 on a channel
 * whose people are there, and is answered at 10:07.
 */

const AT = Date.parse('2026-11-10T10:00:00Z');
const made = companyBy(chancesOf(1));
const company: Edition = {
  ...made,
  people: new Map([...made.people].map(([id, person]) => [id, { ...person, away: [] }])),
};
const [channel] = [...company.channels.values()];
if (!channel) throw new Error('the company has channels');
const { owner, deputies, head } = channel;

const says = (side: Event['side'], at: number): Event => ({
  kind: 'message',
  channel: channel.id,
  thread: 't',
  id: `m${at}`,
  side,
  author: { id: null, name: null, phone: null, email: null },
  at,
  atSource: 'provider',
  receivedAt: at,
  seq: null,
  text: null,
  wording: null,
  link: null,
});

const WAIT: WaitRecord = {
  id: 'w',
  channel: channel.id,
  thread: 't',
  owner,
  openedAt: AT,
  closedAt: AT + 7 * MINUTE,
  warnedAt: AT + 3 * MINUTE,
  breachedAt: AT + 5 * MINUTE,
  voided: false,
  history: false,
};
const step = (
  number: number,
  dueAt: number,
  recipients: readonly string[],
  more: Partial<StepRecord> = {},
): StepRecord => ({
  wait: 'w',
  step: number,
  dueAt,
  firedAt: dueAt,
  lateReason: null,
  skipped: false,
  stage: number === 1 ? 'warned' : 'breached',
  recipients,
  ...more,
});
const STEPS = [step(1, AT + 3 * MINUTE, [owner]), step(2, AT + 5 * MINUTE, [owner, ...deputies])];

interface Said {
  readonly waits?: readonly WaitRecord[];
  readonly steps?: readonly StepRecord[];
  readonly notices?: Record['notices'];
  readonly takes?: readonly string[];
  readonly editions?: readonly [Edition, ...Edition[]];
  /** Of question and answer. */
  readonly recorded?: readonly [number, number];
  /** Of question and answer. Default: as recorded. */
  readonly received?: readonly [number, number];
  readonly steppedOut?: readonly (readonly [string, Span])[];
  readonly pressed?: Played['takes'];
  readonly outages?: readonly Outage[];
  readonly freezes?: readonly Freeze[];
  readonly arrived?: readonly Delivery[];
}

/** Rules that complain, each once. */
function complained(said: Said): Rule[] {
  const { waits = [WAIT], steps = STEPS, takes = [], outages = [], freezes = [] } = said;
  const { recorded = [AT, AT + 7 * MINUTE], arrived = [] } = said;
  const told = steps
    .filter(({ skipped }) => !skipped)
    .flatMap(({ wait, step, recipients }) =>
      recipients.map((recipient) => ({ wait, step, recipient, transport: 'telegram' })),
    );
  const events = [says('client', AT), says('employee', AT + 7 * MINUTE)].map((event, i) => ({
    ...event,
    receivedAt: said.received?.[i] ?? recorded[i] ?? 0,
  }));
  const played: Played = {
    known: events.map((event, i) => ({ event, recordedAt: recorded[i] ?? 0 })),
    steppedOut: new Map((said.steppedOut ?? []).map(([who, span]) => [who, [span]])),
    takes: said.pressed ?? [],
    endedAt: AT + 60 * MINUTE,
  };
  const { editions = [company] } = said;
  const clientOf = new Map([[`${channel?.id}/t`, 'client']]);
  const record = { waits, steps, notices: said.notices ?? told, takes };
  return [
    ...new Set(
      check(record, evidenceOf({ editions, clientOf, outages, freezes, deliveries: arrived }, played)).map(
        ({ rule }) => rule,
      ),
    ),
  ];
}

const [first, second] = STEPS;
if (!first || !second) throw new Error('there are two steps');

test('a sound record is taken', () => assert.deepEqual(complained({}), []));

test('a step that fires twice, or tells somebody twice, is complained of', () => {
  const notice = { wait: 'w', step: 1, recipient: owner, transport: 'telegram' };
  const told = STEPS.flatMap(({ step, recipients }) =>
    recipients.map((recipient) => ({ ...notice, step, recipient })),
  );
  assert.deepEqual(complained({ notices: [...told, notice] }), ['once']);
  assert.ok(complained({ steps: [first, first, second], notices: told }).includes('once'));
});

test('a step after the answer had reached us is complained of', () => {
  const after = step(3, AT + 10 * MINUTE, [head]);
  assert.deepEqual(complained({ steps: [...STEPS, after] }), ['not after the answer']);
});

test('an answer that reached us later is no fault of a step before', () => {
  const meanwhile = step(3, AT + 10 * MINUTE, [head]);
  assert.deepEqual(complained({ steps: [...STEPS, meanwhile], recorded: [AT, AT + 12 * MINUTE] }), []);
});

test('asking somebody absent while others are there is complained of', () => {
  const out = { from: AT, to: AT + 4 * MINUTE };
  assert.deepEqual(complained({ steppedOut: [[owner, out]] }), ['nobody absent']);
  const everybody = [owner, ...deputies, head].map((who) => [who, out] as const);
  assert.deepEqual(complained({ steppedOut: everybody }), []);
});

test('a step that is early, late, or due at another time is complained of', () => {
  const moved = (more: Partial<StepRecord>) => complained({ steps: [{ ...first, ...more }, second] });
  assert.ok(moved({ firedAt: first.dueAt - 1 }).includes('in time'));
  assert.ok(moved({ firedAt: first.dueAt + 2 * SECOND, lateReason: 'overload' }).includes('in time'));
  assert.ok(moved({ dueAt: first.dueAt + MINUTE, firedAt: first.dueAt + MINUTE }).includes('in time'));
});

test('a late step must give the true reason', () => {
  const back = AT + 4 * MINUTE;
  const outages = [{ from: AT + 2 * MINUTE, to: back, catchUp: 0 }];
  const late = (lateReason: string | null) =>
    complained({ outages, steps: [{ ...first, firedAt: back, lateReason }, second] });
  assert.deepEqual(late('outage'), []);
  assert.deepEqual(late(null), ['true reason']);
  assert.deepEqual(late('delivery'), ['true reason']);
});

test('steps wait while something that arrived cannot be recorded, half a minute at most', () => {
  const begins = first.dueAt - 10 * SECOND;
  const frozen = (seconds: number, firedAt: number, what: Freeze['what'] = 'queue') =>
    complained({
      freezes: [{ from: begins, to: begins + seconds * SECOND, what }],
      steps: [{ ...first, firedAt, lateReason: firedAt > first.dueAt ? 'backlog' : null }, second],
    });
  assert.deepEqual(frozen(15, begins + 15 * SECOND), []);
  assert.deepEqual(frozen(60, begins + 30 * SECOND), []);
  assert.deepEqual(frozen(60, begins + 60 * SECOND), ['in time', 'nothing missed']);
  assert.deepEqual(frozen(15, first.dueAt), ['in time']);
  // Nothing arrived, so nothing is unrecorded.
  assert.deepEqual(frozen(15, first.dueAt, 'engine'), []);
});

test('a step while the answer lay in our hands is complained of', () => {
  const answer = says('employee', AT + 7 * MINUTE);
  const late = step(3, AT + 10 * MINUTE, [head]);
  const recorded = [AT, AT + 12 * MINUTE] as const;
  const from = AT + 9.9 * MINUTE;
  const lay = (since: number) =>
    complained({
      steps: [...STEPS, { ...late, firedAt: AT + 10.1 * MINUTE, lateReason: 'backlog' }],
      recorded,
      received: [AT, answer.at],
      freezes: [{ from: since, to: AT + 12 * MINUTE, what: 'queue' }],
    });
  assert.ok(lay(from).includes('not after the answer'));
  assert.ok(!lay(answer.at).includes('not after the answer'));
});

test('a step that never came, asked nobody or told nobody is complained of', () => {
  assert.ok(complained({ steps: [first] }).includes('nothing missed'));
  assert.deepEqual(complained({ steps: [{ ...first, recipients: [] }, second] }), ['nothing missed']);
  assert.deepEqual(complained({ notices: [] }), ['nothing missed']);
});

test('a wait whose owner is nobody is complained of', () =>
  assert.deepEqual(complained({ waits: [{ ...WAIT, owner: 'nobody' }] }), ['nothing missed']));

test('steps out of order are complained of', () => {
  assert.ok(complained({ steps: [{ ...first, firedAt: second.firedAt + 1 }, second] }).includes('in order'));
  assert.ok(complained({ steps: [second] }).includes('in order'));
});

test('of two steps that fire together the lower must be skipped', () => {
  const back = AT + 6 * MINUTE;
  const outages = [{ from: AT + 2 * MINUTE, to: back, catchUp: 0 }];
  const both = STEPS.map((each) => ({ ...each, firedAt: back, lateReason: 'outage' }));
  assert.deepEqual(complained({ outages, steps: both }), ['in order']);
  const skipped = both.map((each, i) => (i === 0 ? { ...each, skipped: true, lateReason: null } : each));
  assert.deepEqual(complained({ outages, steps: skipped }), []);
});

test('whoever a skipped step names and nobody asks is complained of', () => {
  const back = AT + 6 * MINUTE;
  const outages = [{ from: AT + 2 * MINUTE, to: back, catchUp: 0 }];
  const [low, high] = STEPS.map((each) => ({ ...each, firedAt: back, lateReason: 'outage' }));
  assert.ok(low && high);
  const skipped = { ...low, skipped: true, lateReason: null };
  assert.deepEqual(complained({ outages, steps: [skipped, { ...high, recipients: deputies }] }), [
    'everyone asked',
  ]);
  assert.deepEqual(complained({ outages, steps: [skipped, high] }), []);
});

test('an answer that our side deletes within the window, before the client speaks again, was none', () => {
  const answer = says('employee', AT + MINUTE);
  const deleted = (side: Event['side'], at: number): Event => {
    const { id, channel, thread, author, atSource, seq } = answer;
    const place = { id: `d${at}`, channel, thread, author, atSource, seq, side, at, receivedAt: at };
    return { ...place, kind: 'deletion', of: id };
  };
  const until = (...events: Event[]) =>
    waitedBy([says('client', AT), answer, ...events], company).map(({ until }) => until && until - AT);
  assert.deepEqual(until(), [MINUTE]);
  assert.deepEqual(until(deleted('employee', AT + 2 * MINUTE)), [null]);
  assert.deepEqual(until(deleted('client', AT + 2 * MINUTE)), [MINUTE]);
  assert.deepEqual(until(deleted('employee', AT + MINUTE + channel.policy.breach + 1)), [MINUTE]);
  const again = [says('client', AT + 2 * MINUTE), deleted('employee', AT + 3 * MINUTE)];
  assert.deepEqual(until(...again), [MINUTE, null]);
});

test('of one second the order of arrival decides, and in a thread the provider’s numbers', () => {
  const second = (
    side: Event['side'],
    id: string,
    receivedIndex: number,
    seq: number | null = null,
  ): Event => ({
    ...says(side, AT),
    id,
    seq,
    receivedIndex,
  });
  const until = (...events: Event[]) => waitedBy(events, company).map(({ until }) => until && until - AT);
  const [question, answer] = [second('client', 'q', 0), second('employee', 'a', 1)];
  assert.deepEqual(until(answer, question), [0]);
  assert.deepEqual(until(question, answer, second('client', 'again', 2)), [0, null]);
  assert.deepEqual(until({ ...question, seq: 2 }, { ...answer, seq: 1 }), [null]);
  // A time with fractions is worth nothing beside one without.
  assert.deepEqual(
    until(question, { ...says('employee', AT + 400), receivedAt: AT, receivedIndex: 1 }),
    [400],
  );
  assert.deepEqual(
    until({ ...says('employee', AT), receivedIndex: 1 }, { ...says('client', AT + 400), receivedAt: AT }),
    [400],
  );
});

test('what was said before a channel was watched waits apart, and whoever is asked about it is complained of', () => {
  const watched = { ...channel, watchedFrom: AT + MINUTE };
  const since = { ...company, channels: new Map([[channel.id, watched]]) };
  const events = [says('client', AT), says('client', AT + 2 * MINUTE), says('employee', AT + 3 * MINUTE)];
  assert.deepEqual(
    waitedBy(events, since).map(({ since, until, history }) => [since - AT, until && until - AT, history]),
    [
      [0, 3 * MINUTE, true],
      [2 * MINUTE, 3 * MINUTE, false],
    ],
  );
  assert.ok(complained({ waits: [{ ...WAIT, history: true }] }).includes('nobody about history'));
});

/** From then on: warned after six minutes, breached after ten. */
const editedAt = (since: number): readonly [Edition, Edition] => {
  const { policy } = channel;
  const slow = {
    ...policy,
    warn: 6 * MINUTE,
    breach: 10 * MINUTE,
    steps: [6, 10, 20].map((after) => after * MINUTE),
  };
  const channels = new Map([[channel.id, { ...channel, policy: slow }]]);
  return [company, { ...company, since, channels }];
};

test('after an edit the marks and the rungs of the new policy hold, and nobody is asked again', () => {
  const editions = editedAt(AT + 5.5 * MINUTE);
  const corrected = { ...WAIT, warnedAt: AT + 6 * MINUTE, breachedAt: null };
  assert.deepEqual(complained({ editions, waits: [corrected] }), []);
  assert.deepEqual(complained({ editions }), ['as it happened']);
  const again = step(3, AT + 6 * MINUTE, [owner], { stage: 'warned' });
  assert.deepEqual(complained({ editions, waits: [corrected], steps: [...STEPS, again] }), ['asked again']);
  assert.ok(complained({ editions, waits: [corrected], steps: [second] }).includes('nothing missed'));
});

test('who has left the company owns no wait that stands open', () => {
  const editions = editedAt(AT + 5.5 * MINUTE);
  const [before, after] = editions;
  const without = { ...after, people: new Map([...after.people].filter(([id]) => id !== owner)) };
  const open = { ...WAIT, closedAt: null };
  assert.ok(complained({ editions: [before, without], waits: [open] }).includes('nothing missed'));
});

test('a wait that is missing, invented, ends elsewhere or lacks a mark is complained of', () => {
  const rules: Rule[] = ['as it happened'];
  assert.deepEqual(complained({ waits: [{ ...WAIT, breachedAt: null }] }), rules);
  assert.deepEqual(complained({ waits: [{ ...WAIT, closedAt: AT + 6 * MINUTE }] }), rules);
  assert.deepEqual(complained({ waits: [WAIT, { ...WAIT, id: 'v', openedAt: AT + MINUTE }] }), rules);
  assert.deepEqual(complained({ waits: [{ ...WAIT, voided: true }] }), rules);
});

test('a take without an entry in the audit log is complained of', () => {
  const pressed = [{ wait: 'w', at: AT + 6 * MINUTE }];
  assert.deepEqual(complained({ pressed }), ['as it happened']);
  assert.deepEqual(complained({ pressed, takes: ['w'] }), []);
});
