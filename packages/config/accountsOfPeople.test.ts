import assert from 'node:assert/strict';
import { test } from 'vitest';
import { formatFault } from './fault.ts';
import { read } from './testing/reading.ts';

const withAccounts = (accounts: string) =>
  read(`version: 1
people: [{ id: anna, name: Анна, telegram: 1 }, { id: boris, name: Борис, telegram: 2 }]
channels:
  - id: line
    kind: webhook
    owner: anna
    secret: env:SITE_SECRET
    accounts: ${accounts}
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`);
const faultsOf = (accounts: string) => {
  const result = withAccounts(accounts);
  return result.ok ? [] : result.faults.map(formatFault);
};
const accountsOf = (accounts: string) => {
  const result = withAccounts(accounts);
  assert.ok(result.ok);
  return [...(result.config.channels.get('line')?.accounts ?? [])];
};

test('a person has one account on a channel, or several, the first of them first', () => {
  assert.deepEqual(accountsOf('{ anna: "101", boris: ["102", "ivanov", "102"] }'), [
    ['anna', ['101']],
    ['boris', ['102', 'ivanov']],
  ]);
  assert.deepEqual(accountsOf('{}'), []);
});

for (const [what, accounts, told] of [
  [
    'an account of nobody',
    '{ ana: "101" }',
    'otklik.yaml:8:17  channel "line": accounts: "ana" names nobody. Did you mean anna? Write  accounts: { <id of a person>: "101" }  (anna, boris)',
  ],
  [
    'one account of two people',
    '{ anna: "101", boris: ["102", "101"] }',
    'otklik.yaml:8:37  channel "line": accounts: "101" is anna’s already. Leave it to one of the two',
  ],
  [
    'a number without quotes, whose zeros would be lost',
    '{ anna: 0101 }',
    'otklik.yaml:8:23  channel "line": accounts.anna 101 is neither a text nor a list of texts (a number goes in quotes). Write  anna: "101"',
  ],
  [
    'a list without anything in it',
    '{ anna: [] }',
    'otklik.yaml:8:23  channel "line": accounts.anna is empty. Write  anna: "101"',
  ],
  [
    'a list instead of a group',
    '["101"]',
    'otklik.yaml:8:15  channel "line": accounts must be a group of keys. Write  accounts: { anna: "101", boris: ["102", ivanov] }',
  ],
] as const)
  test(`${what} is refused, with the place and what to write`, () => {
    assert.deepEqual(faultsOf(accounts), [told]);
  });
