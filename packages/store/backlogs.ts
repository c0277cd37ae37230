import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import { IS_DEAD, type Store } from './store.ts';

/** What an ingest holds on its local disk. */
export interface SpoolReport {
  /** Machine and folder: whoever opens the folder next speaks for it. */
  readonly spool: string;
  /** When it was looked at, by the clock of whoever did. */
  readonly at: EpochMs;
  /** When the oldest of its events was received; null: there is none. */
  readonly since: EpochMs | null;
  readonly channels: readonly string[];
}

export interface KnownSpool extends SpoolReport {
  readonly instance: number;
  /** Whether the process that said so has ended. */
  readonly dead: boolean;
}

/** Writes down what the spool of this process holds, for the clocks of all. */
export async function reportSpool(store: Store, { spool, at, since, channels }: SpoolReport): Promise<void> {
  await sql`
    insert into backlogs (spool, instance, at, since, channels)
    values (${spool}, ${store.instance}, ${iso(at)}, ${since === null ? null : iso(since)}, ${[...channels]}::text[])
    on conflict (spool) do update set instance = excluded.instance, at = excluded.at, since = excluded.since, channels = excluded.channels`.execute(
    store.db,
  );
}

/** What every spool holds, by its last report. */
export async function spoolReports(store: Store): Promise<KnownSpool[]> {
  const { rows } = await sql<KnownSpool>`
    select spool, instance, at, since, channels, ${sql.raw(IS_DEAD('instance'))} as dead from backlogs`.execute(
    store.db,
  );
  return rows;
}

/** Spools of processes that ended long ago, and of which nobody took over the folder. */
export async function forgetDeadSpools(store: Store, before: EpochMs): Promise<void> {
  await sql`
    delete from backlogs where at < ${iso(before)} and ${sql.raw(IS_DEAD('instance'))}`.execute(store.db);
}
