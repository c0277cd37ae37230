import assert from 'node:assert/strict';
import { formatFault, readConfig } from '@otklik/config';
import { test } from 'vitest';
import { CONFIG_FORMAT } from '../registry.ts';

const read = (...channels: string[]) => {
  const yaml = `version: 1
people: [{ id: anna, name: Анна }]
channels:
${channels.map((keys, index) => `  - { id: line${index}, kind: phone, owner: anna, ${keys} }`).join('\n')}
`;
  const result = readConfig(yaml, 'otklik.yaml', { env: {}, readFile: () => '' }, CONFIG_FORMAT);
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
    read('provider: mango, account: k-k-k, secret: s-s-s-s, token: t-t-t').join(),
    /has no use for {2}token/,
  );
  assert.match(
    read('provider: megafon, secret: s-s-s-s, key: 0123456789abcdef').join(),
    /has no use for {2}key/,
  );
  assert.match(
    read('provider: mango, account: k-k-k, secret: s-s-s-s, context: office').join(),
    /has no use for {2}context/,
  );
  assert.match(read('provider: exolve, token: t-t-t').join(), /provider/);
  const one = 'provider: mango, account: k-k-k, secret: s-s-s-s, numbers: ["+74951234567"]';
  assert.match(read(one, one).join(), /belongs to another channel already/);
});

test('lines with a name are of one channel each, and digits in a name are no number', () => {
  const of = (line: string) => `provider: mango, account: k-k-k, secret: s-s-s-s, numbers: ["${line}"]`;
  assert.deepEqual(read(of('trunk-a'), of('trunk-b')), []);
  assert.deepEqual(read(of('site-7'), of('shop 7')), []);
  assert.match(read(of('Site-7'), of('site-7')).join(), /site-7 belongs to another channel already/);
});

test('what opens a list of calls and the call back is given whole or not at all', () => {
  assert.deepEqual(read('provider: megafon, secret: s-s-s-s, account: acme.megapbx.ru, token: t-t-t'), []);
  assert.deepEqual(read('provider: sipuni, key: 0123456789abcdef, account: "012345", secret: s-s-s-s'), []);
  for (const [half, missing] of [
    ['provider: megafon, secret: s-s-s-s, token: t-t-t', 'account'],
    ['provider: megafon, secret: s-s-s-s, account: acme.megapbx.ru', 'token'],
    ['provider: sipuni, key: 0123456789abcdef, account: "012345"', 'secret'],
  ] as const)
    assert.match(read(half).join(), new RegExp(`together, and {2}${missing} {2}is missing`));
});

const ASTERISK = 'provider: asterisk, account: "otklik@10.0.0.1:5038", secret: s-s-s-s';

test('asterisk may have the address of its tables of calls', () => {
  for (const cdr of [
    'mysql://otklik:p%40ss@10.0.0.1:3306/asteriskcdrdb',
    'mariadb://otklik@10.0.0.1/asteriskcdrdb?cdr=cdr_2026&cel=logs.cel',
    'postgres://otklik:pass@10.0.0.1/asterisk',
  ])
    assert.deepEqual(read(`${ASTERISK}, cdr: "${cdr}"`), []);
});

test('what is no address of a database is refused without showing it, and so is the key of another provider', () => {
  for (const cdr of [
    'otklik:hunter2@10.0.0.1/asteriskcdrdb',
    'mysql://otklik:hunter2@10.0.0.1',
    'mysql://otklik:hunter2%@10.0.0.1/asteriskcdrdb',
    'http://otklik:hunter2@10.0.0.1/asteriskcdrdb',
    'mysql://otklik:hunter2@10.0.0.1/asteriskcdrdb?cdr=cdr;drop',
  ]) {
    const [fault = ''] = read(`${ASTERISK}, cdr: "${cdr}"`);
    assert.match(fault, /cdr/);
    assert.doesNotMatch(fault, /hunter2/);
  }
  assert.match(
    read('provider: megafon, secret: s-s-s-s, cdr: "mysql://u:p@10.0.0.1/x"').join(),
    /megafon has no use for {2}cdr/,
  );
});
