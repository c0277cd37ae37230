import {
  channelIn,
  type EpochMs,
  type GoneChannel,
  type KeptChannel,
  type PeopleById,
  type Policy,
} from '@otklik/domain';
import { connection, withClient } from '@otklik/postgres';
import { CompiledQuery, sql } from 'kysely';
import { follow } from './follow.ts';
import { latestOf } from './latestOf.ts';
import { iso, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

interface KeptRow {
  readonly channel: string;
  readonly settings: string;
  readonly gone_since: EpochMs | null;
}

/**
 * Stores the settings in force, and which channels are gone. `fallback`: the policy of channels with open waits but no
 * stored settings, from an older version.
 */
export async function keepChannels(
  store: Store,
  channels: readonly KeptChannel[],
  fallback: Policy,
  now: EpochMs,
): Promise<void> {
  const rows = channels.map((channel) => ({ channel: channel.id, settings: asText(channel) }));
  const named = channels.map(({ id }) => id);
  await store.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' channel settings', 0))`.execute(
      tx,
    );
    const kept = await sql`
      insert into channel_settings (channel, settings, kept_at)
      select channel, settings, ${iso(now)}::timestamptz from ${rowsOf(rows, 'channel text, settings text')}
      on conflict (channel) do update set settings = excluded.settings, kept_at = excluded.kept_at, gone_since = null
      where channel_settings.settings <> excluded.settings or channel_settings.gone_since is not null`.execute(
      tx,
    );
    const forgotten = await sql`
      insert into channel_settings (channel, settings, kept_at)
      select distinct w.channel, ${asText({ policy: fallback })}, ${iso(now)}::timestamptz from waits w
      where w.closed_at is null and w.voided_at is null on conflict (channel) do nothing`.execute(tx);
    const gone = await sql`
      update channel_settings set gone_since = ${iso(now)}
      where gone_since is null and not channel = any(${named}::text[])`.execute(tx);
    const changes = [kept, forgotten, gone].map(({ numAffectedRows }) => Number(numAffectedRows ?? 0));
    if (changes.some((changed) => changed > 0)) await signal(tx, { about: 'settings' });
  });
}

/** Channels gone from otklik.yaml, with their last settings. */
export interface GoneChannels {
  of(configured: ReadonlyMap<string, unknown>, people: PeopleById): ReadonlyMap<string, GoneChannel>;
  close(): Promise<void>;
}

/** Follows stored settings; calls `changed` after each change. */
export async function followGoneChannels(
  store: Store,
  on: { changed(): void; error(error: Error): void },
): Promise<GoneChannels & { refresh(): Promise<void> }> {
  let rows: readonly KeptRow[] = [];
  let made: {
    from: ReadonlyMap<string, unknown>;
    people: PeopleById;
    gone: ReadonlyMap<string, GoneChannel>;
  } | null = null;
  const read = async () => {
    const found = await sql<KeptRow>`
      select channel, settings, gone_since from channel_settings order by channel`.execute(store.db);
    return found.rows;
  };
  const refresh = latestOf(read, (found) => {
    if (JSON.stringify(found) === JSON.stringify(rows)) return;
    rows = found;
    made = null;
    on.changed();
  });
  await refresh();
  const following = await follow(store, 'settings', refresh, on.error);
  return {
    of: (configured, people) => {
      if (made?.from !== configured || made.people !== people)
        made = { from: configured, people, gone: goneOf(rows, configured, people) };
      return made.gone;
    },
    refresh,
    close: following.close,
  };
}

function goneOf(
  rows: readonly KeptRow[],
  configured: ReadonlyMap<string, unknown>,
  people: PeopleById,
): ReadonlyMap<string, GoneChannel> {
  const gone = rows.filter(({ channel }) => !configured.has(channel));
  return new Map(gone.map((row) => [row.channel, revived(row, people)]));
}

/** What an older version did not keep is as for an unknown channel. */
const revived = (
  { channel: id, settings, gone_since: goneSince }: KeptRow,
  people: PeopleById,
): GoneChannel => ({
  ...channelIn({ channels: new Map(), people }, id),
  id,
  kind: 'webhook',
  ...(JSON.parse(settings, fromText) as Partial<KeptChannel>),
  goneSince,
});

/** Deterministic: unchanged settings are not rewritten. */
const asText = (settings: Partial<KeptChannel>): string => JSON.stringify(settings, toText);

const toText = (_key: string, value: unknown): unknown =>
  value instanceof Map ? { [MAP]: [...value] } : value;

const fromText = (_key: string, value: unknown): unknown => {
  const entries =
    value !== null && typeof value === 'object' ? (Reflect.get(value, MAP) as unknown) : undefined;
  return Array.isArray(entries) ? new Map(entries as [unknown, unknown][]) : value;
};

const MAP = '$map';

export interface GoneWaits {
  readonly channel: string;
  readonly waits: number;
}

const GONE_WAITS = `
  select channel, count(*)::integer as waits from waits
  where closed_at is null and voided_at is null and not channel = any($1::text[]) group by channel order by channel`;

/** Open waits of unconfigured channels (index waits_open). */
export async function waitsOfGoneChannels(store: Store, configured: readonly string[]): Promise<GoneWaits[]> {
  const { rows } = await store.db.executeQuery<GoneWaits>(CompiledQuery.raw(GONE_WAITS, [[...configured]]));
  return rows;
}

const PEEK_WITHIN_MS = 3_000;

/** The same in a database of any version; empty if Otklik was never there. */
export async function peekAtGoneWaits(
  url: string,
  schema: string,
  configured: readonly string[],
): Promise<GoneWaits[]> {
  const hasty = {
    ...connection(url, schema),
    connectionTimeoutMillis: PEEK_WITHIN_MS,
    query_timeout: PEEK_WITHIN_MS,
  };
  return withClient(hasty, async (client) => {
    const { rows } = await client.query<{ known: boolean }>(
      `select to_regclass('waits') is not null as known`,
    );
    if (!rows[0]?.known) return [];
    return (await client.query<GoneWaits>(GONE_WAITS, [[...configured]])).rows;
  });
}
