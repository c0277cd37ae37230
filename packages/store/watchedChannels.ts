import {
  type ClockRules,
  type EpochMs,
  newNotice,
  type RecordRules,
  type Rules,
  type Transport,
} from '@otklik/domain';
import { sql } from 'kysely';
import { saveNotices } from './notices.ts';
import { refold } from './record.ts';
import { iso, rowsOf, spansOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';

/**
 * Records newly configured channels.
 * @returns as {@link watchedSince}.
 */
export async function watchChannels(
  store: Store,
  channels: readonly string[],
  now: EpochMs,
): Promise<ReadonlyMap<string, EpochMs>> {
  await sql`
    insert into watched_channels (channel, since, applied)
    select channel, ${iso(now)}::timestamptz, ${iso(now)}::timestamptz from ${rowsOf(
      channels.map((channel) => ({ channel })),
      'channel text',
    )}
    on conflict do nothing`.execute(store.db);
  return watchedSince(store);
}

/** When otklik.yaml first named each channel; if before this was kept, its first event. */
export async function watchedSince(store: Store): Promise<ReadonlyMap<string, EpochMs>> {
  const found = await sql<{ channel: string; since: EpochMs }>`
    select channel, since from watched_channels`.execute(store.db);
  return new Map(found.rows.map(({ channel, since }) => [channel, since]));
}

const AT_ONCE = 200;

/**
 * Refolds open waits of channels whose `enforce_from` changed: new history asks nobody any more, what no longer is gets
 * its chain. Closed waits stay. Idempotent; any process may run it.
 * @returns how many clients.
 */
export async function moveBorders(store: Store, rules: RecordRules, now: EpochMs): Promise<number> {
  const moved = await movedBorders(store, rules);
  if (moved.length === 0) return 0;
  const channels = moved.map(({ channel }) => channel);
  let looked = 0;
  for (let after = FIRST; ; ) {
    const page = await store.db.transaction().execute((tx) => foldPage(tx, channels, after, rules, now));
    looked += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) break;
    after = last;
  }
  await sql`
    update watched_channels w set applied = given.applied
    from ${rowsOf(
      moved.map(({ channel, border }) => ({ channel, applied: iso(border) })),
      'channel text, applied timestamptz',
    )}
    where w.channel = given.channel`.execute(store.db);
  // Another history: its owners are told again.
  await sql`delete from history_told where channel = any(${channels}::text[])`.execute(store.db);
  return looked;
}

const FIRST = '00000000-0000-0000-0000-000000000000';

async function movedBorders(store: Store, { channels }: Rules) {
  const { rows } = await sql<{ channel: string; applied: EpochMs }>`
    select channel, applied from watched_channels`.execute(store.db);
  return rows.flatMap(({ channel, applied }) => {
    const border = channels.get(channel)?.enforceFrom ?? null;
    return border === null || border === applied ? [] : [{ channel, border }];
  });
}

async function foldPage(
  tx: Db,
  channels: readonly string[],
  after: string,
  rules: RecordRules,
  now: EpochMs,
): Promise<string[]> {
  const { rows: found } = await sql<{ id: string }>`
    select c.id from clients c
    where c.id > ${after}::uuid and exists (
      select from waits w where w.client_id = c.id and w.channel = any(${channels}::text[])
        and w.closed_at is null and w.voided_at is null)
    order by c.id limit ${AT_ONCE} for update of c`.execute(tx);
  const clients = found.map(({ id }) => id);
  if (clients.length === 0) return [];
  // Under the lock: some may be answered by now.
  const { rows: open } = await sql<{ client_id: string; from: EpochMs }>`
    select w.client_id, min(w.opened_at) as "from" from ${spansOf(clients.map((clientId) => ({ clientId, from: 0 })))}
    join waits w on w.client_id = given.client_id
    where w.closed_at is null and w.voided_at is null group by w.client_id`.execute(tx);
  const spans = open.map(({ client_id: clientId, from }) => ({ clientId, from }));
  await refold(tx, [], [], rules, now, [], { spans, why: 'enforce_from' });
  return clients;
}

/** Data of a notice `history.left`. */
export interface LeftSaid {
  readonly clients: number;
  /** Oldest first. */
  readonly oldest: readonly string[];
}

const MOST_NAMED = 5;

/**
 * Tells each owner, once per channel and in one message, how many clients history left waiting. Not while theirs still
 * arrives: seen after `quietSince`, or of an `unread` channel.
 * @returns the number of messages.
 */
export async function tellLeftWaiting(
  store: Store,
  rules: ClockRules,
  about: { readonly now: EpochMs; readonly quietSince: EpochMs; readonly unread: readonly string[] },
): Promise<number> {
  const { now } = about;
  return store.db.transaction().execute(async (tx) => {
    // Two processes would tell twice.
    await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' history told', 0))`.execute(
      tx,
    );
    const { rows } = await sql<LeftSaid & { person: string; channels: string[] }>`
      with untold as (
        select w.* from waits w
        where w.history and w.closed_at is null and w.voided_at is null
          and not exists (select from history_told t where t.channel = w.channel and t.person = w.owner)),
      arriving as (
        select owner from untold
        where channel = any(${about.unread}::text[]) or seen_at > ${iso(about.quietSince)}::timestamptz)
      select owner as person, count(distinct client_id) as clients, array_agg(distinct channel) as channels,
        (array_agg(id order by opened_at, id))[1:${sql.raw(String(MOST_NAMED))}] as oldest
      from untold where owner not in (select owner from arriving) group by owner order by owner`.execute(tx);
    const told = rows.filter(({ person }) => rules.people.has(person));
    if (told.length === 0) return 0;
    await sql`
      insert into history_told (channel, person, told_at)
      select channel, person, ${iso(now)}::timestamptz from ${rowsOf(
        told.flatMap(({ person, channels }) => channels.map((channel) => ({ channel, person }))),
        'channel text, person text',
      )}`.execute(tx);
    await saveNotices(
      tx,
      told.flatMap(({ person, clients, oldest, channels }) =>
        transportsOf(person, rules).map((transport) =>
          newNotice({
            type: 'history.left',
            wait_id: oldest[0] ?? null,
            channel: channels[0] ?? null,
            recipient: person,
            transport,
            due_at: now,
            data: { clients, oldest } satisfies LeftSaid,
          }),
        ),
      ),
      now,
    );
    await signal(tx, { about: 'outbox' });
    return told.length;
  });
}

const transportsOf = (id: string, rules: ClockRules): readonly Transport[] => {
  const person = rules.people.get(id);
  return person ? rules.transportsOf(person) : [];
};
