import { randomUUID } from 'node:crypto';
import { DAY, type EpochMs, type RecordRules } from '@otklik/domain';
import { sql } from 'kysely';
import { lockClients, type Moved, type Named, provenOf, regroup, typedOf } from './clients.ts';
import { writeAudit } from './commands.ts';
import { refold } from './record.ts';
import { iso } from './rows.ts';
import type { Db, Store } from './store.ts';

/** A client as shown to whoever judges a suggestion. */
export interface ClientCard extends Named {
  readonly channels: readonly string[];
  readonly last_event_at: EpochMs | null;
  readonly open_waits: number;
}

export interface Suggestion {
  readonly a: ClientCard;
  readonly b: ClientCard;
  readonly reason: 'same_name' | 'shared_handle' | 'typed_handle';
  /** The shared name or handle. */
  readonly value: string;
  readonly seen_at: EpochMs;
}

export interface Join {
  readonly id: string;
  readonly a: ClientCard;
  readonly b: ClientCard;
  readonly reason: 'phone' | 'email' | 'person';
  readonly value: string | null;
  /** null: an attested handle joined them. */
  readonly by: string | null;
  readonly at: EpochMs;
  readonly undone_at: EpochMs | null;
  /** null with `undone_at`: its thread has several writers. */
  readonly undone_by: string | null;
  /** Its handle would not join today: a person must confirm. */
  readonly to_review: boolean;
}

export type Joined =
  | { readonly outcome: 'done'; readonly id: string }
  | {
      readonly outcome: 'refused';
      readonly reason: 'unknown_client' | 'same_client' | 'unknown_join' | 'already_undone';
    };

/** A person joins two clients: all their events, past ones too, give one wait and chain. */
export async function joinClients(
  store: Store,
  rules: RecordRules,
  pair: { readonly a: string; readonly b: string },
  by: string,
  now: EpochMs,
): Promise<Joined> {
  return store.db.transaction().execute(async (tx): Promise<Joined> => {
    const [a, b] = [await oldestOwn(tx, pair.a), await oldestOwn(tx, pair.b)];
    if (a === null || b === null) return { outcome: 'refused', reason: 'unknown_client' };
    await lockClients(tx, [], [a, b]);
    const owns = await sql<{ client_id: string }>`
      select distinct client_id from threads where own_client in (${a}, ${b})`.execute(tx);
    if (owns.rows.length < 2) return { outcome: 'refused', reason: 'same_client' };
    const id = randomUUID();
    await sql`
      insert into joins (id, a, b, reason, by, at) values (${id}, ${a}, ${b}, 'person', ${by}, ${iso(now)})`.execute(
      tx,
    );
    await writeAudit(tx, { at: now, actor: by, action: 'join_clients', details: { join: id, a, b } });
    await applyGroups(tx, [a, b], rules, now);
    return { outcome: 'done', id };
  });
}

/**
 * Ends a person's join, or ignores the handle that joined by mistake. Waits are refolded as if never joined; their
 * history stays (law 4).
 */
export async function undoJoin(
  store: Store,
  rules: RecordRules,
  id: string,
  by: string,
  now: EpochMs,
): Promise<Joined> {
  return store.db.transaction().execute(async (tx): Promise<Joined> => {
    const { rows } = await sql<{ a: string; b: string; reason: string; value: string | null; kept: boolean }>`
      select a, b, reason, value, kept from joins where id = ${id}`.execute(tx);
    const join = rows[0];
    if (!join) return { outcome: 'refused', reason: 'unknown_join' };
    await lockClients(tx, [], [join.a, join.b]);
    const undone = await sql`
      update joins set undone_at = ${iso(now)}, undone_by = ${by} where id = ${id} and undone_at is null`.execute(
      tx,
    );
    if (undone.numAffectedRows === 0n) return { outcome: 'refused', reason: 'already_undone' };
    // If only one has it attested, the other's was wrong.
    if (join.reason !== 'person')
      await sql`
        update handles set ignored_at = ${iso(now)} where kind = ${join.reason} and value = ${join.value} and
          case when ${join.kept}::boolean then client in (${join.a}, ${join.b}) and attested is not true
            else client = ${join.a} end`.execute(tx);
    await tellApart(tx, join.a, join.b, by, now);
    await writeAudit(tx, { at: now, actor: by, action: 'undo_join', details: { join: id } });
    await applyGroups(tx, [join.a, join.b], rules, now);
    return { outcome: 'done', id };
  });
}

/** A person confirms a join by an unattested handle. */
export async function confirmJoin(store: Store, id: string, by: string, now: EpochMs): Promise<Joined> {
  return store.db.transaction().execute(async (tx): Promise<Joined> => {
    const { rows } = await sql<{ undone: boolean }>`
      select undone_at is not null as undone from joins where id = ${id} for update`.execute(tx);
    if (!rows[0]) return { outcome: 'refused', reason: 'unknown_join' };
    if (rows[0].undone) return { outcome: 'refused', reason: 'already_undone' };
    await sql`
      update joins set reviewed_at = ${iso(now)}, reviewed_by = ${by} where id = ${id} and reviewed_at is null`.execute(
      tx,
    );
    await writeAudit(tx, { at: now, actor: by, action: 'confirm_join', details: { join: id } });
    return { outcome: 'done', id };
  });
}

/** A person says they are two: not suggested again. */
export async function dismissSuggestion(
  store: Store,
  pair: { readonly a: string; readonly b: string },
  by: string,
  now: EpochMs,
): Promise<boolean> {
  return store.db.transaction().execute(async (tx) => {
    const [a, b] = [await oldestOwn(tx, pair.a), await oldestOwn(tx, pair.b)];
    if (a === null || b === null || a === b) return false;
    await tellApart(tx, a, b, by, now);
    await writeAudit(tx, { at: now, actor: by, action: 'dismiss_suggestion', details: { a, b } });
    return true;
  });
}

async function applyGroups(
  tx: Db,
  changed: readonly string[],
  rules: RecordRules,
  now: EpochMs,
): Promise<readonly Moved[]> {
  const { moved } = await regroup(tx, changed);
  if (moved.length > 0) await refold(tx, [], moved, rules, now);
  return moved;
}

async function tellApart(tx: Db, one: string, other: string, by: string, now: EpochMs): Promise<void> {
  const [a, b] = [one, other].sort();
  await sql`
    insert into not_duplicates (a, b, by, at) values (${a}, ${b}, ${by}, ${iso(now)}) on conflict do nothing`.execute(
    tx,
  );
}

async function oldestOwn(tx: Db, client: string): Promise<string | null> {
  const { rows } = await sql<{ own_client: string }>`
    select t.own_client from threads t join clients c on c.id = t.own_client
    where t.client_id = ${client} order by c.created_at, c.id limit 1`.execute(tx);
  return rows[0]?.own_client ?? null;
}

/** Nobody remembers older clients. */
const RECENT = 30 * DAY;

/**
 * Duplicate suggestions, latest seen first: the same full name on different channels (single words are too common), a
 * handle that one only typed, or one of a thread with several writers.
 */
export async function suggestJoins(
  store: Store,
  channels: readonly string[] | null,
  now: EpochMs,
  limit: number,
): Promise<Suggestion[]> {
  const since = iso(now - RECENT);
  const { rows } = await sql<Pair & { reason: Suggestion['reason']; value: string; seen_at: EpochMs }>`
    with recent as (
      select client_id, max(at) as seen_at, array_agg(distinct channel) as channels from events
      where at >= ${since} and side = 'client' group by client_id),
    named as (
      select c.id, c.name_key, c.name, r.seen_at, r.channels from clients c join recent r on r.client_id = c.id
      where c.name_key is not null),
    told as (
      select r.client_id, r.seen_at, h.kind, h.value, bool_or(h.attested) as attested
      from recent r join threads t on t.client_id = r.client_id
      join handles h on h.client = t.own_client and h.ignored_at is null
      group by r.client_id, r.seen_at, h.kind, h.value),
    pairs as (
      select x.id as a, y.id as b, 'same_name' as reason, x.name as value, greatest(x.seen_at, y.seen_at) as seen_at
      from named x join named y on y.name_key = x.name_key and y.id > x.id and not x.channels && y.channels
      union all
      select x.client_id, y.client_id, case when x.attested and y.attested then 'shared_handle' else 'typed_handle' end,
        x.value, greatest(x.seen_at, y.seen_at)
      from told x join told y on y.kind = x.kind and y.value = x.value and y.client_id > x.client_id)
    select distinct on (a, b) a, b, reason, value, seen_at from pairs p
    where not exists (
      select 1 from not_duplicates k join threads ka on ka.own_client = k.a join threads kb on kb.own_client = k.b
      where (ka.client_id, kb.client_id) in ((p.a, p.b), (p.b, p.a)))
    order by a, b, reason desc, seen_at desc`.execute(store.db);
  const cards = await clientCards(
    store,
    rows.flatMap(({ a, b }) => [a, b]),
  );
  return rows
    .toSorted((one, other) => other.seen_at - one.seen_at)
    .flatMap((row) => withCards(row, cards))
    .filter(({ a, b }) => channels === null || (touches(a, channels) && touches(b, channels)))
    .slice(0, limit);
}

/** Joins, latest first. */
export async function recentJoins(
  store: Store,
  channels: readonly string[] | null,
  limit: number,
  only: 'all' | 'to review' = 'all',
): Promise<Join[]> {
  const { rows } = await sql<Omit<Join, 'a' | 'b'> & Pair>`
    select j.id, j.a, j.b, j.reason, j.value, j.by, j.at, j.undone_at, j.undone_by,
      ${TO_REVIEW} as to_review from joins j
    where ${only === 'all'}::boolean or ${TO_REVIEW}
    order by j.at desc, j.id limit ${MOST_LOOKED_AT}`.execute(store.db);
  const cards = await ownCardsOf(
    store,
    rows.flatMap(({ a, b }) => [a, b]),
  );
  return rows
    .flatMap((row) => withCards(row, cards))
    .filter(({ a, b }) => channels === null || touches(a, channels) || touches(b, channels))
    .slice(0, limit);
}

const TO_REVIEW = sql`(j.kept and j.undone_at is null and j.reviewed_at is null)`;
const MOST_LOOKED_AT = 1_000;

interface Pair {
  readonly a: string;
  readonly b: string;
}

const touches = (card: ClientCard, channels: readonly string[]): boolean =>
  card.channels.some((channel) => channels.includes(channel));

function withCards<P extends Pair>(
  pair: P,
  cards: ReadonlyMap<string, ClientCard>,
): (Omit<P, 'a' | 'b'> & { a: ClientCard; b: ClientCard })[] {
  const [a, b] = [cards.get(pair.a), cards.get(pair.b)];
  return a && b ? [{ ...pair, a, b }] : [];
}

/** Current clients only, not those joined to another. */
export async function clientCards(store: Store, ids: readonly string[]): Promise<Map<string, ClientCard>> {
  const { rows } = await sql<ClientCard>`
    select c.id, c.name, c.phone, c.email, c.typed_phone, c.typed_email,
      (select array_agg(distinct t.channel order by t.channel) from threads t where t.client_id = c.id) as channels,
      (select max(e.at) from events e where e.client_id = c.id) as last_event_at,
      (select count(*) from waits w where w.client_id = c.id and w.closed_at is null and w.voided_at is null) as open_waits
    from clients c where c.id = any(${ids}::uuid[]) and exists (select 1 from threads t where t.client_id = c.id)`.execute(
    store.db,
  );
  return new Map(rows.map((card) => [card.id, card]));
}

/** Clients by their own thread, as before a join. */
async function ownCardsOf(store: Store, owns: readonly string[]): Promise<Map<string, ClientCard>> {
  const ofThread = sql`e.client_id = t.client_id and e.channel = t.channel and e.thread = t.thread`;
  const { rows } = await sql<ClientCard>`
    select t.own_client as id, (
      select e.author->>'name' from events e where ${ofThread} and e.side = 'client' and e.author->>'name' is not null
      order by e.at desc limit 1) as name,
      ${provenOf('phone', ofThread)} as phone, ${provenOf('email', ofThread)} as email,
      ${typedOf('phone', ofThread)} as typed_phone, ${typedOf('email', ofThread)} as typed_email,
      array[t.channel] as channels,
      (select max(e.at) from events e where e.client_id = t.client_id and e.channel = t.channel and e.thread = t.thread) as last_event_at,
      (select count(*) from waits w where w.client_id = t.client_id and w.channel = t.channel and w.thread = t.thread
        and w.closed_at is null and w.voided_at is null) as open_waits
    from threads t where t.own_client = any(${owns}::uuid[])`.execute(store.db);
  return new Map(rows.map((card) => [card.id, card]));
}
