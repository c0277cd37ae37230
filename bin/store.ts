import type { Locale } from '@otklik/domain';
import type { QueuePlace } from '@otklik/queue';
import { createSchema, migrate, openStore, type Store } from '@otklik/store';
import { createLog, type Log } from '@otklik/telemetry';
import { askedToEnd } from './asked.ts';
import type { Environment } from './environment.ts';
import { openGround } from './ground.ts';

export interface OpenedStore {
  readonly store: Store;
  readonly queue: QueuePlace;
}

/** The demo has its own schema: its clients never mix with real ones. */
export const SCHEMA = { real: 'otklik', demo: 'otklik_demo' } as const;

/** Opens and migrates the database, and places the queue. */
export async function openOnDatabase(
  url: string,
  environment: Environment,
  demo: boolean,
  log: Log,
): Promise<OpenedStore> {
  const schema = demo ? SCHEMA.demo : SCHEMA.real;
  await createSchema(url, schema).catch((error: unknown) => {
    throw environment.databaseUrl === null ? error : outOfReach(url, error);
  });
  const store = await openStore({
    url,
    schema,
    onError: (error) => log.warn({ err: error }, 'database connection'),
  });
  try {
    const migrated = await migrate(store);
    if (migrated.length > 0) log.info({ migrations: migrated }, 'the database was brought up to date');
  } catch (error) {
    await store.close(); // an open pool would keep the process alive
    throw error;
  }
  const queue: QueuePlace =
    environment.redisUrl === null
      ? { kind: 'postgres', url, schema: `${schema}_queue` }
      : { kind: 'redis', url: environment.redisUrl, prefix: schema };
  return { store, queue };
}

export interface CommandOnStore {
  readonly environment: Environment;
  readonly demo: boolean;
  /** As typed. */
  readonly command: string;
  readonly locale: Locale;
}

/**
 * Runs a command on the running program's database, or on one that is started for it and stopped afterwards, also
 * when the command is interrupted.
 */
export async function withStore(
  { environment, demo, command, locale }: CommandOnStore,
  use: (store: Store, queue: QueuePlace) => Promise<number>,
): Promise<number> {
  const log = createLog('warn');
  const { signal, asked, forget } = askedToEnd();
  const work = async (): Promise<number> => {
    const ground = await openGround({ environment, does: command, alone: false, locale, log, signal });
    let store: Store | null = null;
    try {
      const opened = await openOnDatabase(ground.databaseUrl, environment, demo, log);
      ({ store } = opened);
      return await Promise.race([use(store, opened.queue), asked.then(() => INTERRUPTED)]);
    } finally {
      await store?.close();
      await ground.close();
    }
  };
  const status = await work().catch((error: unknown) => {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  });
  forget();
  if (signal.aborted) process.exit(status); // the work under way is abandoned
  return status;
}

const INTERRUPTED = 130;

/** One sentence, without the password in the address. */
function outOfReach(url: string, error: unknown): Error {
  const { host, pathname, username } = new URL(url);
  const why =
    error instanceof Error ? error.message || ('code' in error ? String(error.code) : '') : String(error);
  return new Error(
    `The database${pathname === '/' ? '' : ` ${pathname.slice(1)}`} at ${host} cannot be used as ${username || 'nobody'}: ${why}. Start it, or mend DATABASE_URL; without DATABASE_URL Otklik runs a database of its own.`,
    { cause: error },
  );
}
