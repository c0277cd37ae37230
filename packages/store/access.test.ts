import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { type Access, createAccess, endSession, findAccess, hasSignedIn, useLink } from './access.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const NOW = at('10:00:00');
const ADMIN: Access = { role: 'admin', person: null, name: 'admin' };
const ANNA: Access = { role: 'owner', person: 'anna', name: null };

describe('access', () => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  it('is known by its token, as what it is, and for nothing else', async () => {
    const token = await createAccess(store, 'bearer', ANNA, null);
    assert.deepEqual(await findAccess(store, 'bearer', token, NOW), ANNA);
    assert.equal(await findAccess(store, 'session', token, NOW), null);
    assert.equal(await useLink(store, token, NOW), null);
    assert.equal(await findAccess(store, 'bearer', `${token}x`, NOW), null);
  });

  it('ends at its time', async () => {
    const token = await createAccess(store, 'session', ANNA, NOW);
    assert.deepEqual(await findAccess(store, 'session', token, NOW - 1), ANNA);
    assert.equal(await findAccess(store, 'session', token, NOW), null);
  });

  it('cannot be read from the table', async () => {
    const token = await createAccess(store, 'bearer', ADMIN, null);
    const { rows } = await sql<object>`select * from access_tokens`.execute(store.db);
    assert.ok(!JSON.stringify(rows).includes(token));
  });

  it('a session that was ended is over, another one is not', async () => {
    const [one, other] = [
      await createAccess(store, 'session', ANNA, null),
      await createAccess(store, 'session', ANNA, null),
    ];
    await endSession(store, one);
    assert.equal(await findAccess(store, 'session', one, NOW), null);
    assert.deepEqual(await findAccess(store, 'session', other, NOW), ANNA);
  });

  it('a link lets in the first who comes, in time, and nobody after them', async () => {
    const token = await createAccess(store, 'link', ADMIN, NOW + 1);
    const all = await Promise.all(Array.from({ length: 5 }, () => useLink(store, token, NOW)));
    assert.deepEqual(
      all.filter((access) => access !== null),
      [ADMIN],
    );
    const late = await createAccess(store, 'link', ADMIN, NOW);
    assert.equal(await useLink(store, late, NOW), null);
  });

  it('knows whether anybody has ever signed in: a link that lies unused is nobody', async () => {
    await using fresh = await testStore();
    const link = await createAccess(fresh.store, 'link', ADMIN, NOW + 1);
    await createAccess(fresh.store, 'bearer', ADMIN, null);
    assert.equal(await hasSignedIn(fresh.store), false);
    await useLink(fresh.store, link, NOW);
    assert.equal(await hasSignedIn(fresh.store), true);
  });
});
