import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connection, type Kept, keepConnected, keepPulse, openPool, type Pulse } from '@otklik/postgres';
import { Kysely as Database, type Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';

/** Queries are typed `sql`, so this type lists no tables. */
export type Db = Kysely<unknown>;

export interface Store {
  readonly db: Db;
  readonly url: string;
  readonly schema: string;
  /** This process's number, held as an advisory lock while it lives: others can tell its claims from a dead one's. */
  readonly instance: number;
  /** Over this process's one permanent connection. */
  hear(channel: string, hearer: Hearer): Promise<Kept>;
  close(): Promise<void>;
}

export interface Hearer {
  heard(payload: string): void;
  /** At the beginning and after each break, when notifications may have been missed. */
  gap(): void;
  error(error: Error): void;
}

export interface StoreOptions {
  readonly url: string;
  /** One schema is one installation; `otklik_demo` keeps a demo apart. */
  readonly schema?: string;
  readonly connections?: number;
  readonly pulse?: Pulse;
  onError(error: Error): void;
}

const INSTANCE_LOCK = 0x6f746b6c; // "otkl": first key of our two-key advisory locks

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
    // A restart of the database drops it.
    connected: async (client) => {
      client.on('notification', ({ channel: said, payload = '' }) => {
        for (const [hearer, { channel }] of hearers) if (channel === said) hearer.heard(payload);
      });
      client.once('end', () => {
        if (held === client) held = null;
      });
      held = client; // later hearers listen by themselves
      for (const channel of new Set([...hearers.values()].map((each) => each.channel)))
        await listenTo(client, channel);
      for (const hearer of hearers.keys()) hearer.gap();
      keepPulse(client, config, options.pulse ?? PULSE, () => {
        options.onError(new Error('the database answers new connections only: the old ones are given up'));
        cut();
        client.connection.stream.destroy();
      });
      // A broken session of ours may still hold it. Polled: a blocking query would stop the pulse.
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
const CLOSE_WITHIN_MS = 2_000;

/** SQL: no living process has this number. */
export const IS_DEAD = (column: string) => `pg_try_advisory_xact_lock(${INSTANCE_LOCK}, ${column}::int)`;
