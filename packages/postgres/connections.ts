import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Our schema first, UTC, timestamptz as epoch ms, int8 as number. */
export function connection(url: string, schema: string): pg.ClientConfig {
  return {
    connectionString: url,
    options: `-c search_path=${schema} -c timezone=UTC`,
    application_name: 'otklik',
    // Notice a server that vanished in silence (a failover) within half a minute, not hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
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

/** A frozen server answers nobody. Waiting for a free connection of the pool counts too. */
const CONNECT_WITHIN_MS = 30_000;
const CONNECT_AGAIN_MS = 250;
const CLOSE_WITHIN_MS = 1_000;

export interface KnownPool {
  readonly pool: pg.Pool;
  /** Breaks every connection, idle or in use. */
  cut(): void;
}

/**
 * Listens to all connections; `pg.Pool` hears idle ones only, and an error of one in use would end the process. Refuses
 * a standby (in mid-failover): it takes no writes.
 */
export function openPool(config: pg.PoolConfig, onError: (error: Error) => void): KnownPool {
  const pool = new pg.Pool({ ...config, verify: refuseStandby });
  const known = new Set<pg.PoolClient>();
  pool.on('error', onError);
  pool.on('connect', (client) => {
    known.add(client);
    client.on('error', () => undefined); // queries in use reject; the pool handles idle ones
  });
  pool.on('remove', (client) => known.delete(client));
  return {
    pool,
    cut: () => {
      for (const client of known) client.connection.stream.destroy();
    },
  };
}

function refuseStandby(client: pg.PoolClient, done: (error?: Error) => void): void {
  client
    .query<{ transaction_read_only: string }>('show transaction_read_only')
    .then(
      ({ rows }) =>
        done(
          rows[0]?.transaction_read_only === 'on'
            ? new Error('the database takes no writes now (a standby?)')
            : undefined,
        ),
      done,
    );
}

/** Runs one piece of work on a connection of its own. */
export async function withClient<T>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => undefined); // the query that breaks tells
  try {
    await client.connect();
    return await work(client);
  } finally {
    await letGo(client);
  }
}

/** Closes a connection, even if its server does not answer. */
export async function letGo(client: pg.Client): Promise<void> {
  const done = new AbortController();
  const patience = pause(CLOSE_WITHIN_MS, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([client.end().catch(() => undefined), patience]); // what is broken is closed already
  done.abort();
  client.connection.stream.destroy();
}

export interface Pulse {
  readonly everyMs: number;
  /** If unanswered by then, a new connection is tried. */
  readonly withinMs: number;
}

const FRESH_WITHIN_MS = 5_000;
const LAST_CHANCE_MS = 1_000;

/**
 * Finds connections that died in silence (a failover), which TCP notices after a quarter of an hour. If `client` does
 * not answer but a new connection does, calls `dead`. A frozen server answers neither, and is waited for.
 */
export function keepPulse(
  client: pg.Client,
  config: pg.ClientConfig,
  { everyMs, withinMs }: Pulse,
  dead: () => void,
): void {
  let isOver = false;
  client.once('end', () => {
    isOver = true;
  });
  const beat = async (): Promise<void> => {
    const answer = client.query('select 1').then(
      () => true,
      () => true, // an error is an answer too
    );
    const answered = (ms: number) => Promise.race([answer, pause(ms, false, { ref: false })]);
    while (!isOver && !(await answered(withinMs)))
      if ((await isAnswered(config, FRESH_WITHIN_MS)) && !isOver && !(await answered(LAST_CHANCE_MS)))
        return dead();
    if (!isOver) setTimeout(() => void beat(), everyMs).unref();
  };
  void beat();
}

/** Whether the server answers a new connection. */
export async function isAnswered(config: pg.ClientConfig, withinMs: number): Promise<boolean> {
  const fresh = { ...config, connectionTimeoutMillis: withinMs, query_timeout: withinMs };
  try {
    await withClient(fresh, (client) => client.query('select 1'));
    return true;
  } catch {
    return false;
  }
}

export interface Kept {
  close(): Promise<void>;
}

/**
 * Keeps a connection up until `close`. `connected` prepares each new one before it counts.
 * @throws if the first connection fails.
 */
export async function keepConnected(
  config: pg.ClientConfig,
  on: { connected(client: pg.Client): Promise<void>; error(error: Error): void },
): Promise<Kept> {
  const closing = new AbortController();
  let current: pg.Client | null = null;
  const connect = async (): Promise<{ lost: Promise<void> }> => {
    const client = new pg.Client(config);
    current = client;
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    client.on('error', (error) => {
      if (!closing.signal.aborted) on.error(error);
      resolve();
    });
    client.once('end', resolve);
    try {
      // `connect` never settles if closed before it connects.
      await Promise.race([client.connect(), lost.then(() => assert.fail('closed while it was made'))]);
      await on.connected(client);
    } catch (error) {
      await letGo(client);
      throw error;
    }
    return { lost: lost.then(() => letGo(client)) };
  };
  const keep = async (first: { lost: Promise<void> }): Promise<void> => {
    let standing: { lost: Promise<void> } | null = first;
    while (!closing.signal.aborted) {
      await standing?.lost;
      if (closing.signal.aborted) return;
      standing = await connect().catch((error: Error) => {
        if (!closing.signal.aborted) on.error(error);
        return null;
      });
      if (!standing)
        await pause(CONNECT_AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const kept = keep(await connect());
  return {
    close: async () => {
      closing.abort();
      if (current) await letGo(current);
      await kept;
    },
  };
}
