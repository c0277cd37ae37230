import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Calendar } from './calendar.ts';
import { type Due, dueSteps, type OpenWait, rungsOf, type Step, stageAt } from './dueSteps.ts';
import type { PeopleById } from './people.ts';
import type { Policy } from './policy.ts';
import { calendar, openWait, people, policy } from './testing/company.ts';
import { at, timeOf } from './testing/story.ts';
import { MINUTE, SECOND } from './time.ts';

interface Circumstances {
  wait?: OpenWait;
  policy?: Policy;
  calendar?: Calendar | null;
  people?: PeopleById;
}

const dueAt = (time: string, said: Circumstances = {}): Due =>
  dueSteps(
    said.wait ?? openWait(),
    said.policy ?? policy(),
    said.calendar ?? null,
    said.people ?? people(),
    at(time),
  );

const stepTold = ({ step, dueAt, stage, asked }: Step): string =>
  `${timeOf(dueAt)} ${step} ${stage} ${asked.map(({ person }) => person).join('+')}`;

/** A clock that wakes exactly when it is told to, until the chain ends: when it woke and what fired. */
function chainTold(said: Circumstances = {}): string[] {
  let wait = said.wait ?? openWait();
  const told: string[] = [];
  let now: number | null = wait.openedAt;
  while (now !== null) {
    const due: Due = dueSteps(
      wait,
      said.policy ?? policy(),
      said.calendar ?? null,
      said.people ?? people(),
      now,
    );
    told.push(...due.fire.map(stepTold), ...due.skipped.map((step) => `skipped ${stepTold(step)}`));
    wait = {
      ...wait,
      stepsDone: wait.stepsDone + due.fire.length + due.skipped.length,
      warned: due.warned,
      breached: due.breached,
    };
    assert.ok(due.nextDueAt === null || due.nextDueAt > now, 'the next look is later than this one');
    now = due.nextDueAt;
  }
  return told;
}

test('the default chain: the owner at three minutes, deputies at five, the head at ten and thrice again (S4)', () => {
  assert.deepEqual(chainTold(), [
    '10:03:00 1 warned anna',
    '10:05:00 2 breached anna+boris+vlad',
    '10:10:00 3 breached vera',
    '10:25:00 4 breached vera',
    '10:40:00 5 breached vera',
    '10:55:00 6 breached vera',
  ]);
});

const looks: {
  rule: string;
  now: string;
  done?: number;
  fires: string[];
  skips: string[];
  next: string | null;
}[] = [
  {
    rule: 'before the first rung nothing fires',
    now: '10:02:59.999',
    fires: [],
    skips: [],
    next: '10:03:00',
  },
  {
    rule: 'a rung fires at its due time',
    now: '10:03:00',
    fires: ['10:03:00 1 warned anna'],
    skips: [],
    next: '10:05:00',
  },
  {
    rule: 'a rung that fired does not fire again',
    now: '10:03:00',
    done: 1,
    fires: [],
    skips: [],
    next: '10:05:00',
  },
  {
    rule: 'a rung that fires late does not move the next',
    now: '10:04:30',
    fires: ['10:03:00 1 warned anna'],
    skips: [],
    next: '10:05:00',
  },
  {
    rule: 'after a gap only the highest rung fires, and asks everyone whom the skipped ones would have asked (law 7)',
    now: '10:12:00',
    fires: ['10:10:00 3 breached vera+anna+boris+vlad'],
    skips: ['10:03:00 1 breached anna', '10:05:00 2 breached anna+boris+vlad'],
    next: '10:25:00',
  },
  {
    rule: 'at the end of the chain there is nothing to look for',
    now: '10:55:00',
    done: 5,
    fires: ['10:55:00 6 breached vera'],
    skips: [],
    next: null,
  },
  {
    rule: 'after the end of the chain nothing fires',
    now: '11:30:00',
    done: 6,
    fires: [],
    skips: [],
    next: null,
  },
  {
    rule: 'a chain that was longer before the configuration changed is at its end',
    now: '11:30:00',
    done: 60,
    fires: [],
    skips: [],
    next: null,
  },
];
for (const { rule, now, done, fires, skips, next } of looks) {
  test(rule, () => {
    const due = dueAt(now, { wait: openWait({ stepsDone: done ?? 0 }) });
    assert.deepEqual(due.fire.map(stepTold), fires);
    assert.deepEqual(due.skipped.map(stepTold), skips);
    assert.equal(due.nextDueAt === null ? null : timeOf(due.nextDueAt), next);
  });
}

test('rungs that the policy sets at one time fire together', () => {
  const steps: Policy['steps'] = [
    { at: 3 * MINUTE, notify: ['owner'] },
    { at: 3 * MINUTE, notify: ['head'] },
  ];
  assert.deepEqual(dueAt('10:03:00', { policy: policy({ steps }) }).fire.map(stepTold), [
    '10:03:00 1 warned anna',
    '10:03:00 2 warned vera',
  ]);
});

test('rungs are climbed in the order of their times, however they are written', () => {
  const steps: Policy['steps'] = [
    { at: 5 * MINUTE, notify: ['head'] },
    { at: 1 * MINUTE, notify: ['owner'] },
  ];
  assert.deepEqual(chainTold({ policy: policy({ steps }) }), [
    '10:01:00 1 warned anna',
    '10:05:00 2 breached vera',
  ]);
});

test('repeats count from the rung before them, and from the opening where there is none', () => {
  const offsets = (steps: Policy['steps']) => rungsOf(policy({ steps })).map(({ offset }) => offset / MINUTE);
  assert.deepEqual(
    offsets([
      { at: 10 * MINUTE, notify: ['head'] },
      { every: 15 * MINUTE, times: 2, notify: ['head'] },
      { every: MINUTE, times: 2, notify: ['owner'] },
    ]),
    [10, 25, 40, 41, 42],
  );
  assert.deepEqual(offsets([{ every: 2 * MINUTE, times: 2, notify: ['owner'] }]), [2, 4]);
});

test('the marks of the window are looked for even where no rung stands at them', () => {
  const bare = policy({ steps: [] });
  assert.equal(dueAt('10:00:00', { policy: bare }).nextDueAt, at('10:03:00'));
  assert.equal(dueAt('10:03:00', { policy: bare }).nextDueAt, at('10:05:00'));
  assert.equal(dueAt('10:05:00', { policy: bare }).nextDueAt, null);
});

const marks: { now: string; warned: boolean; breached: boolean }[] = [
  { now: '10:02:59.999', warned: false, breached: false },
  { now: '10:03:00', warned: true, breached: false },
  { now: '10:04:59.999', warned: true, breached: false },
  { now: '10:05:00', warned: true, breached: true },
];
for (const { now, warned, breached } of marks) {
  test(`at ${now} a wait of 10:00:00 is ${warned ? '' : 'not '}warned and ${breached ? '' : 'not '}breached`, () => {
    const due = dueAt(now);
    assert.deepEqual([due.warned, due.breached], [warned, breached]);
    assert.equal(
      stageAt(openWait(), policy(), at(now)),
      breached ? 'breached' : warned ? 'warned' : 'waiting',
    );
  });
}

test('a mark that was passed stays passed, though a longer window were configured since (law 4)', () => {
  const due = dueAt('10:01:00', { wait: openWait({ warned: true, breached: true }) });
  assert.deepEqual([due.warned, due.breached], [true, true]);
});

test('a taken wait: the chain goes on from where it stood, the window does not move', () => {
  const taken = { wait: openWait({ stepsDone: 1, warned: true, chainShift: 2 * MINUTE }) };
  assert.deepEqual(dueAt('10:05:00', taken).fire, []);
  assert.equal(dueAt('10:05:00', taken).breached, true);
  assert.deepEqual(chainTold(taken).slice(0, 2), [
    '10:07:00 2 breached anna+boris+vlad',
    '10:12:00 3 breached vera',
  ]);
});

test('absences of the minute in which a step fires decide whom it reaches', () => {
  const absent = people({ anna: '2026-11-23', vlad: '2026-11-23' });
  assert.deepEqual(chainTold({ people: absent }).slice(0, 2), [
    '10:03:00 1 warned boris',
    '10:05:00 2 breached boris',
  ]);
});

test('an absence that ends before a late step fires does not count any more', () => {
  const overnight = people({ anna: '2026-11-22' });
  const wait = openWait({ openedAt: at('00:00:00') - 4 * MINUTE });
  assert.deepEqual(
    dueAt('00:00:30', { wait, people: overnight }).fire[0]?.asked.map(({ person }) => person),
    ['anna'],
  );
});

const closed = calendar({ 1: '09:00-10:04 11:00-18:00' });

test('after hours "same": the chain climbs as by day (S7)', () => {
  assert.deepEqual(chainTold({ calendar: closed }), chainTold());
});

test('after hours "owner_only": outside working hours only the person in charge is asked', () => {
  assert.deepEqual(chainTold({ calendar: closed, policy: policy({ afterHours: 'owner_only' }) }), [
    '10:03:00 1 warned anna',
    '10:05:00 2 breached anna',
    '10:10:00 3 breached anna',
    '10:25:00 4 breached anna',
    '10:40:00 5 breached anna',
    '10:55:00 6 breached anna',
  ]);
});

test('after hours "owner_only": a step that fires late asks whom it would have asked in time (law 7)', () => {
  const circumstances = { calendar: closed, policy: policy({ afterHours: 'owner_only' }) };
  const asked = (now: string, wait: OpenWait) =>
    dueAt(now, { ...circumstances, wait }).fire[0]?.asked.map(({ person }) => person);
  const byDay = openWait({ stepsDone: 1, openedAt: at('09:58:30') });
  assert.deepEqual(asked('10:04:30', byDay), ['anna', 'boris', 'vlad'], 'due at 10:03:30, in working hours');
  assert.deepEqual(
    asked('11:00:00', openWait({ stepsDone: 1 })),
    ['anna'],
    'all was due while nobody worked',
  );
  const fromBefore = openWait({ openedAt: at('09:53:00') });
  assert.deepEqual(asked('10:30:00', fromBefore), ['anna', 'boris', 'vlad', 'vera'], 'the head at 10:03');
});

test('after hours "owner_only" without a calendar disturbs everybody: there is no after hours', () => {
  assert.deepEqual(chainTold({ policy: policy({ afterHours: 'owner_only' }) }), chainTold());
});

test('after hours "defer": the chain counts working time only, the window runs on', () => {
  const deferred = { calendar: closed, policy: policy({ afterHours: 'defer' }) };
  assert.deepEqual(dueAt('10:05:00', { ...deferred, wait: openWait({ stepsDone: 1 }) }).fire, []);
  assert.equal(dueAt('10:05:00', deferred).breached, true);
  assert.equal(chainTold(deferred)[0], '10:03:00 1 warned anna');
  assert.equal(chainTold(deferred)[1], '11:01:00 2 breached anna+boris+vlad'); // four of its minutes by 10:04, one after 11:00
});

test('after hours "defer": the chain stands still and goes on in its rhythm, it does not ask everybody at once', () => {
  const deferred = { calendar: closed, policy: policy({ afterHours: 'defer' }) };
  assert.deepEqual(chainTold({ ...deferred, wait: openWait({ openedAt: at('10:04:30') }) }).slice(0, 4), [
    '11:00:00 1 breached anna',
    '11:02:00 2 breached anna+boris+vlad',
    '11:07:00 3 breached vera',
    '11:22:00 4 breached vera',
  ]);
});

test('after hours "defer": a wait taken just before work begins is left alone for the whole lease', () => {
  const wait = openWait({ stepsDone: 1, chainShift: 2 * MINUTE });
  const due = dueAt('11:00:00', { wait, calendar: closed, policy: policy({ afterHours: 'defer' }) });
  assert.deepEqual(due.fire, []);
  assert.equal(due.nextDueAt, at('11:03:00'));
});

test('the first look at a wait, from before all time, says when its chain begins', () => {
  const due = dueSteps(openWait(), policy(), null, people(), Number.MIN_SAFE_INTEGER);
  assert.deepEqual(due, {
    fire: [],
    skipped: [],
    stepsDone: 0,
    warned: false,
    breached: false,
    nextDueAt: at('10:00:00') + 180 * SECOND,
  });
});

test('a missed call is told at once, before the chain, and the chain goes its way', () => {
  const missed = openWait({ missedAt: at('10:00:20') });
  const told = (time: string, wait = missed, said: Circumstances = {}) =>
    dueAt(time, { ...said, wait }).fire.map(({ step, stage, dueAt: due }) => [step, stage, timeOf(due)]);
  assert.deepEqual(told('10:00:19'), []);
  assert.deepEqual(told('10:00:20'), [[0, 'waiting', '10:00:20']]);
  assert.equal(dueAt('10:00:00', { wait: missed }).nextDueAt, at('10:00:20'));
  assert.equal(dueAt('10:00:20', { wait: missed }).nextDueAt, at('10:03:00'));
  // Told once: then `missedAt` is null, and only the chain is left.
  assert.deepEqual(told('10:03:00', openWait()), [[1, 'warned', '10:03:00']]);
});

test('of a missed call and a rung that are due together after an outage, only the rung fires (law 7)', () => {
  const due = dueAt('10:04:00', { wait: openWait({ missedAt: at('10:00:20') }) });
  assert.deepEqual([due.fire.map(({ step }) => step), due.skipped.map(({ step }) => step)], [[1], [0]]);
});

test('a call that is missed late in the chain is told then', () => {
  const due = dueAt('10:06:00', { wait: openWait({ missedAt: at('10:06:00'), stepsDone: 2 }) });
  assert.deepEqual(
    due.fire.map(({ step, stage }) => [step, stage]),
    [[0, 'breached']],
  );
});

test('a missed call waits like everything where the policy says so, and where the chain stands still', () => {
  const wait = openWait({ missedAt: at('10:00:20') });
  assert.deepEqual(dueAt('10:00:20', { wait, policy: policy({ missedCallAtOnce: false }) }).fire, []);
  const night = { wait, policy: policy({ afterHours: 'defer' }), calendar: calendar({ 1: '12:00-18:00' }) };
  assert.deepEqual(dueAt('10:00:20', night).fire, []);
});
