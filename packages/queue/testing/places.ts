import { emptyDatabase, freshRedis } from '@otklik/testing/servers';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { QueuePlace } from '../backend.ts';

export interface TestPlace extends AsyncDisposable {
  readonly place: QueuePlace;
  /** Ends every connection to it but our own, as a restart of the server would. */
  cutConnections(): Promise<void>;
}

/** Each backend that a queue can live on, for suites that run over all of them. */
export const backends: readonly { name: QueuePlace['kind']; start(): Promise<TestPlace> }[] = [
  { name: 'postgres', start: postgresPlace },
  { name: 'redis', start: redisPlace },
];

/** The same kind of backend where nothing listens. */
export const nowhere = (kind: QueuePlace['kind']): QueuePlace =>
  kind === 'redis'
    ? { kind, url: 'redis://127.0.0.1:1', prefix: 'otklik' }
    : { kind, url: 'postgres://otklik@127.0.0.1:1/otklik', schema: 'otklik_queue' };

async function postgresPlace(): Promise<TestPlace> {
  const database = await emptyDatabase();
  const place: QueuePlace = { kind: 'postgres', url: database.url, schema: 'otklik_queue' };
  return {
    place,
    cutConnections: async () => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await client.end();
    },
    [Symbol.asyncDispose]: () => database.drop(),
  };
}

async function redisPlace(): Promise<TestPlace> {
  const fresh = await freshRedis();
  const database = new URL(fresh.url).pathname.slice(1);
  return {
    place: { kind: 'redis', url: fresh.url, prefix: 'otklik' },
    cutConnections: async () => {
      const client = new Redis(fresh.url);
      const list = String(await client.client('LIST'));
      const own = String(await client.client('ID'));
      for (const line of list.split('\n')) {
        const [, id = own] = /^id=(\d+) /.exec(line) ?? [];
        if (id !== own && line.includes(` db=${database} `)) await client.client('KILL', 'ID', id);
      }
      client.disconnect();
    },
    [Symbol.asyncDispose]: () => fresh.flush(),
  };
}
