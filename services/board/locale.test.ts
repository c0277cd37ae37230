import assert from 'node:assert/strict';
import { test } from 'vitest';
import { configOf } from '../../packages/config/testing/reading.ts';
import type { Asker } from './access.ts';
import { readerLocale } from './locale.ts';

const config = configOf(`version: 1
people:
  - { id: anna, name: Анна, telegram: 1 }
  - { id: boris, name: Boris, telegram: 2, locale: en }
channels: [{ id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }]
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`);

const asker = (person: string | null): Asker => ({ id: 1, role: 'owner', person, name: null });

const cases: readonly (readonly [person: string | null, accepts: string | undefined, locale: string])[] = [
  [null, undefined, 'ru'],
  ['anna', undefined, 'ru'],
  ['boris', undefined, 'en'],
  ['boris', '*', 'en'],
  ['boris', 'ru', 'ru'],
  ['anna', 'en-GB,en;q=0.9', 'en'],
  ['anna', 'de, fr;q=0.8', 'ru'],
];
for (const [person, accepts, locale] of cases)
  test(`${person ?? 'nobody of ours'} who asks for ${accepts ?? 'no language'} reads ${locale}`, () => {
    const request = { headers: { 'accept-language': accepts }, access: asker(person) };
    assert.equal(readerLocale(request, config), locale);
  });
