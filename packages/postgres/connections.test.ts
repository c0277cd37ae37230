import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { until } from '@otklik/testing';
import { emptyDatabase } from '@otklik/testing/servers';
import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openStore } from '../store/store.ts';
import { connection, keepConnected, openPool, withClient } from './connections.ts';

/** An unheard `error` event fails the whole run, as it would end the program. */
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
    // The pool finds an idle connection broken when somebody takes it.
    const answers = () =>
      pool.query('select 1 as one').then(
        ({ rows }) => rows.length === 1,
        () => false,
      );
    await until(answers, { what: 'the pool is whole again' });
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
        if (connected === 2) await client.query('select no_such_thing'); // fails while it is made ready
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

  it('may be closed while they are made', async () => {
    const way = await openWay();
    const made: Promise<void>[] = [];
    const kept = await keepConnected(way.config, {
      connected: async () => void made.push(Promise.resolve()),
      error: () => undefined,
    });
    way.mute();
    await cutAll();
    await until(() => way.ends() === 2, { what: 'the second connection is being made' });
    await kept.close();
    assert.equal(made.length, 1);
    await way.close();
  });

  it('that a vanished server leaves are given up as soon as a new one is answered', async () => {
    const way = await openWay();
    const { store, errors, one } = await openWatchful(way.url);
    const given = () => errors.filter((message) => /answers new connections only/.test(message)).length;
    await one.execute(store.db);
    // The second time, the session that vanished first still holds our advisory lock.
    for (const times of [1, 2]) {
      way.freeze();
      await assert.rejects(one.execute(store.db));
      assert.deepEqual((await one.execute(store.db)).rows, [{ one: 1 }]);
      assert.equal(given(), times);
    }
    await store.close();
    await way.close();
  });

  it('are kept while the server is frozen, which answers no new one either', async () => {
    const way = await openWay();
    const { store, errors, one } = await openWatchful(way.url);
    await one.execute(store.db);
    way.mute();
    way.freeze();
    const stood = way.ends();
    const asked = one.execute(store.db);
    await until(() => way.ends() > stood, { what: 'a new one is tried' });
    way.thaw();
    assert.deepEqual((await asked).rows, [{ one: 1 }]);
    assert.deepEqual(errors, []);
    await store.close();
    await way.close();
  });

  /** A store that notices a vanished server within a second. */
  async function openWatchful(url: string) {
    const errors: string[] = [];
    const store = await openStore({
      url,
      schema: 'public',
      pulse: { everyMs: 50, withinMs: 200 },
      onError: ({ message }) => errors.push(message),
    });
    return { store, errors, one: sql<{ one: number }>`select 1 as one` };
  }

  /** A proxy to the server that can be cut in silence. */
  async function openWay() {
    const { hostname: host, port } = new URL(database.url);
    /** Null: nobody answers at the other end. */
    const near = new Map<Socket, Socket | null>();
    let isMute = false;
    const server = createServer((socket) => {
      near.set(socket, null);
      socket.on('error', () => undefined);
      if (isMute) return;
      const far = connect({ host, port: Number(port) });
      near.set(socket, far);
      far.on('error', () => undefined);
      socket.pipe(far).pipe(socket);
      socket.once('close', () => far.destroy());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = new URL(database.url);
    url.port = String((server.address() as AddressInfo).port);
    return {
      url: url.href,
      config: connection(url.href, 'public'),
      ends: () => near.size,
      /** Accepts new connections, never answers them. */
      mute: () => {
        isMute = true;
      },
      /** Stops passing on data, closes nothing. */
      freeze: () => {
        for (const socket of near.keys()) socket.unpipe().pause();
      },
      /** Passes on data again and answers new connections. */
      thaw: () => {
        isMute = false;
        for (const [socket, far] of near) far === null ? socket.destroy() : socket.pipe(far);
      },
      close: async () => {
        for (const socket of near.keys()) socket.destroy();
        await new Promise((closed) => server.close(closed));
      },
    };
  }
});
