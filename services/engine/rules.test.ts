import assert from 'node:assert/strict';
import { test } from 'vitest';
import { configOf } from '../../packages/config/testing/reading.ts';
import { rulesOf } from './rules.ts';

const config = (notify: string) =>
  configOf(`version: 1
people:
  - { id: anna, name: Анна, telegram: 1, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru }
  - { id: vera, name: Вера, role: head }
channels: [{ id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }]
notify: { ${notify} }
`);
const TELEGRAM = 'telegram: { token: env:OTKLIK_BOT_TOKEN }';
const EMAIL = 'email: { smtp: env:SMTP_URL, from: otklik@example.ru }';
const WEBHOOK = 'webhook: { url: "https://example.ru/hook", secret: env:NOTIFY_SECRET }';

const reached: { notify: string[]; by: Record<string, string[]> }[] = [
  { notify: [TELEGRAM], by: { anna: ['telegram'], boris: ['console'], vera: ['console'] } },
  { notify: [TELEGRAM, EMAIL], by: { anna: ['telegram'], boris: ['email'], vera: ['console'] } },
  { notify: [EMAIL], by: { anna: ['email'], boris: ['email'], vera: ['console'] } },
  { notify: [WEBHOOK], by: { anna: ['webhook'], boris: ['webhook'], vera: ['webhook'] } },
  {
    notify: [TELEGRAM, EMAIL, WEBHOOK],
    by: { anna: ['telegram', 'webhook'], boris: ['email', 'webhook'], vera: ['webhook'] },
  },
];
for (const { notify, by } of reached) {
  const names = notify.map((each) => each.slice(0, each.indexOf(':'))).join(', ');
  test(`with ${names}, each is reached where they can be, and nobody in no way at all (law 6)`, () => {
    const read = config(notify.join(', '));
    const rules = rulesOf(read);
    for (const person of read.people.values())
      assert.deepEqual(rules.transportsOf(person), by[person.id], person.id);
  });
}

test('waits that open and close are announced to the webhook, where there is one', () => {
  assert.deepEqual(rulesOf(config(WEBHOOK)).announce, ['webhook']);
  assert.deepEqual(rulesOf(config(TELEGRAM)).announce, []);
});

test('a demo rings on the terminal', () => {
  const read = config(TELEGRAM);
  for (const person of read.people.values())
    assert.ok(
      rulesOf({ ...read, demo: true })
        .transportsOf(person)
        .includes('console'),
    );
});
