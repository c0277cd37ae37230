import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFault } from '../fault.ts';
import { readConfig } from '../readConfig.ts';

const read = (...channels: string[]) => {
  const yaml = `version: 1
people: [{ id: anna, name: Анна }]
channels:
${channels.map((keys, index) => `  - { id: line${index}, kind: phone, owner: anna, ${keys} }`).join('\n')}
`;
  const result = readConfig(yaml, 'otklik.yaml', { env: {}, readFile: () => '' });
  return result.ok ? [] : result.faults.map(formatFault);
};

for (const [provider, keys] of [
  ['mango', 'account: k-k-k, secret: s-s-s-s'],
  ['zadarma', 'account: k-k-k, secret: s-s-s-s'],
  ['uis', 'key: 0123456789abcdef'],
  ['megafon', 'secret: s-s-s-s'],
  ['beeline', 'key: 0123456789abcdef, token: t-t-t'],
  ['sipuni', 'key: 0123456789abcdef'],
  ['onlinepbx', 'key: 0123456789abcdef, account: acme.onpbx.ru'],
  ['asterisk', 'account: "otklik@10.0.0.1:5038", secret: s-s-s-s'],
  ['twilio', 'account: AC1, secret: s-s-s-s'],
  ['bitrix24', 'token: "https://acme.bitrix24.ru/rest/1/secret/"'],
] as const)
  test(`${provider} needs ${keys.replaceAll(/: [^,]+/g, '')}, and says so`, () => {
    assert.deepEqual(read(`provider: ${provider}, ${keys}`), []);
    for (const key of keys.split(', '))
      assert.match(
        read(
          `provider: ${provider}, ${keys
            .split(', ')
            .filter((each) => each !== key)
            .join(', ')}`,
        ).join(),
        new RegExp(`${provider} needs  ${key.split(':')[0]}`),
      );
  });

test('a key that the provider has no use for, a provider that nobody knows, a number of two channels: refused', () => {
  assert.match(
    read('provider: megafon, secret: s-s-s-s, key: 0123456789abcdef').join(),
    /has no use for {2}key/,
  );
  assert.match(read('provider: exolve, token: t-t-t').join(), /provider/);
  const one = 'provider: mango, account: k-k-k, secret: s-s-s-s, numbers: ["+74951234567"]';
  assert.match(read(one, one).join(), /belongs to another channel already/);
});
