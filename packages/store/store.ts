import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connection, type Kept, keepConnected, keepPulse, openPool, type Pulse } from '@otklik/postgres';
import { Kysely as Database, type Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';

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
  /** Hears what is notified on a channel of the database, over the one connection that this process keeps anyway. */
  hear(channel: string, hearer: Hearer): Promise<Kept>;
  close(): Promise<void>;
}

export interface Hearer {
  heard(payload: string): void;
  /** Called as soon as it hears, and again after each break: what was said before was not heard. */
  gap(): void;
  error(error: Error): void;
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
  const hearers = new Map<Hearer, { readonly channel: string }>();
  let held: pg.Client | null = null;
  const listenTo = (client: pg.Client, channel: string) =>
    client.query(`listen ${client.escapeIdentifier(channel)}`);
  const hold = await keepConnected(config, {
    // Taken again whenever the database has dropped it (a restart): we live on.
    connected: async (client) => {
      client.on('notification', ({ channel: said, payload = '' }) => {
        for (const [hearer, { channel }] of hearers) if (channel === said) hearer.heard(payload);
      });
      client.once('end', () => {
        if (held === client) held = null;
      });
      held = client; // whoever comes from now on listens for themselves
      for (const channel of new Set([...hearers.values()].map((each) => each.channel)))
        await listenTo(client, channel);
      for (const hearer of hearers.keys()) hearer.gap();
      keepPulse(client, config, options.pulse ?? PULSE, () => {
        options.onError(new Error('the database answers new connections only: the old ones are given up'));
        cut();
        client.connection.stream.destroy();
      });
      // A broken session of ours may still have it. It is asked for again and again: a query that waits would stop the pulse.
      while (!(await client.query<{ held: boolean }>(HOLD, [INSTANCE_LOCK, instance])).rows[0]?.held)
        await pause(HOLD_AGAIN_MS);
    },
    error: (error) => {
      options.onError(error);
      for (const hearer of hearers.keys()) hearer.error(error);
    },
  });
  return {
    db,
    url: options.url,
    schema,
    instance,
    hear: async (channel, hearer) => {
      hearers.set(hearer, { channel });
      try {
        if (held) {
          await listenTo(held, channel);
          hearer.gap();
        }
      } catch (error) {
        hearer.error(error as Error); // it broke: the next connection listens
      }
      return { close: async () => void hearers.delete(hearer) };
    },
    close: async () => {
      const patience = setTimeout(cut, CLOSE_WITHIN_MS);
      await db.destroy().finally(() => clearTimeout(patience));
      await hold.close();
    },
  };
}

const PULSE: Pulse = { everyMs: 5_000, withinMs: 10_000 };
const HOLD = 'select pg_try_advisory_lock($1, $2) as held';
const HOLD_AGAIN_MS = 250;
/** What a database does not answer by then is broken off. */
const CLOSE_WITHIN_MS = 2_000;

/** SQL that is true when no living process holds that instance number. */
export const IS_DEAD = (column: string) => `pg_try_advisory_xact_lock(${INSTANCE_LOCK}, ${column}::int)`;
