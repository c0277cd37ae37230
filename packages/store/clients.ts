import { randomUUID } from 'node:crypto';
import {
  type Attested,
  type Confirmed,
  type EpochMs,
  type Event,
  type Handle,
  type HandleKind,
  handlesOf,
  joinedClients,
  kindOfClient,
  nameKey,
  sharedHandles,
  typedHandlesOf,
} from '@otklik/domain';
import { type RawBuilder, sql } from 'kysely';
import { iso, rowsOf } from './rows.ts';
import type { Db } from './store.ts';

/** `own_client`: the client that the thread has when not joined. */
export interface ThreadRow {
  readonly channel: string;
  readonly thread: string;
  readonly client_id: string;
  readonly own_client: string;
}

export interface Moved extends ThreadRow {
  readonly was: string;
  /** Its first event; null: none yet. */
  readonly since: EpochMs | null;
}

export const placeOf = (event: { channel: string; thread: string }) => `${event.channel}\n${event.thread}`;

/** Returns the threads of the events; creates missing ones, each with a new client. */
async function threadsOf(tx: Db, events: readonly Event[]): Promise<Map<string, ThreadRow>> {
  const places = [...new Map(events.map((event) => [placeOf(event), event])).values()];
  const wanted = places.map(({ channel, thread }) => ({ channel, thread, client_id: randomUUID() }));
  const columns = 'channel text, thread text, client_id uuid';
  let found = await findThreads(tx, wanted);
  if (found.size < wanted.length) {
    const missing = wanted.filter((place) => !found.has(placeOf(place)));
    // Ordered, so that batches with the same new threads do not deadlock.
    await sql`
      with ours as (select * from ${rowsOf(missing, columns)}),
      made as (insert into clients (id) select client_id from ours)
      insert into threads (channel, thread, client_id, own_client)
      select channel, thread, client_id, client_id from ours order by channel, thread
      on conflict do nothing`.execute(tx);
    found = await findThreads(tx, wanted);
  }
  return found;
}

async function findThreads(
  tx: Db,
  places: readonly { channel: string; thread: string }[],
): Promise<Map<string, ThreadRow>> {
  const channels = places.map(({ channel }) => channel);
  const threads = places.map(({ thread }) => thread);
  // Arrays tell the planner how many rows there are (see `spansOf`).
  const found = await sql<ThreadRow>`
    select t.channel, t.thread, t.client_id, t.own_client
    from unnest(${channels}::text[], ${threads}::text[]) as given (channel, thread)
    join threads t using (channel, thread)`.execute(tx);
  return new Map(found.rows.map((row) => [placeOf(row), row]));
}

/**
 * Locks the events' clients and regroups those with changed handles. `threads` then holds until the transaction ends;
 * `moved` threads have their events and waits at the new client, to be refolded.
 *
 * Lock order everywhere, against deadlocks: new threads, new handles, clients, each sorted.
 */
export async function resolveClients(
  tx: Db,
  events: readonly Event[],
  now: EpochMs,
): Promise<{ threads: Map<string, ThreadRow>; moved: Moved[] }> {
  const known = await threadsOf(tx, events);
  const news = await attest(tx, events, known);
  const changed = [...new Set(news.map(({ client }) => client))];
  const threads = await lockClients(tx, [...known.values()], changed);
  if (changed.length === 0) return { threads, moved: [] };
  const groups = await regroup(tx, changed);
  await logJoins(tx, news, groups, now);
  await logShared(tx, changed, groups.attested, now);
  if (groups.moved.length === 0) return { threads, moved: [] };
  return { threads: await findThreads(tx, [...threads.values()]), moved: groups.moved };
}

/** Saves new and newly attested handles, and returns the attested ones. Typed ones are kept for suggestions. */
async function attest(
  tx: Db,
  events: readonly Event[],
  threads: ReadonlyMap<string, ThreadRow>,
): Promise<Attested[]> {
  const said = new Map<string, Attested & { attested: boolean }>();
  for (const event of events) {
    const client = threads.get(placeOf(event))?.own_client;
    if (client === undefined) continue;
    const say = (handle: Handle, attested: boolean) => {
      const name = `${client} ${handle.kind} ${handle.value}`;
      said.set(name, { client, ...handle, attested: attested || (said.get(name)?.attested ?? false) });
    };
    for (const handle of typedHandlesOf(event)) say(handle, false);
    for (const handle of handlesOf(event)) say(handle, true);
  }
  if (said.size === 0) return [];
  const columns = 'client uuid, kind text, value text, attested boolean';
  const { rows: news } = await sql<Attested & { attested: boolean }>`
    select given.* from ${rowsOf([...said.values()], columns)}
    where not exists (
      select 1 from handles h where h.client = given.client and h.kind = given.kind and h.value = given.value
        and (h.attested or not given.attested))
    order by given.kind, given.value, given.client`.execute(tx);
  if (news.length === 0) return [];
  const attested = news.filter((handle) => handle.attested);
  await lockHandles(tx, attested);
  await sql`
    insert into handles as h (client, kind, value, attested)
    select client, kind, value, attested from ${rowsOf(news, columns)}
    on conflict (client, kind, value) do update set attested = true
    where excluded.attested and h.attested is distinct from true`.execute(tx);
  return attested.map(({ client, kind, value }) => ({ client, kind, value }));
}

/** Serialises batches with the same handle: the second sees what the first wrote. */
async function lockHandles(tx: Db, handles: readonly Handle[]): Promise<void> {
  for (const name of new Set(handles.map(({ kind, value }) => `${kind}:${value}`)))
    await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' handle ' || ${name}, 0))`.execute(
      tx,
    );
}

/**
 * Locks the threads' clients and all that `changed` can join or part, in order of ids. Repeats, as a join committed
 * meanwhile may have moved a thread to an unlocked client.
 * @returns the threads under the lock.
 */
export async function lockClients(
  tx: Db,
  threads: readonly ThreadRow[],
  changed: readonly string[],
): Promise<Map<string, ThreadRow>> {
  const held = new Set<string>();
  let seen = new Map(threads.map((row) => [placeOf(row), row]));
  for (;;) {
    const wanted = [...seen.values()].map(({ client_id }) => client_id);
    if (changed.length > 0) wanted.push(...(await clientsAround(tx, changed)));
    const missing = [...new Set(wanted)].filter((id) => !held.has(id));
    if (missing.length === 0) return seen;
    await sql`select id from clients where id = any(${missing}::uuid[]) order by id for update`.execute(tx);
    for (const id of missing) held.add(id);
    seen = await findThreads(tx, threads);
  }
}

/** Current clients of `changed` and of all who share an attested handle or a person's join with them. */
async function clientsAround(tx: Db, changed: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ client_id: string }>`
    select distinct t.client_id from threads t where t.own_client in (
      select unnest(${changed}::uuid[])
      union select other.client from handles h join handles other using (kind, value)
        where h.client = any(${changed}::uuid[]) and h.attested is not false and other.attested is not false
      union select j.a from joins j where j.b = any(${changed}::uuid[])
      union select j.b from joins j where j.a = any(${changed}::uuid[]))`.execute(tx);
  return rows.map(({ client_id }) => client_id);
}

interface Groups {
  /** Own client to current client, before and after. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly attested: readonly Attested[];
  readonly moved: Moved[];
}

/** Regroups the clients around `changed` and moves their threads. Needs their locks. */
export async function regroup(tx: Db, changed: readonly string[]): Promise<Groups> {
  const around = await clientsAround(tx, changed);
  const { rows: members } = await sql<ThreadRow>`
    select t.channel, t.thread, t.client_id, t.own_client from threads t join clients c on c.id = t.own_client
    where t.client_id = any(${around}::uuid[]) order by c.created_at, c.id`.execute(tx);
  const clients = members.map(({ own_client }) => own_client);
  const { rows: attested } = await sql<Attested>`
    select client, kind, value from handles where client = any(${clients}::uuid[]) and ignored_at is null and attested is not false
    order by client, kind, value`.execute(tx);
  const { rows: confirmed } = await sql<Confirmed>`
    select a, b from joins where (reason = 'person' or kept) and undone_at is null and a = any(${clients}::uuid[])`.execute(
    tx,
  );
  const before = new Map(members.map((row) => [row.own_client, row.client_id]));
  const after = new Map(
    joinedClients(clients, attested, confirmed).flatMap((group) => {
      const head = headOf(group, before);
      return group.map((client) => [client, head] as const);
    }),
  );
  return { before, after, attested, moved: await move(tx, members, after) };
}

/** The client that most of the group have already, so that least moves; else the oldest. */
function headOf(group: readonly string[], before: ReadonlyMap<string, string>): string {
  const bearers = (head: string) => group.filter((client) => before.get(client) === head).length;
  // The group is sorted by age, the sort stable.
  return group.toSorted((a, b) => bearers(b) - bearers(a))[0] ?? '';
}

async function move(
  tx: Db,
  members: readonly ThreadRow[],
  after: ReadonlyMap<string, string>,
): Promise<Moved[]> {
  const moving = members.flatMap((row) => {
    const client_id = after.get(row.own_client) ?? row.client_id;
    return client_id === row.client_id ? [] : [{ ...row, client_id, was: row.client_id }];
  });
  if (moving.length === 0) return [];
  const given = rowsOf(moving, 'channel text, thread text, was uuid, client_id uuid, own_client uuid');
  // Waits are locked in order of ids everywhere.
  await sql`
    select w.id from ${given} join waits w on w.client_id = given.was and w.channel = given.channel and w.thread = given.thread
    order by w.id for update of w`.execute(tx);
  const { rows: moved } = await sql<Moved>`
    with given as (select * from ${given}),
    since as (
      select g.own_client, min(e.at) as since from given g
      join events e on e.client_id = g.was and e.channel = g.channel and e.thread = g.thread group by g.own_client),
    moved_threads as (
      update threads t set client_id = g.client_id from given g where t.channel = g.channel and t.thread = g.thread),
    moved_events as (
      update events e set client_id = g.client_id from given g
      where e.client_id = g.was and e.channel = g.channel and e.thread = g.thread),
    moved_waits as (
      update waits w set client_id = g.client_id from given g
      where w.client_id = g.was and w.channel = g.channel and w.thread = g.thread)
    select g.*, since.since from given g left join since using (own_client)`.execute(tx);
  const known = moved.filter(({ since }) => since !== null);
  await renameClients(tx, [...new Set(known.flatMap(({ was, client_id }) => [was, client_id]))]);
  return moved;
}

async function renameClients(tx: Db, ids: readonly string[]): Promise<void> {
  const ofClient = sql`e.client_id = c.id`;
  const { rows } = await sql<Named>`
    select c.id, (
      select e.author->>'name' from events e where ${ofClient} and e.side = 'client' and e.author->>'name' is not null
      order by e.author->>'name' like '% %' desc, e.at desc limit 1) as name,
      ${provenOf('phone', ofClient)} as phone, ${provenOf('email', ofClient)} as email,
      ${typedOf('phone', ofClient)} as typed_phone, ${typedOf('email', ofClient)} as typed_email
    from clients c where c.id = any(${ids}::uuid[])`.execute(tx);
  await saveNames(tx, rows, 'replace');
}

/** SQL: an attested handle of the event's thread. Older events keep typed handles in the same place. */
const isAttested = (kind: HandleKind, value: RawBuilder<unknown>) => sql`exists (
  select from threads o join handles h on h.client = o.own_client
  where o.channel = e.channel and o.thread = e.thread and h.kind = ${kind} and h.value = lower(${value}) and h.attested is not false)`;

/** SQL: the attested phone or email of the newest event `e` that has one. */
export const provenOf = (kind: HandleKind, events: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  select e.author->>${kind} from events e
  where ${events} and e.side = 'client' and e.author->>${kind} is not null and ${isAttested(kind, sql`e.author->>${kind}`)}
  order by e.at desc limit 1)`;

/** SQL: the unattested phone or email of the newest event `e` that has one. */
export const typedOf = (kind: HandleKind, events: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  select said.value from events e
  cross join lateral (select coalesce(e.author->'typed'->>${kind}, e.author->>${kind}) as value) said
  where ${events} and e.side = 'client' and said.value is not null and not ${isAttested(kind, sql`said.value`)}
  order by e.at desc limit 1)`;

export interface Named {
  readonly id: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  /** Unattested. */
  readonly typed_phone: string | null;
  readonly typed_email: string | null;
}

/** `add` keeps what is not given, and prefers a full name to a first name: a second channel often tells less. */
export async function saveNames(tx: Db, named: readonly Named[], how: 'add' | 'replace'): Promise<void> {
  if (named.length === 0) return;
  const rows = named.map((row) => ({ ...row, name_key: nameKey(row.name) }));
  const or = (was: string) => (how === 'add' ? sql.ref(was) : sql`null`);
  await sql`
    update clients c set
      name = case when ${how === 'add'}::boolean and given.name_key is null and c.name_key is not null then c.name
        else coalesce(given.name, ${or('c.name')}) end, phone = coalesce(given.phone, ${or('c.phone')}),
      email = coalesce(given.email, ${or('c.email')}), typed_phone = coalesce(given.typed_phone, ${or('c.typed_phone')}),
      typed_email = coalesce(given.typed_email, ${or('c.typed_email')}),
      name_key = coalesce(given.name_key, ${or('c.name_key')})
    from ${rowsOf(rows, 'id uuid, name text, phone text, email text, typed_phone text, typed_email text, name_key text')}
    where c.id = given.id and (given.name, given.phone, given.email, given.typed_phone, given.typed_email)
      is distinct from (c.name, c.phone, c.email, c.typed_phone, c.typed_email)`.execute(tx);
}

/**
 * Names nameless clients: a webhook may lack the name that the provider's list has.
 * @returns those named.
 */
export async function fillNames(
  tx: Db,
  named: readonly { readonly id: string; readonly name: string }[],
): Promise<string[]> {
  if (named.length === 0) return [];
  const rows = named.map((row) => ({ ...row, name_key: nameKey(row.name) }));
  const { rows: filled } = await sql<{ id: string }>`
    update clients c set name = given.name, name_key = given.name_key
    from ${rowsOf(rows, 'id uuid, name text, name_key text')}
    where c.id = given.id and c.name is null returning c.id`.execute(tx);
  return filled.map(({ id }) => id);
}

/** Logs each pair that a handle joined. */
async function logJoins(tx: Db, news: readonly Attested[], groups: Groups, now: EpochMs): Promise<void> {
  const { before, after, attested } = groups;
  const logged = new Set<string>();
  const joins = news.flatMap(({ client: a, kind, value }) => {
    const was = before.get(a) ?? a;
    const other = attested.find(({ client: b, ...handle }) => {
      if (b === a || handle.kind !== kind || handle.value !== value) return false;
      const pair = [was, before.get(b) ?? b].sort().join(' ');
      return after.get(a) === after.get(b) && was !== before.get(b) && !logged.has(pair);
    });
    if (!other) return [];
    logged.add([was, before.get(other.client) ?? other.client].sort().join(' '));
    return [{ id: randomUUID(), a, b: other.client, reason: kind, value }];
  });
  if (joins.length === 0) return;
  await sql`
    insert into joins (id, a, b, reason, value, at)
    select id, a, b, reason, value, ${iso(now)}::timestamptz
    from ${rowsOf(joins, 'id uuid, a uuid, b uuid, reason text, value text')}`.execute(tx);
}

/** A thread's second value of a handle kind undoes joins by the first. */
async function logShared(
  tx: Db,
  changed: readonly string[],
  attested: readonly Attested[],
  now: EpochMs,
): Promise<void> {
  const shared = sharedHandles(attested);
  const kinds: readonly HandleKind[] = ['phone', 'email'];
  const gone = changed.flatMap((client) =>
    kinds.filter((kind) => shared.has(kindOfClient(client, kind))).map((kind) => ({ client, kind })),
  );
  if (gone.length === 0) return;
  await sql`
    update joins j set undone_at = ${iso(now)} from ${rowsOf(gone, 'client uuid, kind text')}
    where j.undone_at is null and j.reason = given.kind and (j.a = given.client or j.b = given.client)`.execute(
    tx,
  );
}
