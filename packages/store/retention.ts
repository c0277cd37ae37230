import type { EpochMs, Privacy } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import type { Store } from './store.ts';

const AT_ONCE = 5_000;

/**
 * Deletes what is older than privacy allows (law 11): texts, later events and what was made of them. In small
 * transactions, blocking nobody. Open waits stay whole.
 * @returns how many.
 */
export async function forgetOld(
  store: Store,
  privacy: Privacy,
  now: EpochMs,
): Promise<{ texts: number; events: number }> {
  const textsBefore = iso(now - privacy.keepText);
  const eventsBefore = iso(now - privacy.keepEvents);
  const texts =
    (await repeat(() =>
      sql`update events set text = null where position in (
        select e.position from events e where e.text is not null and e.at < ${textsBefore} and not ${openWaitOf('e.client_id')} limit ${AT_ONCE})`.execute(
        store.db,
      ),
    )) +
    (await repeat(() =>
      sql`update waits set text = null where id in (
        select id from waits where text is not null and closed_at < ${textsBefore} limit ${AT_ONCE})`.execute(
        store.db,
      ),
    ));
  await repeat(() =>
    sql`update threads set subject = null, subject_link = null where (channel, thread) in (
      select t.channel, t.thread from threads t
      where t.subject is not null and t.subject_at < ${textsBefore} and not ${openWaitOf('t.client_id')} limit ${AT_ONCE})`.execute(
      store.db,
    ),
  );
  await repeat(() =>
    sql`delete from replies where id in (select id from replies where created_at < ${textsBefore} limit ${AT_ONCE})`.execute(
      store.db,
    ),
  );
  await sql`delete from bot_words where created_at < now() - interval '1 day'`.execute(store.db);
  for (const table of ['steps', 'notices', 'passed_over', 'corrections'] as const) {
    await repeat(() =>
      sql`delete from ${sql.table(table)} where ctid in (
        select t.ctid from ${sql.table(table)} t join waits w on w.id = t.wait_id where w.closed_at < ${eventsBefore} limit ${AT_ONCE})`.execute(
        store.db,
      ),
    );
  }
  await repeat(() =>
    sql`delete from waits where id in (select id from waits where closed_at < ${eventsBefore} limit ${AT_ONCE})`.execute(
      store.db,
    ),
  );
  const events = await repeat(() =>
    sql`delete from events where position in (
      select e.position from events e where e.at < ${eventsBefore} and not ${openWaitOf('e.client_id')} limit ${AT_ONCE})`.execute(
      store.db,
    ),
  );
  if (events > 0) await forgetNames(store);
  await sql`delete from quarantine where at < ${textsBefore}`.execute(store.db);
  await sql`delete from blind_spans where to_at < ${eventsBefore}`.execute(store.db);
  await sql`delete from ordered_calls where at < ${eventsBefore}`.execute(store.db);
  await repeat(() =>
    sql`delete from channel_memory where (channel, name) in (
      select channel, name from channel_memory where term = 'history' and updated_at < ${eventsBefore} limit ${AT_ONCE})`.execute(
      store.db,
    ),
  );
  return { texts, events };
}

/** Deletes names and handles of clients without events. */
async function forgetNames(store: Store): Promise<void> {
  await repeat(() =>
    sql`update clients set name = null, name_key = null, phone = null, email = null, typed_phone = null, typed_email = null where id in (
      select c.id from clients c
      where (c.name, c.phone, c.email, c.typed_phone, c.typed_email) is distinct from (null, null, null, null, null)
        and not exists (select 1 from events e where e.client_id = c.id) limit ${AT_ONCE})`.execute(store.db),
  );
  await repeat(() =>
    sql`delete from handles where ctid in (
      select h.ctid from handles h join threads t on t.own_client = h.client
      where not exists (
        select 1 from events e where e.client_id = t.client_id and e.channel = t.channel and e.thread = t.thread)
      limit ${AT_ONCE})`.execute(store.db),
  );
  await repeat(() =>
    sql`update joins set value = null where id in (
      select j.id from joins j where j.value is not null
        and not exists (select 1 from handles h where h.kind = j.reason and h.value = j.value) limit ${AT_ONCE})`.execute(
      store.db,
    ),
  );
}

const openWaitOf = (client: string) =>
  sql`exists (select 1 from waits w where w.client_id = ${sql.ref(client)} and w.closed_at is null and w.voided_at is null)`;

async function repeat(work: () => Promise<{ numAffectedRows?: bigint | undefined }>): Promise<number> {
  let total = 0;
  for (;;) {
    const affected = Number((await work()).numAffectedRows ?? 0);
    total += affected;
    if (affected < AT_ONCE) return total;
  }
}
