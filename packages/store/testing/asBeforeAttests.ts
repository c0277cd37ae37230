import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** As the version left it that took every number for attested and did not say so. */
export async function asBeforeAttests(store: Store): Promise<void> {
  await sql`delete from handles where not attested`.execute(store.db);
  await sql`update handles set attested = null`.execute(store.db);
}
