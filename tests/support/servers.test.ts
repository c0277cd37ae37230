import assert from 'node:assert/strict';
import { emptyDatabase, freshDatabase, freshRedis } from '@otklik/testing/servers';
import { Redis } from 'ioredis';
import pg from 'pg';
import { test } from 'vitest';

test('an empty database is empty, and another one does not see what is written to it', async () => {
  await using one = await emptyDatabase();
  await using other = await emptyDatabase();
  await query(one.url, 'create table seen ()');
  assert.deepEqual(await tables(one.url), ['seen']);
  assert.deepEqual(await tables(other.url), []);
});

test('a fresh database has Otklik’s tables and no rows', async () => {
  await using database = await freshDatabase();
  const waits = await query(database.url, 'select * from otklik.waits');
  assert.deepEqual(waits.rows, []);
});

test('a dropped database is gone although somebody is connected to it', async () => {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await database.drop();
  await assert.rejects(query(database.url, 'select 1'), { code: '3D000' });
});

test('flushing a fresh Redis leaves its neighbour alone', async () => {
  await using one = await freshRedis();
  await using other = await freshRedis();
  assert.notEqual(one.url, other.url);
  await withRedis(one.url, (redis) => redis.set('key', 'one'));
  await withRedis(other.url, (redis) => redis.set('key', 'other'));
  await one.flush();
  assert.equal(await withRedis(one.url, (redis) => redis.get('key')), null);
  assert.equal(await withRedis(other.url, (redis) => redis.get('key')), 'other');
});

test('the test Redis keeps what it acknowledged', async () => {
  await using redis = await freshRedis();
  const settings = await withRedis(redis.url, (client) =>
    client.config('GET', 'appendonly', 'appendfsync', 'maxmemory-policy'),
  );
  assert.deepEqual(
    new Set(settings),
    new Set(['appendonly', 'yes', 'appendfsync', 'always', 'maxmemory-policy', 'noeviction']),
  );
});

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<{ tablename: string }>(text);
  } finally {
    await client.end();
  }
}

async function tables(url: string): Promise<string[]> {
  const { rows } = await query(url, `select tablename from pg_tables where schemaname = 'public'`);
  return rows.map((row) => row.tablename);
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
