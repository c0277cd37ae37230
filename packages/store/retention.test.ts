import assert from 'node:assert/strict';
import { DAY } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { recordEvents } from './record.ts';
import { forgetOld } from './retention.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, message, openWait } from './testing/waits.ts';

const THEN = at('10:00:00');
const PRIVACY = { text: 'full', keepText: 2 * DAY, keepEvents: 10 * DAY } as const;

describe('forgetting', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const answered = async () => {
    const wait = await openWait(store, THEN);
    await fireDue(store, company(), { now: wait.warn_at, upSince: THEN, unread: [], limit: 1 });
    await answer(store, wait, wait.warn_at + 1);
    return wait;
  };
  const count = async (table: string) =>
    (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(store.db)).rows[0]?.n;
  const texts = async () =>
    (
      await sql<{ text: string }>`
        select text from events where text is not null union all select text from waits where text is not null`.execute(
        store.db,
      )
    ).rows.length;

  it('leaves what is young alone', async () => {
    await answered();
    assert.deepEqual(await forgetOld(store, PRIVACY, THEN + DAY), { texts: 0, events: 0 });
    assert.equal(await texts(), 3);
  });

  it('first forgets the words, and keeps what happened', async () => {
    await answered();
    assert.deepEqual(await forgetOld(store, PRIVACY, THEN + 3 * DAY), { texts: 3, events: 0 });
    assert.deepEqual([await texts(), await count('events'), await count('waits')], [0, 2, 1]);
  });

  it('later forgets the events and everything made of them', async () => {
    await answered();
    await forgetOld(store, PRIVACY, THEN + 11 * DAY);
    for (const table of ['events', 'waits', 'steps', 'notices', 'corrections'])
      assert.equal(await count(table), 0, table);
  });

  it('forgets the name, the number and the joins of a client of whom nothing else is left', async () => {
    const author = { id: null, name: 'Иван Петров', phone: '+79990000001', email: null };
    const of = (channel: string, at: number) => message('client', at, { channel, thread: channel, author });
    const reply = message('employee', THEN + 2, { channel: 'site', thread: 'site' });
    await recordEvents(store, [of('site', THEN), of('line', THEN + 1), reply], company(), THEN + 2);
    const known = async () =>
      (
        await sql`select name from clients where name is not null union all select value from handles
          union all select value from joins where value is not null`.execute(store.db)
      ).rows.length;
    assert.equal(await known(), 4);
    await forgetOld(store, PRIVACY, THEN + 3 * DAY);
    assert.equal(await known(), 4);
    await forgetOld(store, PRIVACY, THEN + 11 * DAY);
    assert.equal(await known(), 0);
  });

  it('keeps a client who still waits whole, however long that has been', async () => {
    await openWait(store, THEN);
    await forgetOld(store, PRIVACY, THEN + 100 * DAY);
    assert.deepEqual([await texts(), await count('events'), await count('waits')], [2, 1, 1]);
  });
});
