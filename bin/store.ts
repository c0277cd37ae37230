import type { QueuePlace } from '@otklik/queue';
import { createSchema, migrate, openStore, type Store, startEmbeddedPostgres } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import type { Environment } from './environment.ts';

export interface OpenedStore {
  readonly store: Store;
  readonly queue: QueuePlace;
  close(): Promise<void>;
}

/** A demo has a schema of its own: its clients never mix with real ones. */
const SCHEMA = { real: 'otklik', demo: 'otklik_demo' } as const;

/** Opens the database (starting the embedded one when no other is named), brings it up to date, and finds the queue its place. */
export async function openEverything(
  environment: Environment,
  demo: boolean,
  log: Log,
): Promise<OpenedStore> {
  const embedded =
    environment.databaseUrl === null ? await startEmbeddedPostgres({ dir: environment.dataDir }) : null;
  const url = environment.databaseUrl ?? embedded?.url ?? '';
  const schema = demo ? SCHEMA.demo : SCHEMA.real;
  try {
    await createSchema(url, schema).catch((error: unknown) => {
      throw embedded === null ? outOfReach(url, error) : error;
    });
    const store = await openStore({
      url,
      schema,
      onError: (error) => log.warn({ err: error }, 'database connection'),
    });
    const migrated = await migrate(store).catch(async (error: unknown) => {
      // What stays open keeps a process alive that has nothing left to do.
      await store.close();
      throw error;
    });
    if (migrated.length > 0) log.info({ migrations: migrated }, 'the database was brought up to date');
    const queue: QueuePlace =
      environment.redisUrl === null
        ? { kind: 'postgres', url, schema: `${schema}_queue` }
        : { kind: 'redis', url: environment.redisUrl, prefix: schema };
    return {
      store,
      queue,
      close: async () => {
        await store.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** In one sentence, without the password that stands in the address. */
function outOfReach(url: string, error: unknown): Error {
  const { host, pathname, username } = new URL(url);
  const why =
    error instanceof Error ? error.message || ('code' in error ? String(error.code) : '') : String(error);
  return new Error(
    `The database${pathname === '/' ? '' : ` ${pathname.slice(1)}`} at ${host} cannot be used as ${username || 'nobody'}: ${why}. Start it, or mend DATABASE_URL; without DATABASE_URL Otklik runs a database of its own.`,
    { cause: error },
  );
}
