import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** Joins threads to one client, as attested handles do. */
export async function joinThreads(
  store: Store,
  places: readonly { channel: string; thread: string }[],
): Promise<string> {
  const rows = places.map((place) => ({ ...place, own: randomUUID() }));
  const client = rows[0]?.own ?? '';
  for (const { channel, thread, own } of rows) {
    await sql`insert into clients (id) values (${own})`.execute(store.db);
    await sql`insert into threads (channel, thread, client_id, own_client) values (${channel}, ${thread}, ${client}, ${own})`.execute(
      store.db,
    );
  }
  return client;
}
