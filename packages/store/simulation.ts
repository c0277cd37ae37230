import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ChannelCounts,
  Counting,
  DAY,
  type ReplaySpan,
  type Rules,
  replayWaits,
  type Tally,
  type ToldCount,
} from '@otklik/domain';
import { sql } from 'kysely';
import { type EventRow, eventOf } from './history.ts';
import { iso } from './rows.ts';
import type { Db, Store } from './store.ts';

export interface Simulation {
  readonly recorded: Tally;
  /** Today's rules. */
  readonly current: Tally;
  readonly proposed: Tally;
}

const CLIENTS_AT_ONCE = 50;

/**
 * Compares the record with today's and proposed rules, from one snapshot, client by client: memory does not grow with
 * the span. Counts configured channels, only those in `channels` if given. Ignores «Я отошёл», whose past is unknown.
 */
export async function simulateHistory(
  store: Store,
  rules: { readonly current: Rules; readonly proposed: Rules },
  span: ReplaySpan,
  channels: readonly string[] | null,
): Promise<Simulation> {
  const counted = [...rules.current.channels.keys()].filter((id) => channels?.includes(id) ?? true);
  const watched = withBordersOf(rules.proposed, rules.current);
  const [current, proposed] = [rules.current, watched].map(asConfigured).map((by) => ({
    rules: by,
    counting: new Counting(counted, by.people),
  }));
  if (!current || !proposed) throw new Error('two rules are compared');
  return store.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const recorded = new Counting(counted, current.rules.people);
      for (const { channel, ...counts } of await recordedCounts(tx, span, counted))
        recorded.addChannel(channel, counts);
      for (const told of await recordedTold(tx, span, counted)) recorded.addTold(told);
      for await (const clients of clientsIn(tx, span, counted)) {
        const histories = Map.groupBy(await eventsOf(tx, clients), (row) => row.client_id);
        for (const rows of histories.values()) {
          const events = rows.map(eventOf);
          for (const { rules: by, counting } of [current, proposed])
            for (const replayed of replayWaits(events, by, span)) counting.addReplayed(replayed);
        }
        await nextTurn(); // a long history must not block the live stream
      }
      return {
        recorded: recorded.tally(),
        current: current.counting.tally(),
        proposed: proposed.counting.tally(),
      };
    });
}

/** `enforce_from` is not part of the trial. */
function withBordersOf(proposed: Rules, current: Rules): Rules {
  const channels = [...proposed.channels].map(([id, channel]) => {
    const enforceFrom = current.channels.get(id)?.enforceFrom ?? null;
    return [id, { ...channel, enforceFrom }] as const;
  });
  return { ...proposed, channels: new Map(channels) };
}

function asConfigured(rules: Rules): Rules {
  const people = [...rules.people].map(([id, person]) => [id, { ...person, steppedOut: null }] as const);
  return { ...rules, people: new Map(people) };
}

/**
 * Clients with an event in the span, in portions (index events_oldest). A day longer: a call told at its end opened its
 * wait when it began.
 */
async function* clientsIn(
  tx: Db,
  { from, to }: ReplaySpan,
  channels: readonly string[],
): AsyncGenerator<string[]> {
  await sql`
    declare simulated_clients no scroll cursor for
    select distinct client_id from events
    where at >= ${iso(from)}::timestamptz and at < ${iso(to + DAY)}::timestamptz
      and channel = any(${channels}::text[])`.execute(tx);
  for (;;) {
    const { rows } = await sql<{
      client_id: string;
    }>`fetch ${sql.raw(String(CLIENTS_AT_ONCE))} from simulated_clients`.execute(tx);
    if (rows.length === 0) return;
    yield rows.map(({ client_id }) => client_id);
  }
}

/**
 * All events of the clients, as other rules may leave a wait open from long before (index events_of_client). Without
 * text, names and links, which the fold does not need (law 11).
 */
async function eventsOf(tx: Db, clients: readonly string[]): Promise<EventRow[]> {
  const found = await sql<EventRow>`
    select e.position, e.client_id, e.channel, e.id, e.thread, e.kind, e.side, e.at, e.at_source, e.received_at, e.received_index, e.seq,
      null as text, null as link, e.wording, e.call, e.deletes, e.decision,
      '{"id":null,"name":null,"phone":null,"email":null}'::jsonb as author
    from events e where e.client_id = any(${clients}::uuid[])`.execute(tx);
  return found.rows;
}

async function recordedCounts(
  tx: Db,
  { from, to }: ReplaySpan,
  channels: readonly string[],
): Promise<(ChannelCounts & { readonly channel: string })[]> {
  const found = await sql<ChannelCounts & { readonly channel: string }>`
    with counted as (
      select w.channel, w.breached_at, coalesce(w.outcome in ('answered', 'self_served'), false) as reached,
        wait_verdict(w) as verdict, verdict_by(w, w.warn_at, w.warned_at) as by_warn,
        (select count(*) from steps s where s.wait_id = w.id and not s.skipped) as fired
      from waits w
      where is_counted(w) and w.opened_at >= ${iso(from)} and w.opened_at < ${iso(to)}
        and w.channel = any(${channels}::text[]))
    select channel, count(*) as waits,
      count(*) filter (where reached) as answered,
      count(breached_at) as breached,
      count(*) filter (where by_warn = 'in_time') as "inWarn",
      count(*) filter (where by_warn = 'late') as "pastWarn",
      count(*) filter (where verdict = 'in_time') as "inTime",
      count(*) filter (where verdict = 'late') as late,
      sum(fired)::bigint as steps
    from counted group by channel`.execute(tx);
  return found.rows;
}

/** By quarter hours, of which zone offsets are multiples: each is all night or none. */
async function recordedTold(
  tx: Db,
  { from, to }: ReplaySpan,
  channels: readonly string[],
): Promise<ToldCount[]> {
  const found = await sql<ToldCount>`
    with told as (
      select recipient as person, date_bin('15 minutes', s.fired_at, 'epoch') as at,
        exists (select from notices n where n.wait_id = s.wait_id and n.step = s.step
          and n.recipient = told.recipient and n.type = 'wait.step' and n.held) as held
      from waits w join steps s on s.wait_id = w.id and not s.skipped, unnest(s.recipients) as told(recipient)
      where is_counted(w) and w.opened_at >= ${iso(from)} and w.opened_at < ${iso(to)}
        and w.channel = any(${channels}::text[]))
    select person, at, held, count(*) as times from told group by person, at, held`.execute(tx);
  return found.rows;
}
