import type { EpochMs } from '@otklik/domain';
import { connection, letGo } from '@otklik/postgres';
import { sql } from 'kysely';
import pg from 'pg';
import { isoOrNull, type Row, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/**
 * `up`: null if a channel only waits to be called. `gaps`: what it cannot see although up. `progress_at`: when an old
 * event was last recorded. `silent_since`: since when it is quieter than usual.
 */
export type ChannelState = Row<
  'channel_states',
  | 'channel'
  | 'up'
  | 'caught_up'
  | 'problem'
  | 'gaps'
  | 'last_event_at'
  | 'progress_at'
  | 'silent_since'
  | 'usual_per_hour'
>;

/** Returns whether `up` changed. */
export async function saveChannelState(
  store: Store,
  state: {
    channel: string;
    up: boolean;
    caughtUp: boolean;
    problem: string | null;
    gaps?: readonly string[];
  },
): Promise<boolean> {
  const { rows } = await sql<{ changed: boolean }>`
    with before as (select up from channel_states where channel = ${state.channel}),
    saved as (
      insert into channel_states (channel, up, caught_up, problem, gaps) values (${state.channel}, ${state.up}, ${state.caughtUp}, ${state.problem}, ${JSON.stringify(state.gaps ?? [])}::jsonb)
      on conflict (channel) do update set up = excluded.up, caught_up = excluded.caught_up, problem = excluded.problem, gaps = excluded.gaps, changed_at = now(),
        unseen_why = case when excluded.up then channel_states.unseen_why else excluded.problem end)
    select (select up from before) is distinct from ${state.up}::boolean as changed`.execute(store.db);
  await signal(store.db, { about: 'channel', channel: state.channel });
  return rows[0]?.changed ?? true;
}

export async function channelStates(store: Store): Promise<Map<string, ChannelState>> {
  const found =
    await sql<ChannelState>`select channel, up, caught_up, problem, gaps, last_event_at, progress_at, silent_since, usual_per_hour from channel_states`.execute(
      store.db,
    );
  return new Map(found.rows.map((row) => [row.channel, row]));
}

/** Records last events, for the alert about silent channels (law 10). `progressAt`: when something old was recorded. */
export async function sawChannels(
  store: Store,
  lastEventAt: ReadonlyMap<string, EpochMs>,
  progressAt: ReadonlyMap<string, EpochMs> = new Map(),
): Promise<void> {
  const rows = [...lastEventAt].map(([channel, at]) => ({
    channel,
    at: isoOrNull(at),
    progress: isoOrNull(progressAt.get(channel) ?? null),
  }));
  if (rows.length === 0) return;
  await sql`
    insert into channel_states (channel, last_event_at, progress_at)
    select channel, at, progress from ${rowsOf(rows, 'channel text, at timestamptz, progress timestamptz')} order by channel
    on conflict (channel) do update set last_event_at = greatest(channel_states.last_event_at, excluded.last_event_at),
      progress_at = greatest(channel_states.progress_at, excluded.progress_at)`.execute(store.db);
}

export async function loadCursor(store: Store, account: string): Promise<string | null> {
  const found = await sql<{ cursor: string }>`select cursor from cursors where account = ${account}`.execute(
    store.db,
  );
  return found.rows[0]?.cursor ?? null;
}

export async function saveCursor(store: Store, account: string, cursor: string): Promise<void> {
  await sql`
    insert into cursors (account, cursor) values (${account}, ${cursor})
    on conflict (account) do update set cursor = excluded.cursor, updated_at = now()`.execute(store.db);
}

export interface Lease {
  /** Resolves when the database dropped our session. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/**
 * One holder among all processes, so that one listener reads a provider's account. A session's advisory lock: it ends
 * with the process. null: another holds it.
 */
export async function tryLease(store: Store, name: string): Promise<Lease | null> {
  const client = new pg.Client(connection(store.url, store.schema));
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve()); // a breaking connection emits several
    client.once('end', () => resolve());
  });
  const release = () => letGo(client);
  try {
    await client.connect();
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
      [`${store.schema} ${name}`],
    );
    if (rows[0]?.got) return { lost, release };
  } catch (error) {
    await release();
    throw error;
  }
  await release();
  return null;
}
