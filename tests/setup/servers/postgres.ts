import { startEmbeddedPostgres } from '@otklik/postgres';
import { createSchema, migrate, openStore } from '@otklik/store';
import type { RunningServer } from './desk.ts';

const CONNECTIONS = 300;

/** Logs to `postgres.log`. Tests get copies of the database `otklik`, which is migrated and unused. */
export async function startPostgres(directory: string): Promise<RunningServer> {
  const postgres = await startEmbeddedPostgres({ dir: directory, durable: false, connections: CONNECTIONS });
  try {
    await createSchema(postgres.url, 'otklik');
    const store = await openStore({ url: postgres.url, connections: 1, onError: () => undefined });
    await migrate(store).finally(() => store.close());
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { access: { url: postgres.url, template: 'otklik' }, stop: postgres.stop };
}
