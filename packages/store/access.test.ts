import assert from 'node:assert/strict';
import { DAY, HOUR } from '@otklik/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import {
  type Access,
  createAccess,
  endOfTheGone,
  endSession,
  endSessionsOf,
  findAccess as findAccessOf,
  hasSignedIn,
  listAccess,
  livingAccess,
  lookAtLink,
  revokeAccess,
  useLink,
} from './access.ts';
import { listAudit } from './reads.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const NOW = at('10:00:00');
const ADMIN: Access = { role: 'admin', person: null, name: 'admin' };
const ANNA: Access = { role: 'owner', person: 'anna', name: null };
const BORIS: Access = { role: 'owner', person: 'boris', name: null };
const LIMITS = { idle: 14 * DAY, max: 90 * DAY };

/** Access without its id. */
const findAccess = async (
  ...[store, kind, token, now]: [Store, 'bearer' | 'session', string, number]
): Promise<Access | null> => {
  const found = await findAccessOf(store, kind, token, now, LIMITS);
  return found && { role: found.role, person: found.person, name: found.name };
};

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
    const token = await createAccess(store, 'session', ANNA, NOW, { now: NOW - 2 });
    assert.deepEqual(await findAccess(store, 'session', token, NOW - 1), ANNA);
    assert.equal(await findAccess(store, 'session', token, NOW), null);
  });

  it('a session ends when nobody used it for so long, and at the latest after so long', async () => {
    const token = await createAccess(store, 'session', ANNA, null, { now: NOW });
    const bearer = await createAccess(store, 'bearer', ANNA, null, { now: NOW });
    const days = async (day: number) => (await findAccess(store, 'session', token, NOW + day * DAY)) !== null;
    const used = [13, 26, 39, 52, 65, 78];
    for (const day of used) assert.equal(await days(day), true, `day ${day}`);
    assert.equal(await days(89.9), true);
    assert.equal(await days(90), false);
    const idle = await createAccess(store, 'session', ANNA, null, { now: NOW });
    assert.notEqual(await findAccess(store, 'session', idle, NOW + 14 * DAY - HOUR), null);
    assert.equal(await findAccess(store, 'session', idle, NOW + 28 * DAY), null);
    assert.notEqual(await findAccess(store, 'bearer', bearer, NOW + 400 * DAY), null);
  });

  it('a board that stays open is in use', async () => {
    const token = await createAccess(store, 'session', ANNA, null, { now: NOW });
    const known = await findAccessOf(store, 'session', token, NOW, LIMITS);
    const ids = [known?.id ?? 0];
    for (const day of [10, 20, 30])
      assert.deepEqual(await livingAccess(store, ids, NOW + day * DAY, LIMITS), new Set(ids));
    assert.notEqual(await findAccess(store, 'session', token, NOW + 40 * DAY), null);
    assert.deepEqual(await livingAccess(store, ids, NOW + 60 * DAY, LIMITS), new Set());
  });

  it('is listed without what opens it, and revoked by an id; who revoked it is on record', async () => {
    await using fresh = await testStore();
    const tokens = [
      await createAccess(fresh.store, 'bearer', { ...ANNA, name: 'script' }, null, { by: 'root', now: NOW }),
      await createAccess(fresh.store, 'bearer', BORIS, null),
      await createAccess(fresh.store, 'session', ANNA, null, { now: NOW }),
    ];
    const listed = await listAccess(fresh.store, 'bearer', NOW, LIMITS);
    assert.deepEqual(
      listed.map(({ person, name }) => [person, name]),
      [
        ['anna', 'script'],
        ['boris', null],
      ],
    );
    const digests = await sql<{ hash: string }>`select hash from access_tokens`.execute(fresh.store.db);
    for (const secret of [...tokens, ...digests.rows.map(({ hash }) => hash)])
      assert.ok(!JSON.stringify(listed).includes(secret));
    const [annas] = listed;
    assert.ok(annas);
    assert.equal((await revokeAccess(fresh.store, 'session', annas, 'root', NOW)).length, 0);
    assert.equal((await revokeAccess(fresh.store, 'bearer', annas, 'root', NOW)).length, 1);
    assert.equal(await findAccess(fresh.store, 'bearer', tokens[0] ?? '', NOW), null);
    assert.deepEqual(await findAccess(fresh.store, 'bearer', tokens[1] ?? '', NOW), BORIS);
    assert.equal((await revokeAccess(fresh.store, 'session', { person: 'anna' }, 'root', NOW)).length, 1);
    const audit = await listAudit(fresh.store, 10, null);
    assert.deepEqual(
      audit.map(({ actor, action }) => [actor, action]),
      [
        ['root', 'session_revoked'],
        ['root', 'bearer_revoked'],
        ['root', 'bearer_created'],
      ],
    );
    assert.deepEqual(audit[1]?.details, { id: annas.id, role: 'owner', person: 'anna', name: 'script' });
  });

  it('signing out everywhere ends one’s sessions and unused links, nobody else’s, and no token', async () => {
    const mine = [
      await createAccess(store, 'session', ANNA, null, { now: NOW }),
      await createAccess(store, 'session', ANNA, null, { now: NOW }),
    ];
    const link = await createAccess(store, 'link', ANNA, NOW + DAY);
    const token = await createAccess(store, 'bearer', ANNA, null);
    const others = await createAccess(store, 'session', BORIS, null, { now: NOW });
    const admins = await createAccess(store, 'session', ADMIN, null, { now: NOW });
    assert.ok((await endSessionsOf(store, ANNA, NOW)) >= 2);
    for (const each of mine) assert.equal(await findAccess(store, 'session', each, NOW), null);
    assert.equal(await useLink(store, link, NOW), null);
    assert.deepEqual(await findAccess(store, 'bearer', token, NOW), ANNA);
    assert.deepEqual(await findAccess(store, 'session', others, NOW), BORIS);
    await endSessionsOf(store, ADMIN, NOW);
    assert.equal(await findAccess(store, 'session', admins, NOW), null);
    assert.deepEqual(await findAccess(store, 'session', others, NOW), BORIS);
  });

  it('of whoever has been out of the configuration for a day nothing is left to inherit; a slip of an hour costs nothing', async () => {
    await using fresh = await testStore();
    const token = await createAccess(fresh.store, 'bearer', ANNA, null);
    const admin = await createAccess(fresh.store, 'bearer', ADMIN, null);
    await sql`insert into person_states (person, telegram) values ('anna', 1), ('boris', 2)`.execute(
      fresh.store.db,
    );
    const without = (now: number) => endOfTheGone(fresh.store, ['boris'], now, LIMITS);
    await without(NOW);
    await without(NOW + HOUR - 1);
    await endOfTheGone(fresh.store, ['anna', 'boris'], NOW + HOUR, LIMITS);
    await without(NOW + DAY);
    await without(NOW + 2 * DAY - 1);
    assert.deepEqual(await findAccess(fresh.store, 'bearer', token, NOW), ANNA);
    await without(NOW + 2 * DAY);
    assert.equal(await findAccess(fresh.store, 'bearer', token, NOW), null);
    assert.deepEqual(await findAccess(fresh.store, 'bearer', admin, NOW), ADMIN);
    const { rows } = await sql<{ person: string }>`select person from person_states`.execute(fresh.store.db);
    assert.deepEqual(rows, [{ person: 'boris' }]);
    assert.equal((await listAudit(fresh.store, 1, null))[0]?.action, 'bearer_ended');
  });

  it('cannot be read from the table', async () => {
    const token = await createAccess(store, 'bearer', ADMIN, null);
    const { rows } = await sql<object>`select * from access_tokens`.execute(store.db);
    assert.ok(!JSON.stringify(rows).includes(token));
  });

  it('a session that was ended is over, another one is not', async () => {
    const [one, other] = [
      await createAccess(store, 'session', ANNA, null, { now: NOW }),
      await createAccess(store, 'session', ANNA, null, { now: NOW }),
    ];
    await endSession(store, one, NOW);
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
    assert.equal((await lookAtLink(store, late, NOW)).state, 'expired');
  });

  it('a link may be looked at as often as one likes', async () => {
    const token = await createAccess(store, 'link', ADMIN, NOW + 1);
    for (let i = 0; i < 3; i++)
      assert.deepEqual(await lookAtLink(store, token, NOW), { state: 'ready', access: ADMIN });
    assert.deepEqual(await useLink(store, token, NOW), ADMIN);
    assert.deepEqual(await lookAtLink(store, token, NOW), { state: 'used', access: ADMIN, usedAt: NOW });
    assert.deepEqual(await lookAtLink(store, `${token}x`, NOW), { state: 'unknown' });
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
