import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { emptyDatabase } from '@otklik/testing/servers';
import { sql } from 'kysely';
import { it } from 'vitest';
import { claimAsked, listenerResult } from './listenerAsks.ts';
import { createSchema, migrate } from './migrate.ts';
import { openStore } from './store.ts';

const open = (url: string, schema = 'otklik') => openStore({ url, schema, onError: () => undefined });

it('brings an empty database up to date, and changes nothing the second time', async () => {
  await using database = await emptyDatabase();
  await createSchema(database.url, 'otklik');
  const store = await open(database.url);
  try {
    assert.notDeepEqual(await migrate(store), []);
    assert.deepEqual(await migrate(store), []);
  } finally {
    await store.close();
  }
});

it('several processes that start at once migrate once', async () => {
  await using database = await emptyDatabase();
  const stores = await Promise.all(
    Array.from({ length: 4 }, async () => {
      await createSchema(database.url, 'otklik');
      return open(database.url);
    }),
  );
  try {
    const done = await Promise.all(stores.map(migrate));
    assert.equal(done.filter((migrations) => migrations.length > 0).length, 1);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
});

it('two installations on one database do not meet', async () => {
  await using database = await emptyDatabase();
  for (const schema of ['otklik', 'otklik_demo']) {
    await createSchema(database.url, schema);
    const store = await open(database.url, schema);
    try {
      assert.notDeepEqual(await migrate(store), []);
    } finally {
      await store.close();
    }
  }
});

const FOLDER = new URL('../../migrations/', import.meta.url);

it('keeps what a listener has sent already when an older version is updated: it is not sent twice', async () => {
  await using database = await emptyDatabase();
  await createSchema(database.url, 'otklik');
  const store = await open(database.url);
  const run = async (files: readonly string[]) => {
    for (const file of files) await sql.raw(readFileSync(new URL(file, FOLDER), 'utf8')).execute(store.db);
  };
  try {
    const all = readdirSync(FOLDER).sort();
    const here = all.findIndex((file) => file.startsWith('0030'));
    await run(all.slice(0, here));
    await sql`
      insert into relays (id, wait_id, channel, thread, person, text, account, chat_id, message_id, state, next_attempt_at, sent_id, edits)
      values ('a', gen_random_uuid(), 'wa', 't', 'anna', 'Да', 'bot', 1, 1, 'sending', now(), null, 0),
        ('b', gen_random_uuid(), 'wa', 't', 'anna', 'Да', 'bot', 1, 2, 'sending', now(), 'wa-2', 3)`.execute(
      store.db,
    );
    await sql`
      insert into sends (channel, id, thread, text, state, result)
      values ('wa', 'a', 't', null, 'settled', '{"outcome":"sent","id":"wa-1","at":1}'), ('wa', 'b:3', 't', 'Да', 'pending', null)`.execute(
      store.db,
    );
    await run(all.slice(here));
    assert.deepEqual(await listenerResult(store, 'a', 'a'), { outcome: 'sent', id: 'wa-1', at: 1 });
    assert.deepEqual(
      (await claimAsked(store, 'wa', [])).map(({ id }) => id),
      ['b:3'],
    );
  } finally {
    await store.close();
  }
});
