import { randomInt } from 'node:crypto';
import { Kysely as Database, type Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

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
  onError(error: Error): void;
}

const INSTANCE_LOCK = 0x6f746b6c; // "otkl": the first key of our two-key advisory locks

export async function openStore(options: StoreOptions): Promise<Store> {
  const schema = options.schema ?? 'otklik';
  const pool = new pg.Pool({ ...connection(options.url, schema), max: options.connections ?? 12 });
  pool.on('error', options.onError);
  const db = new Database<unknown>({ dialect: new PostgresDialect({ pool }) });
  const instance = randomInt(1, 2 ** 31 - 1);
  const hold = await holdInstance(options, schema, instance);
  return {
    db,
    url: options.url,
    schema,
    instance,
    close: async () => {
      await db.destroy();
      await hold.end();
    },
  };
}

const HOLD_AGAIN_MS = 500;

/** Holds the process's lock, and takes it again whenever the database has dropped it (a restart): we live on. */
async function holdInstance(options: StoreOptions, schema: string, instance: number) {
  let client: pg.Client;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const again = () => {
    if (!closed) retry = setTimeout(() => void hold().catch(options.onError), HOLD_AGAIN_MS);
  };
  const hold = async () => {
    client = new pg.Client({ ...connection(options.url, schema), keepAlive: true });
    client.on('error', options.onError);
    client.once('end', again);
    await client.connect();
    await client.query('select pg_advisory_lock($1, $2)', [INSTANCE_LOCK, instance]);
  };
  await hold().catch((error) => {
    closed = true;
    throw error;
  });
  return {
    end: async () => {
      closed = true;
      clearTimeout(retry);
      await client.end();
    },
  };
}

/** Connection settings: our schema first, moments in UTC, and moments and big numbers as plain numbers. */
export function connection(url: string, schema: string): pg.ClientConfig {
  return {
    connectionString: url,
    options: `-c search_path=${schema} -c timezone=UTC`,
    application_name: 'otklik',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') => {
        if (oid === pg.types.builtins.TIMESTAMPTZ)
          return (text: string) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
        if (oid === pg.types.builtins.INT8) return Number;
        return pg.types.getTypeParser(oid, format);
      },
    } as pg.CustomTypesConfig,
  };
}

/** SQL that is true when no living process holds that instance number. */
export const IS_DEAD = (column: string) => `pg_try_advisory_xact_lock(${INSTANCE_LOCK}, ${column}::int)`;
