import { sql } from 'kysely';
import type { Store } from './store.ts';

/** Waits with the same labels since the database was made; never goes down. */
export interface WaitCount {
  /** `breach`: passed the window; `closing`: ended; `verdict`: judged in time or late (see `wait_verdict`). */
  readonly what: 'breach' | 'closing' | 'verdict';
  /** Taken back by later knowledge (law 4); counted apart, never subtracted. */
  readonly corrected: boolean;
  readonly channel: string;
  readonly owner: string;
  /** For `closing`; else empty. */
  readonly outcome: string;
  /** For `closing`: `warn`, `breach` or `late`; for `verdict`: `in_time` or `late`; else empty. */
  readonly within: string;
  /** For `closing`: upper edge of the response-time bucket, seconds. */
  readonly le: number;
  readonly waits: number;
  /** For `closing`: sum of response times. */
  readonly seconds: number;
}

/** In one query, so that a concurrent fold changes nothing. */
export async function waitCounts(store: Store): Promise<WaitCount[]> {
  const found = await sql<WaitCount>`
    select what, corrected, channel, owner, outcome, within, le, sum(waits)::bigint as waits, sum(seconds) as seconds
    from (select * from wait_counts union all select * from wait_count_changes) counted
    group by 1, 2, 3, 4, 5, 6, 7`.execute(store.db);
  return found.rows;
}

/** Adds the latest changes to the totals, in one process at a time. */
export async function foldWaitCounts(store: Store): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const lock = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(current_schema() || ' wait counts', 0)) as mine`.execute(
      tx,
    );
    if (!lock.rows[0]?.mine) return;
    await sql`
      with gone as (delete from wait_count_changes returning *)
      insert into wait_counts
      select what, corrected, channel, owner, outcome, within, le, sum(waits), sum(seconds) from gone group by 1, 2, 3, 4, 5, 6, 7
      on conflict (what, corrected, channel, owner, outcome, within, le)
        do update set waits = wait_counts.waits + excluded.waits, seconds = wait_counts.seconds + excluded.seconds`.execute(
      tx,
    );
  });
}
