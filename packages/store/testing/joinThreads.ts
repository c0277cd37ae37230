import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** Makes threads those of one client, as attested numbers and addresses will. */
export async function joinThreads(
  store: Store,
  places: readonly { channel: string; thread: string }[],
): Promise<string> {
  const client = randomUUID();
  await sql`insert into clients (id) values (${client})`.execute(store.db);
  for (const { channel, thread } of places)
    await sql`insert into threads (channel, thread, client_id) values (${channel}, ${thread}, ${client})`.execute(
      store.db,
    );
  return client;
}
