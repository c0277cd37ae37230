import { sql } from 'kysely';
import type { Store } from './store.ts';

/** So many waits of which the same is to be said. Totals since the database was made: they only go up. */
export interface WaitCount {
  /** `breach`: passed the window; `closing`: ended; `verdict`: judged in time or late (see `wait_verdict`). */
  readonly what: 'breach' | 'closing' | 'verdict';
  /** Later knowledge took it back (law 4). Counted apart, nothing is subtracted. */
  readonly corrected: boolean;
  readonly channel: string;
  readonly owner: string;
  /** Of a closing; else empty. */
  readonly outcome: string;
  /** Of a closing `warn`, `breach` or `late`, of a verdict `in_time` or `late`; else empty. */
  readonly within: string;
  /** Of a closing the upper edge, in seconds, of the bucket that its response time falls into. */
  readonly le: number;
  readonly waits: number;
  /** Of closings the sum of their response times. */
  readonly seconds: number;
}

/** All counts as they stand, in one query, so that a folding beside it moves none of them. */
export async function waitCounts(store: Store): Promise<WaitCount[]> {
  const found = await sql<WaitCount>`
    select what, corrected, channel, owner, outcome, within, le, sum(waits)::bigint as waits, sum(seconds) as seconds
    from (select * from wait_counts union all select * from wait_count_changes) counted
    group by 1, 2, 3, 4, 5, 6, 7`.execute(store.db);
  return found.rows;
}

/** Adds what was counted of late to the totals. One process at a time does it: whoever comes second leaves it to the first. */
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
