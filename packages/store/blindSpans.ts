import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import type { Store } from './store.ts';

/** A span in which nobody could see a channel. */
export interface BlindSpan {
  readonly channel: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** null: no process was running. */
  readonly why: string | null;
}

/** Shorter gaps are restarts or lost packets. */
const LEAST_MS = 60_000;

/**
 * Records that these channels are watched now, unless known to be down. A longer gap since the last time becomes a
 * blind span, whether the listener was down or no process ran.
 */
export async function seeChannels(store: Store, channels: readonly string[], now: EpochMs): Promise<void> {
  await sql`
    with seen as (
      select c.channel, s.seen_at, s.unseen_why from unnest(${[...channels]}::text[]) as c (channel)
      left join channel_states s on s.channel = c.channel where coalesce(s.up, true)),
    blind as (
      insert into blind_spans (channel, from_at, to_at, why)
      select channel, seen_at, ${iso(now)}, unseen_why from seen where seen_at < ${iso(now - LEAST_MS)})
    insert into channel_states (channel, seen_at) select channel, ${iso(now)} from seen order by channel
    on conflict (channel) do update set seen_at = greatest(channel_states.seen_at, excluded.seen_at), unseen_why = null`.execute(
    store.db,
  );
}

/** Blind spans that touch [from, to), oldest first. One that lasts ends at `now`. */
export async function blindSpans(
  store: Store,
  { from, to }: { from: EpochMs; to: EpochMs },
  now: EpochMs,
): Promise<BlindSpan[]> {
  const { rows } = await sql<BlindSpan>`
    select channel, from_at as "from", to_at as "to", why from blind_spans where to_at > ${iso(from)} and from_at < ${iso(to)}
    union all
    select channel, seen_at, ${iso(now)}::timestamptz, problem from channel_states
    where up is false and seen_at < ${iso(now - LEAST_MS)} and seen_at < ${iso(to)} and ${iso(now)}::timestamptz > ${iso(from)}::timestamptz
    order by 2, 1`.execute(store.db);
  return rows;
}
