import { type EpochMs, eventKey, type RecordRules } from '@otklik/domain';
import { sql } from 'kysely';
import type { Moved } from './clients.ts';
import { writeAudit } from './commands.ts';
import { wantEdits } from './notices.ts';
import { refold } from './record.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';

export interface Rename {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
}

/**
 * Moves what is known of channels to their present ids, one transaction each. Idempotent; any process may run it. An
 * event recorded under either id counts once (law 1).
 * @returns the renames done.
 */
export async function renameChannels(
  store: Store,
  renames: readonly Rename[],
  rules: RecordRules,
  now: EpochMs,
): Promise<Rename[]> {
  const renamed: Rename[] = [];
  for (const rename of renames) {
    if (!(await isKnown(store.db, rename.from))) continue;
    const done = await store.db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' rename', 0))`.execute(tx);
      if (!(await isKnown(tx, rename.from))) return false;
      await renameIn(tx, rename, rules, now);
      return true;
    });
    if (done) renamed.push(rename);
  }
  return renamed;
}

async function isKnown(db: Db, channel: string): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from threads where channel = ${channel}) or exists (select from events where channel = ${channel})
      or exists (select from channel_settings where channel = ${channel}) or exists (select from channel_states where channel = ${channel})
      or exists (select from channel_memory where channel = ${channel}) as known`.execute(db);
  return rows[0]?.known ?? false;
}

async function renameIn(tx: Db, { from, to, kind }: Rename, rules: RecordRules, now: EpochMs): Promise<void> {
  await lockAll(tx, from, to);
  await mergeWaits(tx, from, to, now);
  const moved = await mergeThreads(tx, from, to);
  await sql`select set_config('otklik.renaming', ${`${from} ${to}`}, true)`.execute(tx);
  await sql`update threads set channel = ${to} where channel = ${from}`.execute(tx);
  await sql`update events set channel = ${to} where channel = ${from}`.execute(tx);
  await renameWaits(tx, from, to);
  for (const table of ['notices', 'replies', 'blind_spans', 'ordered_calls'])
    await sql`update ${sql.table(table)} set channel = ${to} where channel = ${from}`.execute(tx);
  await sql`update ordered_calls set via = ${to} where via = ${from}`.execute(tx);
  await sql`
    update quarantine set channel = ${to}, source = case when source = ${from} then ${to} else source end where channel = ${from}`.execute(
    tx,
  );
  await keepNewer(tx, from, to);
  await keepOlder(tx, from, to);
  // Cursors of feeds named by the channel's id.
  await sql`
    update cursors set account = ${`${kind}:${to}`} where account = ${`${kind}:${from}`}
      and not exists (select from cursors where account = ${`${kind}:${to}`})`.execute(tx);
  if (moved.length > 0) await refold(tx, [], moved, rules, now);
  const { rows: open } = await sql<{ id: string }>`
    select id from waits where channel = ${to} and closed_at is null and voided_at is null`.execute(tx);
  const ids = open.map(({ id }) => id);
  await wantEdits(tx, ids, now);
  await signal(tx, { about: 'waits', changes: ids.map((id) => ({ id, change: 'changed' })) });
  await signal(tx, { about: 'settings' });
  await writeAudit(tx, {
    at: now,
    actor: 'otklik.yaml',
    action: 'rename_channel',
    details: { from, to, open_waits: ids.length },
  });
}

/** Clients, then waits, in order of ids. */
async function lockAll(tx: Db, from: string, to: string): Promise<void> {
  await sql`
    select c.id from clients c where c.id in (
      select client_id from threads t where t.channel = ${from}
      union select n.client_id from threads n join threads t on t.channel = ${from} and t.thread = n.thread where n.channel = ${to})
    order by c.id for update`.execute(tx);
  await sql`
    select id from waits where channel in (${from}, ${to}) or ${from} = any(also_on) order by id for update`.execute(
    tx,
  );
}

/**
 * Merges threads known under both ids (`formerly` was added after the change). Events move to the old id's client; of
 * duplicates the old id's stays.
 */
async function mergeThreads(tx: Db, from: string, to: string): Promise<Moved[]> {
  await sql`
    delete from events e using events first
    where e.channel = ${to} and first.channel = ${from} and first.id = e.id`.execute(tx);
  const { rows } = await sql<Moved>`
    select ${to} as channel, n.thread, n.client_id as was, n.own_client, t.client_id,
      (select min(e.at) from events e where e.client_id in (n.client_id, t.client_id) and e.channel in (${from}, ${to}) and e.thread = n.thread) as since
    from threads n join threads t on t.channel = ${from} and t.thread = n.thread where n.channel = ${to}`.execute(
    tx,
  );
  if (rows.length === 0) return [];
  const both = sql`(
    select n.thread, n.own_client as leaves, t.own_client as stays, n.client_id as was, t.client_id
    from threads n join threads t on t.channel = ${from} and t.thread = n.thread where n.channel = ${to}) both_known`;
  for (const table of ['events', 'waits'])
    await sql`
      update ${sql.table(table)} e set client_id = both_known.client_id from ${both}
      where e.client_id = both_known.was and e.channel = ${to} and e.thread = both_known.thread`.execute(tx);
  await sql`
    insert into handles (client, kind, value, ignored_at, attested)
    select both_known.stays, h.kind, h.value, h.ignored_at, h.attested from handles h join ${both} on h.client = both_known.leaves on conflict do nothing`.execute(
    tx,
  );
  await sql`delete from handles h using ${both} where h.client = both_known.leaves`.execute(tx);
  await sql`
    update joins j set a = case when j.a = both_known.leaves then both_known.stays else j.a end, b = case when j.b = both_known.leaves then both_known.stays else j.b end
    from ${both} where both_known.leaves in (j.a, j.b)`.execute(tx);
  await sql`delete from threads n using threads t where n.channel = ${to} and t.channel = ${from} and t.thread = n.thread`.execute(
    tx,
  );
  return rows;
}

/** A turn under both ids opened two waits: the old id's stays, with what was done to it. */
async function mergeWaits(tx: Db, from: string, to: string, now: EpochMs): Promise<void> {
  await sql`
    with twice as (
      update waits n set voided_at = ${iso(now)}, due_at = null from waits o
      where n.channel = ${to} and n.voided_at is null and o.channel = ${from} and o.voided_at is null
        and starts_with(o.opening, ${eventKey(from, '')}) and n.opening = ${eventKey(to, '')} || substr(o.opening, ${eventKey(from, '').length + 1})
      returning n.id)
    insert into corrections (wait_id, at, field, was, became, reason)
    select id, ${iso(now)}::timestamptz, 'voided_at', null, ${iso(now)}, 'part_of_another_wait' from twice`.execute(
    tx,
  );
}

async function renameWaits(tx: Db, from: string, to: string): Promise<void> {
  const was = eventKey(from, '');
  await sql`
    update waits set
      channel = case when channel = ${from} then ${to} else channel end,
      opening = case when starts_with(opening, ${was}) then ${eventKey(to, '')} || substr(opening, ${was.length + 1}) else opening end,
      also_on = array_remove(array_replace(also_on, ${from}, ${to}), case when channel = ${from} then ${to} else '' end),
      answered_via = case when answered_via = ${from} then ${to} else answered_via end
    where channel = ${from} or starts_with(opening, ${was}) or ${from} = any(also_on) or answered_via = ${from}`.execute(
    tx,
  );
}

/** Keeps the newer of what both ids have. */
async function keepNewer(tx: Db, from: string, to: string): Promise<void> {
  await sql`
    delete from channel_memory m using channel_memory other
    where m.channel in (${from}, ${to}) and other.channel in (${from}, ${to}) and other.channel <> m.channel and other.name = m.name
      and (other.updated_at > m.updated_at or (other.updated_at = m.updated_at and other.channel = ${to}))`.execute(
    tx,
  );
  await sql`update channel_memory set channel = ${to} where channel = ${from}`.execute(tx);
  for (const table of ['channel_states', 'channel_settings']) {
    await sql`
      delete from ${sql.table(table)} where channel = ${from} and exists (select from ${sql.table(table)} where channel = ${to})`.execute(
      tx,
    );
    await sql`update ${sql.table(table)} set channel = ${to} where channel = ${from}`.execute(tx);
  }
}

/** Keeps the older of what both ids have: it was the same channel all the time (law 7). */
async function keepOlder(tx: Db, from: string, to: string): Promise<void> {
  await sql`
    delete from watched_channels w using watched_channels was where w.channel = ${to} and was.channel = ${from}`.execute(
    tx,
  );
  await sql`update watched_channels set channel = ${to} where channel = ${from}`.execute(tx);
  await sql`
    delete from history_told h using history_told was where h.channel = ${to} and was.channel = ${from} and was.person = h.person`.execute(
    tx,
  );
  await sql`update history_told set channel = ${to} where channel = ${from}`.execute(tx);
}
