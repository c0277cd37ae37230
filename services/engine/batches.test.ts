import assert from 'node:assert/strict';
import { listWaits } from '@otklik/store';
import { createLog, createMetrics } from '@otklik/telemetry';
import pg from 'pg';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { configOf, SMALLEST } from '../../packages/config/testing/reading.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { message } from '../../packages/store/testing/waits.ts';
import { type BatchDeps, handleBatch } from './batches.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const config = configOf(SMALLEST);

describe('a batch of the queue', () => {
  let opened: TestStore;
  let client: pg.Client;
  let world: BatchDeps;
  beforeEach(async () => {
    opened = await testStore();
    client = new pg.Client({ connectionString: opened.store.url, options: '-c search_path=otklik' });
    await client.connect();
    world = {
      config: () => config,
      store: opened.store,
      metrics: createMetrics('test'),
      log: createLog('silent'),
      now: () => NOW,
      stopping: new AbortController().signal,
    };
  });
  afterEach(async () => {
    await client.end();
    await opened[Symbol.asyncDispose]();
  });

  const threads = async () =>
    (await listWaits(opened.store, { scope: { all: true }, limit: 100 })).items
      .map(({ thread }) => thread)
      .sort();
  const setAside = async () =>
    (await client.query<{ id: string }>(`select body->>'id' as id from quarantine`)).rows.map(({ id }) => id);
  it('is recorded whole', async () => {
    const [one, two] = [message('client', NOW - 60_000), message('client', NOW)];
    const answer = message('employee', NOW - 20_000, { thread: one.thread });
    await handleBatch([[one], [two, answer]], world);
    assert.deepEqual(await threads(), [one.thread, two.thread].sort());
  });

  it('tells by how much each client’s turn was delivered late, once', async () => {
    const late = message('client', NOW - 720_000, { receivedAt: NOW });
    await handleBatch([[late, message('client', NOW - 1_500, { receivedAt: NOW })]], world);
    await handleBatch([[late], [message('employee', NOW - 720_000, { receivedAt: NOW })]], world);
    const text = await world.metrics.read();
    assert.match(text, /^otklik_delivery_lag_seconds_sum\{channel="site"\} 721.5$/m);
    assert.match(text, /^otklik_delivery_lag_seconds_count\{channel="site"\} 2$/m);
  });

  it('loses none to a bad neighbour: that one is set aside for a person to look at (law 8)', async () => {
    const good = Array.from({ length: 6 }, () => message('client', NOW));
    const bad = message('client', NOW, { text: 'NUL: \0', id: 'bad' });
    await handleBatch([good.slice(0, 4), [bad, ...good.slice(4)]], world);
    assert.deepEqual(await threads(), good.map(({ thread }) => thread).sort());
    assert.deepEqual(await setAside(), ['bad']);
  });

  it('waits for a database that fails for a while', async () => {
    await client.query(`
      create sequence failures;
      create function fail() returns trigger language plpgsql as $$
        begin if nextval('failures') <= 2 then raise exception sqlstate '53100'; end if; return new; end $$;
      create trigger fail before insert on events for each row execute function fail()`);
    const event = message('client', NOW);
    await handleBatch([[event]], world);
    assert.deepEqual([await threads(), await setAside()], [[event.thread], []]);
  });

  it('goes back to the queue when Otklik stops while the database is away', async () => {
    await client.query(`
      create function fail() returns trigger language plpgsql as $$ begin raise exception sqlstate '53100'; end $$;
      create trigger fail before insert on events for each row execute function fail()`);
    const stopping = new AbortController();
    stopping.abort();
    await assert.rejects(handleBatch([[message('client', NOW)]], { ...world, stopping: stopping.signal }));
    assert.deepEqual(await setAside(), []);
  });
});
