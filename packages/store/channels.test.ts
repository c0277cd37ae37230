import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  channelStates,
  loadCursor,
  saveChannelState,
  saveCursor,
  sawChannels,
  tryLease,
} from './channels.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

describe('channels', () => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  it('an account is held by one process, until that lets go', async () => {
    const other = await opened.another();
    const held = await tryLease(store, 'telegram/1');
    assert.ok(held);
    assert.equal(await tryLease(other, 'telegram/1'), null);
    const another = await tryLease(other, 'telegram/2');
    assert.ok(another);
    await another.release();
    await held.release();
    const taken = await tryLease(other, 'telegram/1');
    assert.ok(taken);
    await taken.release();
  });

  it('whoever holds an account is told when the database has dropped them', async () => {
    const held = await tryLease(store, 'telegram/3');
    assert.ok(held);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()`.execute(
      store.db,
    );
    await held.lost;
  });

  it('says whether a channel has gone down or come up', async () => {
    const state = { channel: 'bot', caughtUp: false, problem: null };
    assert.equal(await saveChannelState(store, { ...state, up: true }), true);
    assert.equal(await saveChannelState(store, { ...state, up: true, caughtUp: true }), false);
    assert.equal(await saveChannelState(store, { ...state, up: false, problem: '401' }), true);
    const found = (await channelStates(store)).get('bot');
    assert.deepEqual([found?.up, found?.caught_up, found?.problem], [false, false, '401']);
  });

  it('remembers when a channel was last heard of, and never an earlier time', async () => {
    await sawChannels(store, new Map([['site', 2_000]]));
    await sawChannels(store, new Map([['site', 1_000]]), new Map([['site', 900]]));
    await sawChannels(store, new Map([['site', 1_000]]));
    const found = (await channelStates(store)).get('site');
    assert.deepEqual([found?.last_event_at, found?.up, found?.caught_up], [2_000, null, true]);
    assert.equal(found?.progress_at, 900);
  });

  it('remembers how far an account was read', async () => {
    assert.equal(await loadCursor(store, '1'), null);
    await saveCursor(store, '1', '41');
    await saveCursor(store, '1', '42');
    assert.equal(await loadCursor(store, '1'), '42');
  });
});
