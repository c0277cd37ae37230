import { DAY, type EpochMs, type Rhythm } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

const WEEK_MS = 7 * DAY;

/**
 * Clients' turns per channel in the last four whole weeks, by local hour of the week. Up to yesterday: today's silence
 * must not count as usual.
 */
export async function rhythms(store: Store, timezone: string, now: EpochMs): Promise<Map<string, Rhythm>> {
  const until = now - DAY;
  const { rows } = await sql<{ channel: string; slot: number; waits: number; weeks: number }>`
    with counted as (
      select channel, opened_at from waits where opened_at >= ${iso(until - 4 * WEEK_MS)} and opened_at < ${iso(until)} and is_counted(waits)),
    began as (
      select channel, floor(extract(epoch from ${iso(until)}::timestamptz - min(opened_at)) / 604800 + 0.02)::integer as weeks from counted group by channel)
    select c.channel, ((extract(isodow from c.opened_at at time zone ${timezone}) - 1) * 24 + extract(hour from c.opened_at at time zone ${timezone}))::integer as slot,
      count(*)::integer as waits, b.weeks
    from counted c join began b using (channel)
    where c.opened_at >= ${iso(until)}::timestamptz - make_interval(weeks => b.weeks) group by c.channel, slot, b.weeks`.execute(
    store.db,
  );
  const found = new Map<string, Rhythm>();
  for (const [channel, slots] of Map.groupBy(rows, (row) => row.channel)) {
    found.set(channel, {
      byHour: new Map(slots.map(({ slot, waits }) => [slot, waits])),
      weeks: slots[0]?.weeks ?? 0,
    });
  }
  return found;
}

/** null: heard again. Returns whether that changed. */
export async function saveInactivity(
  store: Store,
  channel: string,
  silence: { since: EpochMs; usualPerHour: number } | null,
): Promise<boolean> {
  const changed =
    silence === null
      ? await sql`
          update channel_states set silent_since = null, usual_per_hour = null where channel = ${channel} and silent_since is not null`.execute(
          store.db,
        )
      : await sql`
          update channel_states set silent_since = ${iso(silence.since)}, usual_per_hour = ${silence.usualPerHour}
          where channel = ${channel} and silent_since is null`.execute(store.db);
  const isNews = Number(changed.numAffectedRows ?? 0) > 0;
  if (isNews) await signal(store.db, { about: 'channel', channel });
  return isNews;
}
