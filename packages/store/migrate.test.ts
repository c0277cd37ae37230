import assert from 'node:assert/strict';
import { emptyDatabase } from '@otklik/testing/servers';
import { it } from 'vitest';
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
