import { type EpochMs, type EventKey, eventKey, type Outcome, type PassedWhy } from '@otklik/domain';
import { type RawBuilder, sql } from 'kysely';
import type { EventRow } from './history.ts';
import { iso, type Row } from './rows.ts';
import type { Db, Store } from './store.ts';
import { NAMED_COLUMNS, type NamedWait, waitsNow } from './waitRows.ts';

/** Whose waits may be seen: all; of a head's channels and people; one owner's. */
export type Scope =
  | { readonly all: true }
  | { readonly all: false; readonly person: string; readonly channels: readonly string[] };

export interface WaitQuery {
  readonly scope: Scope;
  readonly state?: 'open' | 'closed';
  readonly channel?: string;
  readonly owner?: string;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  /** Default: both. */
  readonly history?: boolean;
  /** From {@link WaitPage.next}. */
  readonly after?: { readonly openedAt: EpochMs; readonly id: string };
  readonly limit: number;
}

export interface WaitPage {
  readonly items: readonly NamedWait[];
  readonly next: { readonly openedAt: EpochMs; readonly id: string } | null;
}

/** Newest first (index waits_newest). */
export async function listWaits(store: Store, query: WaitQuery): Promise<WaitPage> {
  const conditions = [
    sql`w.voided_at is null`,
    sql`(w.closed_at is null or not w.test)`,
    ...inScope(query.scope),
    ...(query.state === 'open' ? [sql`w.closed_at is null`] : []),
    ...(query.state === 'closed' ? [sql`w.closed_at is not null`] : []),
    ...(query.channel === undefined ? [] : [sql`w.channel = ${query.channel}`]),
    ...(query.owner === undefined ? [] : [sql`w.owner = ${query.owner}`]),
    ...(query.from === undefined ? [] : [sql`w.opened_at >= ${iso(query.from)}`]),
    ...(query.to === undefined ? [] : [sql`w.opened_at < ${iso(query.to)}`]),
    ...(query.history === undefined ? [] : [sql`w.history = ${query.history}`]),
    ...(query.after
      ? [sql`(w.opened_at, w.id) < (${iso(query.after.openedAt)}::timestamptz, ${query.after.id}::uuid)`]
      : []),
  ];
  const found = await sql<NamedWait>`
    select ${NAMED_COLUMNS} from waits w join clients c on c.id = w.client_id
    where ${sql.join(conditions, sql` and `)}
    order by w.opened_at desc, w.id desc limit ${query.limit + 1}`.execute(store.db);
  const items = found.rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items,
    next: found.rows.length > query.limit && last ? { openedAt: last.opened_at, id: last.id } : null,
  };
}

/** Open waits by owner (index waits_open_of_owner). */
export async function openByOwner(db: Db): Promise<Map<string, number>> {
  const found = await sql<{ owner: string; waits: number }>`
    select owner, count(*) as waits from waits
    where closed_at is null and voided_at is null and not history group by owner`.execute(db);
  return new Map(found.rows.map(({ owner, waits }) => [owner, waits]));
}

/** A person's waits: owned, taken, told to them, or of their channels. */
export interface AskedAbout {
  readonly person: string;
  /** That they own or head. */
  readonly channels: readonly string[];
}

/** A page of a person's open waits, longest first, with their total. */
export async function waitsAskedOf(
  store: Store,
  asked: AskedAbout,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly items: readonly NamedWait[]; readonly total: number }> {
  // List and count from one snapshot.
  return store.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const counted = await sql<{ total: number }>`
        select count(*) as total from waits w where ${isAskedAbout(asked)}`.execute(tx);
      const found = await sql<NamedWait>`
        select ${NAMED_COLUMNS} from waits w join clients c on c.id = w.client_id
        where ${isAskedAbout(asked)} order by w.opened_at, w.id limit ${limit} offset ${offset}`.execute(tx);
      return { items: found.rows, total: counted.rows[0]?.total ?? 0 };
    });
}

/** One wait of a person, open or closed. */
export async function waitAskedOf(store: Store, asked: AskedAbout, id: string): Promise<NamedWait | null> {
  const found = await sql<NamedWait>`
    select ${NAMED_COLUMNS} from waits w join clients c on c.id = w.client_id
    where w.id = ${id} and ${isTheirs(asked)}`.execute(store.db);
  return found.rows[0] ?? null;
}

const isTheirs = ({ person, channels }: AskedAbout) => sql`
  (w.owner = ${person} or w.taken_by = ${person} or w.channel = any(${channels}::text[])
    or exists (select from notices n where n.wait_id = w.id and n.recipient = ${person} and n.type = 'wait.step' and n.state <> 'cancelled'))`;
const isAskedAbout = (asked: AskedAbout) =>
  sql`w.closed_at is null and w.voided_at is null and not w.history and ${isTheirs(asked)}`;

/** SQL conditions on waits `w`. */
export function inScope(scope: Scope): RawBuilder<unknown>[] {
  if (scope.all) return [];
  return [
    sql`(w.owner = ${scope.person} or w.taken_by = ${scope.person} or w.channel = any(${scope.channels}::text[]))`,
  ];
}

export async function waitsById(store: Store, ids: readonly string[]): Promise<NamedWait[]> {
  return [...(await waitsNow(store.db, ids)).values()];
}

export type StepRow = Row<
  'steps',
  'step' | 'stage' | 'due_at' | 'fired_at' | 'late_reason' | 'skipped' | 'recipients' | 'asked'
>;

export interface NoticeRow
  extends Row<
    'notices',
    | 'id'
    | 'type'
    | 'wait_id'
    | 'channel'
    | 'step'
    | 'stage'
    | 'recipient'
    | 'transport'
    | 'due_at'
    | 'sent_at'
    | 'late_reason'
    | 'state'
    | 'problem'
    | 'created_at'
  > {
  readonly client_name?: string | null;
  readonly thread?: string;
}

export type AuditRow = Row<'audit', 'at' | 'actor' | 'action' | 'wait_id' | 'details'>;

export interface Timeline {
  readonly events: readonly EventRow[];
  readonly steps: readonly StepRow[];
  readonly notices: readonly NoticeRow[];
  readonly acts: readonly AuditRow[];
  readonly passedOver: readonly {
    at: EpochMs;
    step: number | null;
    person: string;
    why: PassedWhy;
    instead: readonly string[];
  }[];
  readonly corrections: readonly {
    at: EpochMs;
    field: string;
    was: string | null;
    became: string | null;
    reason: string;
  }[];
}

const NOTICE_COLUMNS = sql.raw(
  'n.id, n.type, n.wait_id, n.channel, n.step, n.stage, n.recipient, n.transport, n.due_at, n.sent_at, n.late_reason, n.state, n.problem, n.created_at',
);

/** Everything that happened around one wait. */
export async function timelineOf(store: Store, wait: NamedWait): Promise<Timeline> {
  const { db } = store;
  const [events, steps, notices, acts, passedOver, corrections] = await Promise.all([
    sql<EventRow>`
      select position, client_id, channel, id, thread, kind, side, author, at, at_source, received_at, received_index, seq, text, wording, link, call, deletes, decision
      from events where client_id = ${wait.client_id} and at >= ${iso(wait.opened_at)}
        and at <= ${wait.closed_at === null ? sql`'infinity'` : iso(wait.closed_at)}::timestamptz
      order by at, position limit 500`.execute(db),
    sql<StepRow>`select step, stage, due_at, fired_at, late_reason, skipped, recipients, asked from steps where wait_id = ${wait.id} order by step`.execute(
      db,
    ),
    sql<NoticeRow>`select ${NOTICE_COLUMNS} from notices n where n.wait_id = ${wait.id} order by n.created_at limit 500`.execute(
      db,
    ),
    sql<AuditRow>`select at, actor, action, wait_id, details from audit where wait_id = ${wait.id} order by position`.execute(
      db,
    ),
    sql<
      Timeline['passedOver'][number]
    >`select at, nullif(step, -1) as step, person, why, instead from passed_over where wait_id = ${wait.id} order by at, person`.execute(
      db,
    ),
    sql<
      Timeline['corrections'][number]
    >`select at, field, was, became, reason from corrections where wait_id = ${wait.id} order by position`.execute(
      db,
    ),
  ]);
  return {
    events: events.rows,
    steps: steps.rows,
    notices: notices.rows,
    acts: acts.rows,
    passedOver: passedOver.rows,
    corrections: corrections.rows,
  };
}

/** Newest pings (index notices_newest). */
export async function recentNotices(store: Store, scope: Scope, limit: number): Promise<NoticeRow[]> {
  const conditions = [sql`n.type = 'wait.step'`, ...inScope(scope)];
  const found = await sql<NoticeRow>`
    select ${NOTICE_COLUMNS}, c.name as client_name, w.thread from notices n join waits w on w.id = n.wait_id join clients c on c.id = w.client_id
    where ${sql.join(conditions, sql` and `)} order by n.created_at desc limit ${limit}`.execute(store.db);
  return found.rows;
}

export async function listAudit(
  store: Store,
  limit: number,
  before: number | null,
): Promise<(AuditRow & { position: number })[]> {
  const found = await sql<AuditRow & { position: number }>`
    select position, at, actor, action, wait_id, details from audit
    where ${before === null ? sql`true` : sql`position < ${before}`} order by position desc limit ${limit}`.execute(
    store.db,
  );
  return found.rows;
}

export interface ResponseTimes {
  readonly group: string;
  readonly waits: number;
  readonly answered: number;
  readonly within_warn: number;
  readonly within_breach: number;
  /** Answered or called back by a person in time. `judged`: window ended; see `verdictOf`. */
  readonly in_time: number;
  readonly judged: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly unanswered: number;
}

/** In seconds, less what disputes excuse; hours and weekdays in this time zone. */
export async function responseTimes(
  store: Store,
  query: {
    groupBy: 'channel' | 'owner' | 'hour' | 'weekday';
    from: EpochMs;
    to: EpochMs;
    timezone: string;
    scope: Scope;
  },
): Promise<ResponseTimes[]> {
  const local = sql`w.opened_at at time zone ${query.timezone}`;
  const group = {
    channel: sql`w.channel`,
    owner: sql`w.owner`,
    hour: sql`to_char(${local}, 'HH24')`,
    weekday: sql`to_char(${local}, 'ID')`,
  }[query.groupBy];
  const reached: readonly Outcome[] = ['answered', 'self_served'];
  const conditions = [
    sql`is_counted(w)`,
    sql`w.opened_at >= ${iso(query.from)}`,
    sql`w.opened_at < ${iso(query.to)}`,
    ...inScope(query.scope),
  ];
  const found = await sql<ResponseTimes>`
    with counted as (
      select ${group} as "group", w.closed_at, w.outcome = any(${reached}::text[]) as reached,
        wait_verdict(w) as verdict, verdict_by(w, w.warn_at, w.warned_at) as by_warn,
        greatest(0, w.response_seconds - w.excused_seconds) as account from waits w
      where ${sql.join(conditions, sql` and `)})
    select "group", count(*) as waits,
      count(*) filter (where reached) as answered,
      count(*) filter (where reached and by_warn = 'in_time') as within_warn,
      count(*) filter (where reached and verdict = 'in_time') as within_breach,
      count(*) filter (where verdict = 'in_time') as in_time,
      count(verdict) as judged,
      percentile_cont(0.5) within group (order by account) filter (where reached) as p50,
      percentile_cont(0.9) within group (order by account) filter (where reached) as p90,
      percentile_cont(0.99) within group (order by account) filter (where reached) as p99,
      count(*) filter (where closed_at is null) as unanswered
    from counted group by "group" order by "group"`.execute(store.db);
  return found.rows;
}

/** Open waits for the gauges. */
export async function openWaitGauges(store: Store): Promise<
  {
    channel: string;
    owner: string;
    stage: 'waiting' | 'warned' | 'breached';
    waits: number;
    oldest: EpochMs;
  }[]
> {
  const found = await sql<{
    channel: string;
    owner: string;
    stage: 'waiting' | 'warned' | 'breached';
    waits: number;
    oldest: EpochMs;
  }>`
    select channel, owner, case when breached_at is not null then 'breached' when warned_at is not null then 'warned' else 'waiting' end as stage,
      count(*) as waits, min(opened_at) as oldest
    from waits w where closed_at is null and is_counted(w) group by 1, 2, 3`.execute(store.db);
  return found.rows;
}

/** Those of the events that are recorded (unique index of events). */
export async function knownEvents(
  db: Db,
  keys: readonly { channel: string; id: string }[],
): Promise<{ channel: string; id: string }[]> {
  const found = await sql<{ channel: string; id: string }>`
    select e.channel, e.id from json_to_recordset(${JSON.stringify(keys)}::json) as given(channel text, id text)
    join events e on e.channel = given.channel and e.id = given.id`.execute(db);
  return found.rows;
}

/** Those of the calls with a recorded phase (index events_of_call). */
export async function recordedCalls(
  db: Db,
  calls: readonly { channel: string; id: string }[],
): Promise<ReadonlySet<EventKey>> {
  const found = await sql<{ channel: string; id: string }>`
    select given.channel, given.id from json_to_recordset(${JSON.stringify(calls)}::json) as given(channel text, id text)
    where exists (select from events e where e.channel = given.channel and e.call_id = given.id)`.execute(db);
  return new Set(found.rows.map(({ channel, id }) => eventKey(channel, id)));
}

/** Resolves when the database answers. */
export async function askDatabase(store: Store): Promise<void> {
  await sql`select 1`.execute(store.db);
}

export interface WaitOfEvent {
  readonly wait: NamedWait;
  /** Else the client waited already. */
  readonly isOpening: boolean;
}

/** The latest open wait of the event's client. */
export async function waitOfEvent(store: Store, channel: string, id: string): Promise<WaitOfEvent | null> {
  const found = await sql<{ id: string; opening: string }>`
    select w.id, w.opening from events e join waits w on w.client_id = e.client_id
    where e.channel = ${channel} and e.id = ${id} and w.voided_at is null and w.closed_at is null
    order by w.opened_at desc limit 1`.execute(store.db);
  const [row] = found.rows;
  const [wait] = row === undefined ? [] : await waitsById(store, [row.id]);
  return row && wait ? { wait, isOpening: row.opening === eventKey(channel, id) } : null;
}

/** Leaves a wait of `channel test` out of numbers, reports and closed lists. */
export async function markAsTest(store: Store, id: string): Promise<void> {
  await sql`update waits set test = true where id = ${id}::uuid`.execute(store.db);
}
