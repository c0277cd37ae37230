import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { emptyDatabase } from '@otklik/testing/servers';
import type pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { connection, keepConnected, openPool, withClient } from './connections.ts';

/** An `error` event that nobody hears fails the whole run, as it would end the program. */
describe('connections to PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let config: pg.ClientConfig;
  const other = (query: string, values: unknown[] = []) =>
    withClient(
      { ...config, application_name: 'another' },
      async (client) => (await client.query(query, values)).rows,
    );
  const cutAll = () =>
    other(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'otklik'`);
  beforeAll(async () => {
    database = await emptyDatabase();
    config = connection(database.url, 'public');
  });
  afterAll(() => database.drop());

  it('of a pool may break in anybody’s hands: idle, at work, between two queries', async () => {
    const errors: Error[] = [];
    const { pool } = openPool({ ...config, max: 3 }, (error) => errors.push(error));
    const [idle, held, atWork] = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const working = assert.rejects(atWork.query('select pg_sleep(60)'));
    await held.query('begin');
    idle.release();
    await cutAll();
    await working;
    await until(() => errors.length > 0, { what: 'the idle one is told' });
    await assert.rejects(held.query('commit'));
    held.release();
    atWork.release();
    assert.deepEqual((await pool.query('select 1 as one')).rows, [{ one: 1 }]);
    await pool.end();
  });

  it('of a pool that are kept by no answer can be cut', async () => {
    const { pool, cut } = openPool({ ...config, max: 1 }, () => undefined);
    const working = assert.rejects(pool.query('select pg_sleep(60)'));
    await until(async () => (await sleeping()).length > 0, { what: 'it sleeps' });
    const ended = pool.end();
    cut();
    await Promise.all([working, ended]);
  });
  const sleeping = () =>
    other(
      "select 1 from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()",
    );

  it('are none to a standby, which takes no writes', async () => {
    const options = `${config.options} -c default_transaction_read_only=on`;
    const { pool } = openPool({ ...config, options, max: 1 }, () => undefined);
    await assert.rejects(pool.query('select 1'), /takes no writes/);
    await pool.end();
  });

  it('that are kept come back however often they are lost, one at a time', async () => {
    const errors: Error[] = [];
    let connected = 0;
    const kept = await keepConnected(config, {
      connected: async (client) => {
        connected += 1;
        if (connected === 2) await client.query('select no_such_thing'); // it breaks as it is made ready
      },
      error: (error) => errors.push(error),
    });
    for (const times of [1, 3, 4]) {
      await until(() => connected === times, { what: `connection ${times}` });
      await cutAll();
    }
    await until(() => connected === 5, { what: 'the last connection' });
    const ours =
      "select pid from pg_stat_activity where datname = current_database() and application_name = 'otklik'";
    await until(async () => (await other(ours)).length === 1, { what: 'one is left' });
    await kept.close();
    await until(async () => (await other(ours)).length === 0, { what: 'none is left' });
    assert.equal(connected, 5);
    assert.ok(errors.length >= 4);
  });
});
