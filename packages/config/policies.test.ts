import assert from 'node:assert/strict';
import { defaultSteps, MINUTE } from '@otklik/domain';
import { test } from 'vitest';
import { configOf, SMALLEST, told } from './testing/reading.ts';

const withPolicies = (policies: string) => `${SMALLEST}policies: ${policies}\n`;
const policyOf = (policies: string, name: string) => configOf(withPolicies(policies)).policies.get(name);

const OWN_CHAIN = '[{ at: 1m, notify: [owner] }, { every: 2m, times: 5, notify: [head, owner] }]';
const OWN_RUNGS = [
  { at: MINUTE, notify: ['owner'] },
  { every: 2 * MINUTE, times: 5, notify: ['head', 'owner'] },
];

test('without a word the policy is the regulation: 3 and 5 minutes, and strict about what counts', () => {
  assert.deepEqual(configOf(SMALLEST).policies.get('default'), {
    name: 'default',
    warn: 3 * MINUTE,
    breach: 5 * MINUTE,
    steps: defaultSteps(3 * MINUTE, 5 * MINUTE),
    takeLease: 2 * MINUTE,
    afterHours: 'same',
    crossChannel: true,
    missedCallAtOnce: true,
    countsAsAnswer: {
      bot: false,
      closing: false,
      reaction: false,
      minCall: 5_000,
      unknown: false,
      formal: true,
    },
    formalReplies: [],
    overload: null,
  });
});

test('a default with another window and no chain gets the chain of that window', () => {
  assert.deepEqual(
    policyOf('{ default: { warn: 2s, breach: 4s } }', 'default')?.steps,
    defaultSteps(2_000, 4_000),
  );
});

test('a policy takes from default what it leaves out, also within counts_as_answer', () => {
  const policies = `{
  default: { take_lease: 1m, after_hours: defer, cross_channel: false, counts_as_answer: { bot: true, min_call: 9s } },
  calm: { counts_as_answer: { bot: false } } }`;
  const calm = policyOf(policies, 'calm');
  assert.deepEqual(
    [calm?.name, calm?.takeLease, calm?.afterHours, calm?.crossChannel],
    ['calm', MINUTE, 'defer', false],
  );
  assert.deepEqual([calm?.countsAsAnswer.bot, calm?.countsAsAnswer.minCall], [false, 9_000]);
});

test('formal replies, whether they count, and the limit of open waits are inherited like the rest', () => {
  const policies = `{
  default: { overload: 10, formal_replies: [Принято в работу], counts_as_answer: { formal: false } },
  calm: { overload: 3 } }`;
  const told = ['default', 'calm'].map((name) => {
    const policy = policyOf(policies, name);
    return [policy?.overload, policy?.formalReplies, policy?.countsAsAnswer.formal];
  });
  assert.deepEqual(told, [
    [10, ['Принято в работу'], false],
    [3, ['Принято в работу'], false],
  ]);
});

test('a chain written in default is inherited with its window, and not with another', () => {
  const policies = `{ default: { steps: ${OWN_CHAIN} }, same: { take_lease: 1m }, slow: { warn: 4m, breach: 20m } }`;
  assert.deepEqual(policyOf(policies, 'same')?.steps, OWN_RUNGS);
  assert.deepEqual(policyOf(policies, 'slow')?.steps, defaultSteps(4 * MINUTE, 20 * MINUTE));
});

test('a chain of its own wins', () => {
  assert.deepEqual(policyOf(`{ own: { warn: 4m, steps: ${OWN_CHAIN} } }`, 'own')?.steps, OWN_RUNGS);
});

test('a channel is given the policy that it names', () => {
  const source = withPolicies('{ mail: { warn: 20m, breach: 30m } }').replace(
    'owner: anna',
    'owner: anna, policy: mail',
  );
  assert.equal(configOf(source).channels.get('site')?.policy.breach, 30 * MINUTE);
});

test('warn must be before breach, be it inherited', () => {
  assert.deepEqual(told(withPolicies('{ default: { warn: 5m, breach: 5m } }')), [
    'policies.default.warn: policy "default": warn 5m is not before breach 5m',
  ]);
  assert.deepEqual(told(withPolicies('{ hasty: { breach: 2m } }')), [
    'policies.hasty.breach: policy "hasty": warn 3m (left out here) is not before breach 2m',
  ]);
});

/** A chain each, and what is told of its step. */
const BAD_CHAINS: readonly [chain: string, told: string][] = [
  ['[{ every: 1m, times: 1, notify: [owner] }]', 'steps #1 repeats, but no step is before it'],
  ['[{ at: 1m, every: 1m, notify: [owner] }]', 'steps #1 has both  at  and  every  or  times'],
  ['[{ notify: [owner] }]', 'steps #1 has no time'],
  ['[{ at: 3m, notify: [owner] }, { at: 3m, notify: [owner] }]', 'steps #2 is the same as the one before it'],
  ['[{ at: 1m, notify: [owner] }, { every: 1m, notify: [head] }]', 'steps #2 repeats without end'],
  [
    '[{ at: 2m, notify: [owner] }, { at: 1m, notify: [head] }]',
    'steps #2 is at 1m, before the chain has come to it (2m)',
  ],
  [
    '[{ at: 2m, notify: [owner] }, { every: 1m, times: 3, notify: [owner] }, { at: 4m, notify: [head] }]',
    'steps #3 is at 4m, before the chain has come to it (5m)',
  ],
  ['[{ at: 1m, notify: [] }]', 'steps #1.notify is empty'],
  ['[{ at: 1m, notify: [boss] }]', 'steps #1.notify #1 "boss" is not owner or deputies or head'],
  ['[]', 'steps is empty'],
];

for (const [chain, expected] of BAD_CHAINS) {
  test(`refused: a chain whose ${expected}`, () => {
    const messages = told(withPolicies(`{ default: { steps: ${chain} } }`)).map(
      (line) => line.split('": ')[1],
    );
    assert.deepEqual(messages, [expected]);
  });
}

test('two steps at the same time are taken', () => {
  const policy = policyOf(
    '{ default: { steps: [{ at: 1m, notify: [owner] }, { at: 1m, notify: [head] }] } }',
    'default',
  );
  assert.equal(policy?.steps.length, 2);
});
