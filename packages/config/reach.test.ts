import assert from 'node:assert/strict';
import { test } from 'vitest';
import { configOf, faultsOf, SMALLEST, told } from './testing/reading.ts';

const EMAIL = 'email: { smtp: env:SMTP_URL, from: otklik@example.ru }';
const both = SMALLEST.replace('notify: { ', `notify: { ${EMAIL}, `);
const of = (source: string, id: string) => configOf(source).people.get(id)?.reach;

test('telegram, then email, unless the company or the person says otherwise', () => {
  assert.deepEqual(of(both, 'anna'), ['telegram', 'email']);
  assert.deepEqual(of(`${both}reach: [email, telegram]\n`, 'anna'), ['email', 'telegram']);
  const own = `${both}reach: [email]\n`.replace('telegram: 1 }', 'telegram: 1, reach: [telegram] }');
  assert.deepEqual([of(own, 'anna'), of(own, 'vera')], [['telegram'], ['email']]);
});

const refused: { reach: string; says: RegExp }[] = [
  { reach: '[telegram, sms]', says: /reach #2 "sms" does not exist yet: Otklik cannot reach people by it/ },
  { reach: '[call]', says: /reach #1 "call" does not exist yet/ },
  { reach: '[webhook]', says: /reaches nobody by itself/ },
  { reach: '[pigeon]', says: /is no way to reach people \(telegram, email\)/ },
  { reach: '[email, email]', says: /names a way twice/ },
  { reach: '[]', says: /is empty/ },
];
for (const { reach, says } of refused)
  test(`reach: ${reach} is refused, of the company and of a person`, () => {
    const [company] = faultsOf(`${both}reach: ${reach}\n`);
    const [person] = faultsOf(both.replace('telegram: 1 }', `telegram: 1, reach: ${reach} }`));
    for (const fault of [company, person]) {
      assert.match(fault?.message ?? '', says);
      assert.notEqual(fault?.remedy, '');
    }
  });

test('a way that notify does not name is told of', () => {
  assert.deepEqual(told(`${SMALLEST}reach: [telegram, email]\n`), [
    'reach.1: reach #2 "email" is not under notify: nobody is reached by it',
  ]);
});

test('people whom nothing reaches are told of, also where there is a webhook: it reaches nobody by itself', () => {
  const webhook = 'webhook: { url: "https://example.ru/hook", secret: env:NOTIFY_SECRET }';
  const deaf = 'people.0: person "anna": no ping can reach them';
  assert.deepEqual(
    told(SMALLEST.replace(', telegram: 1 }', ' }').replace('notify: { ', `notify: { ${webhook}, `)),
    [deaf],
  );
  assert.deepEqual(told(both.replace('telegram: 1 }', 'telegram: 1, reach: [email] }')), [deaf]);
  const only = SMALLEST.replace(/notify: .*\n/, `notify: { ${webhook} }\n`);
  assert.deepEqual(told(only), []);
});

test('an owner who is their own only head has no judge for what they dispute, and that is told', () => {
  const alone = SMALLEST.replace('owner: anna', 'owner: vera');
  assert.deepEqual(told(alone), [
    'channels.0.owner: channel "site": owner "vera" is their own only head: a breach that they dispute only an admin can judge',
  ]);
  const two = alone
    .replace('name: Анна', 'name: Анна, role: head')
    .replace('owner: vera', 'owner: vera, head: vera');
  assert.deepEqual(told(two), []);
});
