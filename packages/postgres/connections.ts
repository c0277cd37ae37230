import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Connection settings: our schema first, moments in UTC, and moments and big numbers as plain numbers. */
export function connection(url: string, schema: string): pg.ClientConfig {
  return {
    connectionString: url,
    options: `-c search_path=${schema} -c timezone=UTC`,
    application_name: 'otklik',
    // A server that vanished without a word (a failover) is noticed within half a minute, not within hours.
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

/** A server that is frozen answers nobody; whoever waits longer is told, and asks again. The pool's waiting list counts too. */
const CONNECT_WITHIN_MS = 30_000;
const CONNECT_AGAIN_MS = 250;
/** A connection that does not close by then is broken. */
const CLOSE_WITHIN_MS = 1_000;

export interface KnownPool {
  readonly pool: pg.Pool;
  /** Breaks what still stands, in whose hands ever. */
  cut(): void;
}

/**
 * A pool whose every connection is listened to. The pool itself listens to idle ones only: one that broke in somebody's
 * hands would end the process. A standby (in mid-failover) is none of ours: what we would write there is refused.
 */
export function openPool(config: pg.PoolConfig, onError: (error: Error) => void): KnownPool {
  const pool = new pg.Pool({ ...config, verify: refuseStandby });
  const known = new Set<pg.PoolClient>();
  pool.on('error', onError);
  pool.on('connect', (client) => {
    known.add(client);
    client.on('error', () => undefined); // whoever holds it hears it from their query, and the pool when it is idle
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

/** A connection for one piece of work. It is closed when the work is done or has failed. */
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

/** Closes a connection, also one whose server does not answer. */
export async function letGo(client: pg.Client): Promise<void> {
  const done = new AbortController();
  const patience = pause(CLOSE_WITHIN_MS, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([client.end().catch(() => undefined), patience]); // what is broken is closed already
  done.abort();
  client.connection.stream.destroy();
}

export interface Pulse {
  readonly everyMs: number;
  /** What is not answered by then is asked over a new connection. */
  readonly withinMs: number;
}

const FRESH_WITHIN_MS = 5_000;
const LAST_CHANCE_MS = 1_000;

/**
 * A server that vanished without a word (a failover) leaves connections that nobody answers, and TCP takes a quarter of an hour
 * to notice. So we ask over one of them; when that is not answered and a new one is, the old ones are dead, and `dead` is called.
 * A frozen server answers neither: it is waited for.
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
      () => true, // it broke, which is noticed
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
    return false; // whoever uses it tells why
  }
}

export interface Kept {
  close(): Promise<void>;
}

/**
 * A connection that is made again whenever it is lost, whatever took it, until `close`. `connected` makes it ready each
 * time; until it has, the connection does not count.
 * @throws when the first one cannot be made.
 */
export async function keepConnected(
  config: pg.ClientConfig,
  on: { connected(client: pg.Client): Promise<void>; error(error: Error): void },
): Promise<Kept> {
  const closing = new AbortController();
  let current: pg.Client | null = null;
  /** Resolves when the connection stands, with what resolves when it is lost. */
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
      // Closed before it stands, `connect` would never settle.
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
