import { randomInt } from 'node:crypto';
import { Kysely as Database, type Kysely, PostgresDialect } from 'kysely';
import { connection, keepConnected, keepPulse, openPool, type Pulse } from './connections.ts';

/** The tables are reached by typed `sql` only, so the database type carries none. */
export type Db = Kysely<unknown>;

export interface Store {
  readonly db: Db;
  readonly url: string;
  readonly schema: string;
  /**
   * This process's number. It holds an advisory lock of that number for as long as it lives, so that others can
   * tell its claims from those of a process that died.
   */
  readonly instance: number;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly url: string;
  /** One schema is one installation: `otklik`, or `otklik_demo` so that a demo never mixes with real clients. */
  readonly schema?: string;
  readonly connections?: number;
  /** How soon it is noticed that the server vanished without a word. */
  readonly pulse?: Pulse;
  onError(error: Error): void;
}

const INSTANCE_LOCK = 0x6f746b6c; // "otkl": the first key of our two-key advisory locks

export async function openStore(options: StoreOptions): Promise<Store> {
  const schema = options.schema ?? 'otklik';
  const config = connection(options.url, schema);
  const { pool, cut } = openPool({ ...config, max: options.connections ?? 12 }, options.onError);
  const db = new Database<unknown>({ dialect: new PostgresDialect({ pool }) });
  const instance = randomInt(1, 2 ** 31 - 1);
  const hold = await keepConnected(config, {
    // Taken again whenever the database has dropped it (a restart): we live on.
    connected: async (client) => {
      await client.query(HOLD, [INSTANCE_LOCK, instance]);
      keepPulse(client, config, options.pulse ?? PULSE, () => {
        options.onError(new Error('the database answers new connections only: the old ones are given up'));
        cut();
        client.connection.stream.destroy();
      });
    },
    error: options.onError,
  });
  return {
    db,
    url: options.url,
    schema,
    instance,
    close: async () => {
      const patience = setTimeout(cut, CLOSE_WITHIN_MS);
      await db.destroy().finally(() => clearTimeout(patience));
      await hold.close();
    },
  };
}

const PULSE: Pulse = { everyMs: 5_000, withinMs: 10_000 };
const HOLD = 'select pg_advisory_lock($1, $2)';
/** What a database does not answer by then is broken off. */
const CLOSE_WITHIN_MS = 2_000;

/** SQL that is true when no living process holds that instance number. */
export const IS_DEAD = (column: string) => `pg_try_advisory_xact_lock(${INSTANCE_LOCK}, ${column}::int)`;
