import assert from 'node:assert/strict';
import { test } from 'vitest';
import { callBackOf, loggable } from './callBack.ts';
import { contractConfig } from './testing/contractConfig.ts';

const config = contractConfig(`
version: 1
people: [{ id: anna, name: Анна }, { id: boris, name: Борис }]
channels:
  - { id: vk, kind: vk, owner: anna, group_id: "1", token: the-token, accounts: { anna: "555" } }
  - { id: old, kind: phone, provider: bitrix24, owner: anna, token: "https://acme.bitrix24.ru/rest/1/s/", accounts: { anna: "7" } }
  - { id: line, kind: phone, provider: mango, owner: anna, account: k-k-k, secret: s-s-s-s, accounts: { anna: ["101", "102"] } }
  - { id: second, kind: phone, provider: zadarma, owner: anna, account: k-k-k, secret: s-s-s-s, accounts: { anna: "201", boris: "202" } }
`);
const by = (
  person: string,
  channel: string,
  client_phone: string | null = '+79160000001',
  closed_at: number | null = null,
  typed_phone: string | null = null,
) => {
  const call = callBackOf({ channel, client_phone, typed_phone, closed_at }, person, config);
  return call && `${call.channel.id} ${call.from} → ${call.to}`;
};

test('who has rung is called by the line on which they rang, and by no other', () => {
  assert.equal(by('anna', 'second'), 'second 201 → +79160000001');
  assert.equal(by('anna', 'line'), 'line 101 → +79160000001', 'the first account is rung');
  assert.equal(by('boris', 'line'), null);
  assert.equal(by('anna', 'old'), null, 'an exchange that cannot dial');
});

test('who has written is called by the first line on which the person has a telephone', () => {
  assert.equal(by('anna', 'vk'), 'line 101 → +79160000001');
  assert.equal(by('boris', 'vk'), 'second 202 → +79160000001');
  assert.equal(by('nobody', 'vk'), null);
});

test('a number that the client only typed is tried where none is proven', () => {
  assert.equal(by('anna', 'vk', null, null, '+79990000002'), 'line 101 → +79990000002');
  assert.equal(by('anna', 'vk', '+79160000001', null, '+79990000002'), 'line 101 → +79160000001');
});

test('nobody is called without a number, nor who waits no more', () => {
  assert.equal(by('anna', 'line', null), null);
  assert.equal(by('anna', 'line', '+79160000001', 1), null);
});

test('no number gets into a log by an exchange’s own words', () => {
  const said = {
    ru: '',
    en: 'UIS does not take the call: the contact +7 (916) 000-00-01 is on the blacklist (code -32002)',
  };
  assert.equal(loggable(said), 'UIS does not take the call: the contact … is on the blacklist (code -32002)');
});
