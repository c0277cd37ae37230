import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { recordEvents } from './record.ts';
import { type Listening, listen, type Signal, signal } from './signals.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { message, openWait } from './testing/waits.ts';

describe('signals', () => {
  let opened: TestStore;
  let store: Store;
  let listening: Listening;
  const heard: Signal[] = [];
  let gaps = 0;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
    listening = await listen(await opened.another(), {
      signal: (said) => heard.push(said),
      gap: () => {
        gaps += 1;
      },
      error: () => undefined,
    });
  });
  afterAll(async () => {
    await listening.close();
    await opened[Symbol.asyncDispose]();
  });

  it('tell other processes of a wait and of its first due time', async () => {
    const wait = await openWait(store, at('10:00:00'));
    await until(() => heard.some(({ about }) => about === 'due'), { what: 'the due time' });
    assert.deepEqual(heard, [
      { about: 'waits', changes: [{ id: wait.id, change: 'opened' }] },
      { about: 'due', at: wait.due_at },
    ]);
  });

  it('tell of every wait of a great batch', async () => {
    heard.length = 0;
    const events = Array.from({ length: 400 }, () => message('client', at('10:00:00')));
    const { changes } = await recordEvents(store, events, company(), at('10:00:00'));
    await until(() => heard.some(({ about }) => about === 'due'), { what: 'the last of the signals' });
    const told = heard.flatMap((said) => (said.about === 'waits' ? said.changes.map(({ id }) => id) : []));
    assert.deepEqual(told.sort(), changes.map(({ wait }) => wait.id).sort());
  });

  it('are not heard of a transaction that was rolled back', async () => {
    heard.length = 0;
    const failed = store.db.transaction().execute(async (tx) => {
      await signal(tx, { about: 'outbox' });
      throw new Error('no');
    });
    await assert.rejects(failed);
    await signal(store.db, { about: 'channel', channel: 'site' });
    await until(() => heard.length > 0, { what: 'the next signal' });
    assert.deepEqual(heard, [{ about: 'channel', channel: 'site' }]);
  });

  it('are heard by all who listen in a process, over one connection, until each closes', async () => {
    const process = await opened.another();
    const connections = async () =>
      (
        await sql`select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
          store.db,
        )
      ).rows.length;
    const before = await connections();
    const said: string[] = [];
    const add = (name: string) =>
      listen(process, {
        signal: ({ about }) => said.push(`${name} ${about}`),
        gap: () => said.push(`${name} gap`),
        error: () => undefined,
      });
    const [one, other] = [await add('one'), await add('other')];
    assert.equal(await connections(), before);
    await signal(store.db, { about: 'people' });
    await until(() => said.length === 4, { what: 'both have heard' });
    await one.close();
    await signal(store.db, { about: 'outbox' });
    await until(() => said.length === 5, { what: 'who still listens has heard' });
    assert.deepEqual(said, ['one gap', 'other gap', 'one people', 'other people', 'other outbox']);
    await other.close();
  });

  it('are heard again after the connection was cut, and the gap is told', async () => {
    heard.length = 0;
    const before = gaps;
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      store.db,
    );
    await until(() => gaps > before, { what: 'the connection is back' });
    await signal(store.db, { about: 'outbox' });
    await until(() => heard.length > 0, { what: 'a signal' });
    assert.equal(gaps, before + 1);
  });
});
