import { createHash } from 'node:crypto';
import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';

/** `unproven`: understood, sender not attested. */
export type WhyAside = 'not_understood' | 'unproven';

/** Kept so that the signature can be verified again. */
export interface PostedRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly base64: string;
}

/** A quarantined body. */
export interface Aside {
  readonly channel: string | null;
  /** The feed that read it, or the channel posted to. */
  readonly source: string;
  readonly reason: string;
  readonly why?: WhyAside;
  readonly form: 'posted' | 'told' | 'event';
  readonly body: unknown;
  readonly request?: PostedRequest;
}

/**
 * Quarantines a body, without what jsonb cannot hold (NUL, lone surrogates): that may be why it failed. A channel's
 * equal bodies are kept once: lists repeat them.
 * @returns whether it is new.
 */
export async function quarantine(store: Store, aside: Aside, now: EpochMs): Promise<boolean> {
  const { channel, source, reason, why = 'not_understood', form } = aside;
  const body = JSON.stringify(aside.body ?? null, storable);
  const request = aside.request === undefined ? null : JSON.stringify(aside.request, storable);
  const digest = createHash('sha256')
    .update(`${channel ?? source}\n${form}\n${body}`)
    .digest('base64url');
  return store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ fresh: boolean }>`
      insert into quarantine (at, last_at, source, channel, reason, why, form, body, request, digest)
      values (${iso(now)}, ${iso(now)}, ${source}, ${channel}, ${reason}, ${why}, ${form}, ${body}::jsonb, ${request}::jsonb, ${digest})
      on conflict (digest) do update set last_at = excluded.last_at, reason = excluded.reason
      returning xmax = 0 as fresh`.execute(tx);
    const isFresh = rows[0]?.fresh ?? false;
    if (isFresh && channel !== null) await signal(tx, { about: 'channel', channel });
    return isFresh;
  });
}

const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;

/** As shown to a person. `mail`: if it is one. */
export interface KeptAside {
  readonly id: number;
  readonly at: EpochMs;
  readonly reason: string;
  readonly why: WhyAside;
  /** null: nobody has seen it. */
  readonly seen_at: EpochMs | null;
  readonly seen_by: string | null;
  readonly again: boolean;
  readonly mail: {
    readonly from: string | null;
    readonly to: readonly string[];
    readonly subject: string | null;
    /** ISO 8601, by the server. */
    readonly at: string | null;
  } | null;
}

/**
 * Unseen first, oldest to newest, so that a seen page covers all up to its last ({@link sawAside}); then seen, newest
 * first.
 */
export async function keptAside(store: Store, channel: string, limit: number): Promise<KeptAside[]> {
  const found = await sql<KeptAside>`
    select position as id, at, reason, why, seen_at, seen_by, again_at is not null as again,
      case when body ? 'messageId' and body ? 'from' then
        jsonb_build_object('from', body->'from', 'to', body->'to', 'subject', body->'subject', 'at', body->'at') end as mail
    from quarantine where channel = ${channel} order by seen_at is not null, case when seen_at is null then position end, position desc limit ${limit}`.execute(
    store.db,
  );
  return found.rows;
}

/** Quarantined bodies by channel. */
export async function keptAsideCounts(store: Store): Promise<Map<string, number>> {
  const found = await sql<{ channel: string; kept: number }>`
    select channel, count(*) as kept from quarantine where channel is not null group by channel`.execute(
    store.db,
  );
  return new Map(found.rows.map(({ channel, kept }) => [channel, kept]));
}

/** Bodies of a channel that nobody has looked at. */
export interface Unseen {
  readonly not_understood: number;
  readonly unproven: number;
  /** Of the latest `not_understood`. */
  readonly reason: string | null;
  readonly at: EpochMs | null;
}

export async function unseenAside(store: Store, channel?: string): Promise<Map<string, Unseen>> {
  const found = await sql<Unseen & { channel: string }>`
    select channel,
      count(*) filter (where why <> 'unproven') as not_understood,
      count(*) filter (where why = 'unproven') as unproven,
      (array_agg(reason order by position desc) filter (where why <> 'unproven'))[1] as reason,
      max(last_at) filter (where why <> 'unproven') as at
    from quarantine where seen_at is null and channel is not null and (${channel ?? null}::text is null or channel = ${channel ?? null})
    group by channel`.execute(store.db);
  return new Map(found.rows.map(({ channel: id, ...unseen }) => [id, unseen]));
}

/** Marks all up to `upTo` as seen. @returns how many were not. */
export async function sawAside(
  store: Store,
  channel: string,
  { upTo, by, now }: { readonly upTo: number; readonly by: string; readonly now: EpochMs },
): Promise<number> {
  const { rows } = await sql`
    update quarantine set seen_at = ${iso(now)}, seen_by = ${by}
    where channel = ${channel} and seen_at is null and position <= ${upTo} returning position`.execute(
    store.db,
  );
  if (rows.length > 0) await signal(store.db, { about: 'channel', channel });
  return rows.length;
}

/** Not those that no later version understands: unproven, or posted before requests were kept. */
const isReadable = sql`why <> 'unproven' and (form <> 'posted' or request is not null)`;

/** Marks what to read again. @returns how many. */
export async function askAgain(store: Store, channel: string, now: EpochMs): Promise<number> {
  const { rows } = await sql`
    update quarantine set again_at = ${iso(now)} where channel = ${channel} and ${isReadable} returning position`.execute(
    store.db,
  );
  return rows.length;
}

/** `waiting` to be read again; `left`: not understood. */
export async function againLeft(
  store: Store,
  channel: string,
): Promise<{ readonly waiting: number; readonly left: number }> {
  const { rows } = await sql<{ waiting: number; left: number }>`
    select count(*) filter (where again_at is not null) as waiting, count(*) filter (where why <> 'unproven') as left
    from quarantine where channel = ${channel}`.execute(store.db);
  return rows[0] ?? { waiting: 0, left: 0 };
}

export interface ToRead {
  readonly id: number;
  readonly channel: string;
  readonly form: 'posted' | 'told' | 'event';
  readonly at: EpochMs;
  readonly body: unknown;
  readonly request: PostedRequest | null;
}

const AT_ONCE = 200;

/** Bodies to read again, oldest first: of a channel's feed, or (null) of no feed. */
export async function toReadAgain(store: Store, channel: string | null): Promise<ToRead[]> {
  const whose = channel === null ? sql`form <> 'told'` : sql`form = 'told' and channel = ${channel}`;
  const { rows } = await sql<ToRead>`
    select position as id, channel, form, at, body, request from quarantine
    where again_at is not null and ${whose} order by position limit ${AT_ONCE}`.execute(store.db);
  return rows;
}

/** They were read again since `since`: deletes them, as they are events now, but keeps what was quarantined anew. */
export async function readAgain(
  store: Store,
  read: readonly Pick<ToRead, 'id' | 'channel'>[],
  since: EpochMs,
): Promise<void> {
  const ids = read.map(({ id }) => id);
  await store.db.transaction().execute(async (tx) => {
    await sql`delete from quarantine where position = any(${ids}::bigint[]) and last_at < ${iso(since)}`.execute(
      tx,
    );
    await sql`update quarantine set again_at = null where position = any(${ids}::bigint[])`.execute(tx);
    await tellChannels(tx, read);
  });
}

/** They could not be read again, and stay. */
export async function notReadAgain(
  store: Store,
  read: readonly Pick<ToRead, 'id' | 'channel'>[],
): Promise<void> {
  await sql`update quarantine set again_at = null where position = any(${read.map(({ id }) => id)}::bigint[])`.execute(
    store.db,
  );
  await tellChannels(store.db, read);
}

async function tellChannels(db: Db, read: readonly Pick<ToRead, 'channel'>[]): Promise<void> {
  for (const channel of new Set(read.map(({ channel: id }) => id)))
    await signal(db, { about: 'channel', channel });
}
