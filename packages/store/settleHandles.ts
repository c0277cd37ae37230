import { sql } from 'kysely';
import { iso } from './rows.ts';
import type { Db, Store } from './store.ts';

/**
 * Settles handles recorded before typed ones were told apart. A number is attested if a call, or a channel of
 * `provingPhones` (its provider tells it), vouches for it; all others are typed. Joins stay, for a person to review.
 * Idempotent.
 * @returns how many to review.
 */
export async function settleHandles(
  store: Store,
  provingPhones: readonly string[],
  now: number,
): Promise<number> {
  const isSettled = async (db: Db) =>
    (await sql`select from handles where attested is null limit 1`.execute(db)).rows.length === 0;
  if (await isSettled(store.db)) return 0;
  return store.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' settle handles', 0))`.execute(
      tx,
    );
    // Another process did it while we waited. A second run would lose what it found to be typed.
    if (await isSettled(tx)) return 0;
    await sql`
      update handles h set attested = h.kind = 'phone' and exists (
        select from threads t where t.own_client = h.client and (t.channel = any(${provingPhones}::text[]) or exists (
          select from events e where e.client_id = t.client_id and e.channel = t.channel and e.thread = t.thread
            and e.kind = 'call' and h.value in (e.thread, e.author->>'phone'))))
      where h.attested is null`.execute(tx);
    // Clients joined by a handle that one only typed, each with the one that has the best claim to it.
    await sql`
      create temporary table typed_joins on commit drop as
      with once as (
        select client, kind from handles where ignored_at is null group by client, kind having count(*) = 1),
      held as (
        select h.client, h.kind, h.value, h.attested, t.client_id,
          first_value(h.client) over (
            partition by t.client_id, h.kind, h.value order by h.attested desc, c.created_at, h.client) as first,
          bool_and(h.attested) over (partition by t.client_id, h.kind, h.value) as all_attested
        from handles h join once using (client, kind) join threads t on t.own_client = h.client
        join clients c on c.id = h.client where h.ignored_at is null)
      select first as a, client as b, kind as reason, value from held where client <> first and not attested`.execute(
      tx,
    );
    await sql`
      update joins j set kept = true from typed_joins g
      where j.undone_at is null and j.reason = g.reason and j.value = g.value
        and (j.a, j.b) in ((g.a, g.b), (g.b, g.a))`.execute(tx);
    await sql`
      insert into joins (id, a, b, reason, value, at, kept)
      select gen_random_uuid(), g.a, g.b, g.reason, g.value, ${iso(now)}::timestamptz, true from typed_joins g
      where not exists (
        select from joins j where j.kept and j.undone_at is null and (j.a, j.b) in ((g.a, g.b), (g.b, g.a)))`.execute(
      tx,
    );
    await sql`
      update clients c set
        phone = case when proven.phone then c.phone end,
        typed_phone = case when proven.phone then c.typed_phone else c.phone end,
        email = case when proven.email then c.email end,
        typed_email = case when proven.email then c.typed_email else c.email end
      from (
        select t.client_id as id,
          coalesce(bool_or(h.attested and h.kind = 'phone' and h.value = k.phone), false) as phone,
          coalesce(bool_or(h.attested and h.kind = 'email' and h.value = lower(k.email)), false) as email
        from threads t join clients k on k.id = t.client_id join handles h on h.client = t.own_client
        group by t.client_id having bool_or(not h.attested)) proven
      where c.id = proven.id`.execute(tx);
    const { rows: left } = await sql<{ joins: number }>`
      select count(*) as joins from joins where kept and undone_at is null and reviewed_at is null`.execute(
      tx,
    );
    return left[0]?.joins ?? 0;
  });
}
