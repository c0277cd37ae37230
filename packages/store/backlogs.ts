import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import { IS_DEAD, type Store } from './store.ts';

/** What an ingest holds on disk. */
export interface SpoolReport {
  /** Machine and folder, whichever process opens it. */
  readonly spool: string;
  /** By the reporter's clock. */
  readonly at: EpochMs;
  /** Receipt of its oldest event; null: empty. */
  readonly since: EpochMs | null;
  readonly channels: readonly string[];
}

export interface KnownSpool extends SpoolReport {
  readonly instance: number;
  /** The reporting process has ended. */
  readonly dead: boolean;
}

/** Reports this process's spool. */
export async function reportSpool(store: Store, { spool, at, since, channels }: SpoolReport): Promise<void> {
  await sql`
    insert into backlogs (spool, instance, at, since, channels)
    values (${spool}, ${store.instance}, ${iso(at)}, ${since === null ? null : iso(since)}, ${[...channels]}::text[])
    on conflict (spool) do update set instance = excluded.instance, at = excluded.at, since = excluded.since, channels = excluded.channels`.execute(
    store.db,
  );
}

/** Last report of each spool. */
export async function spoolReports(store: Store): Promise<KnownSpool[]> {
  const { rows } = await sql<KnownSpool>`
    select spool, instance, at, since, channels, ${sql.raw(IS_DEAD('instance'))} as dead from backlogs`.execute(
    store.db,
  );
  return rows;
}

/** Deletes old reports of dead processes. */
export async function forgetDeadSpools(store: Store, before: EpochMs): Promise<void> {
  await sql`
    delete from backlogs where at < ${iso(before)} and ${sql.raw(IS_DEAD('instance'))}`.execute(store.db);
}
