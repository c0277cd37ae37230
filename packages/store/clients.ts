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

/** A thread with the client that it has, and the one that it would have alone. */
export interface ThreadRow {
  readonly channel: string;
  readonly thread: string;
  readonly client_id: string;
  readonly own_client: string;
}

/** A thread whose client became another. */
export interface Moved extends ThreadRow {
  readonly was: string;
  /** Its first event; null when it has none yet. */
  readonly since: EpochMs | null;
}

export const placeOf = (event: { channel: string; thread: string }) => `${event.channel}\n${event.thread}`;

/** Each event's thread; one that nobody knew gets a client of its own. */
async function threadsOf(tx: Db, events: readonly Event[]): Promise<Map<string, ThreadRow>> {
  const places = [...new Map(events.map((event) => [placeOf(event), event])).values()];
  const wanted = places.map(({ channel, thread }) => ({ channel, thread, client_id: randomUUID() }));
  const columns = 'channel text, thread text, client_id uuid';
  let found = await findThreads(tx, wanted);
  if (found.size < wanted.length) {
    const missing = wanted.filter((place) => !found.has(placeOf(place)));
    // In order, so that two batches with the same new threads wait for each other instead of locking up.
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
  // By arrays, so that the planner sees how many there are (see spansOf).
  const found = await sql<ThreadRow>`
    select t.channel, t.thread, t.client_id, t.own_client
    from unnest(${channels}::text[], ${threads}::text[]) as given (channel, thread)
    join threads t using (channel, thread)`.execute(tx);
  return new Map(found.rows.map((row) => [placeOf(row), row]));
}

/**
 * Locks the clients of the events and brings up to date who is one person. When it resolves, the threads say whose they
 * are until the transaction ends; what moved has its events and waits at its new client, to be folded anew.
 *
 * Every transaction takes its locks in this order: new threads, new handles, clients; within each by name. So two of
 * them wait for each other, never in a circle.
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

/**
 * Writes down the numbers and addresses that are told of a thread for the first time, or attested for the first time, and
 * says which are attested now. What is only typed is kept for suggestions, and changes nothing else.
 */
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

/** Two batches that learn the same number of different threads take turns: the second then sees what the first wrote. */
async function lockHandles(tx: Db, handles: readonly Handle[]): Promise<void> {
  for (const name of new Set(handles.map(({ kind, value }) => `${kind}:${value}`)))
    await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' handle ' || ${name}, 0))`.execute(
      tx,
    );
}

/**
 * Locks the clients of the threads, and all whom the changed ones can be joined to or parted from, in the order of ids.
 * A join that was committed while we waited may have moved a thread to a client that we hold no lock of: then that one
 * is locked too.
 * @returns the threads as they are under the lock.
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

/** The present clients of those who changed, and of all with whom they have an attested handle or a person's word in common. */
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

/** Who belongs together now, and what it changed. */
interface Groups {
  /** By client alone: who they were, and who they are. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly attested: readonly Attested[];
  readonly moved: Moved[];
}

/** Groups the clients around those who changed anew, and moves the threads that belong to another. Under their locks. */
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

/** Whose name a group bears: the one that most of it bears already, so that the least is moved; else the oldest. */
function headOf(group: readonly string[], before: ReadonlyMap<string, string>): string {
  const bearers = (head: string) => group.filter((client) => before.get(client) === head).length;
  // The order of the group is that of age, and a sort keeps it.
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
  // The waits' locks in the order of ids, as everybody takes them.
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

/** What the newest events say of clients whose history has changed. */
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

/** Whether what an event says of its client is attested of its thread. What was recorded before typed handles were told apart says all in one place. */
const isAttested = (kind: HandleKind, value: RawBuilder<unknown>) => sql`exists (
  select from threads o join handles h on h.client = o.own_client
  where o.channel = e.channel and o.thread = e.thread and h.kind = ${kind} and h.value = lower(${value}) and h.attested is not false)`;

/** The number or address that the newest of these events `e` proves of the client. */
export const provenOf = (kind: HandleKind, events: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  select e.author->>${kind} from events e
  where ${events} and e.side = 'client' and e.author->>${kind} is not null and ${isAttested(kind, sql`e.author->>${kind}`)}
  order by e.at desc limit 1)`;

/** The one that the newest of them says, and nobody vouches for. */
export const typedOf = (kind: HandleKind, events: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  select said.value from events e
  cross join lateral (select coalesce(e.author->'typed'->>${kind}, e.author->>${kind}) as value) said
  where ${events} and e.side = 'client' and said.value is not null and not ${isAttested(kind, sql`said.value`)}
  order by e.at desc limit 1)`;

/** What is said of a client. */
export interface Named {
  readonly id: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  /** What nobody vouches for. */
  readonly typed_phone: string | null;
  readonly typed_email: string | null;
}

/**
 * Writes names, numbers and addresses; with `add`, what is not said stays as it was, and a full name is not replaced by a
 * first name: of a client on two channels one often tells less.
 */
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
 * Names of clients of whom no name is known. A webhook may tell a message without it, and the provider's list the same one
 * with it.
 * @returns whose name is known now.
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

/** One line for each two clients that a handle has made one. */
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

/** A second number in a thread takes back what the first had joined. */
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
