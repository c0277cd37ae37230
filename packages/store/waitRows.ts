import type { EpochMs, Subject, WaitRow } from '@otklik/domain';
import { type RawBuilder, sql } from 'kysely';
import type { DB } from './generated/tables.ts';
import { HAND_OVER_OF_WAIT, type HandOver } from './handOvers.ts';
import { iso, isoOrNull, type Row, rowsOf, spansOf } from './rows.ts';
import type { Db } from './store.ts';
import { SUBJECT_OF_WAIT } from './subjects.ts';

/** The domain's {@link WaitRow}: a difference does not compile. `planned_at` is the clock's own. */
type WaitColumns = Row<'waits', Exclude<keyof DB['waits'], 'planned_at'>>;

const TYPES: Record<keyof WaitColumns, string> = {
  id: 'uuid',
  client_id: 'uuid',
  channel: 'text',
  thread: 'text',
  also_on: 'text[]',
  opening: 'text',
  kind: 'text',
  text: 'text',
  link: 'text',
  opened_at: 'timestamptz',
  seen_at: 'timestamptz',
  owner: 'text',
  owner_why: 'text',
  first_owner: 'text',
  warn_at: 'timestamptz',
  breach_at: 'timestamptz',
  warned_at: 'timestamptz',
  breached_at: 'timestamptz',
  closed_at: 'timestamptz',
  outcome: 'text',
  answered_by: 'text',
  answered_via: 'text',
  answered_with: 'text',
  formal_answer: 'boolean',
  response_seconds: 'double precision',
  after_hours: 'boolean',
  history: 'boolean',
  test: 'boolean',
  late_delivered: 'double precision',
  etiquette: 'jsonb',
  farewell: 'boolean',
  corrected_at: 'timestamptz',
  outage_seconds: 'double precision',
  excused_seconds: 'double precision',
  taken_by: 'text',
  taken_until: 'timestamptz',
  takers: 'text[]',
  chain_shift_ms: 'bigint',
  steps_done: 'integer',
  missed_at: 'timestamptz',
  missed_seen_at: 'timestamptz',
  missed_told: 'boolean',
  plan: 'text',
  replanned: 'jsonb',
  policy_at: 'timestamptz',
  due_at: 'timestamptz',
  voided_at: 'timestamptz',
};
const NAMES = Object.keys(TYPES) as (keyof WaitColumns)[];
const MOMENTS = new Set(NAMES.filter((name) => TYPES[name] === 'timestamptz'));

/** Columns of waits `w`. */
export const WAIT_COLUMNS = sql.raw(NAMES.map((name) => `w.${name}`).join(', '));

/**
 * Upserts waits. Needs their clients' locks or the rows' own. A trigger counts (migration `counts`); `planned_at`
 * changes with the due time.
 */
export async function saveWaits(db: Db, waits: readonly WaitRow[], now: EpochMs): Promise<void> {
  if (waits.length === 0) return;
  const rows = waits.map((wait) => Object.fromEntries(NAMES.map((name) => [name, forSql(name, wait[name])])));
  const columns = NAMES.map((name) => `${name} ${TYPES[name]}`).join(', ');
  const updates = NAMES.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  await sql`
    insert into waits (${sql.raw(NAMES.join(', '))}, planned_at)
    select ${sql.raw(NAMES.join(', '))}, ${iso(now)}::timestamptz from ${rowsOf(rows, columns)}
    on conflict (id) do update set ${sql.raw(updates.join(', '))},
      planned_at = case when waits.due_at is distinct from excluded.due_at then excluded.planned_at else waits.planned_at end`.execute(
    db,
  );
}

const forSql = (name: keyof WaitColumns, value: unknown): unknown =>
  MOMENTS.has(name) ? isoOrNull(value as EpochMs | null) : value;

type Spans = Parameters<typeof spansOf>[0];

/** Locks the clients' waits that are open, or closed since the given time (index waits_of_client). */
export const waitsSince = (db: Db, spans: Spans): Promise<WaitRow[]> =>
  lockedWaits(db, spans, sql`w.voided_at is null and (w.closed_at is null or w.closed_at >= given.since)`);

/** Locks the clients' superseded waits: a join or its undoing may revive them. */
export const supersededSince = (db: Db, spans: Spans): Promise<WaitRow[]> =>
  lockedWaits(db, spans, sql`w.voided_at is not null and w.opened_at >= given.since`);

async function lockedWaits(db: Db, spans: Spans, which: RawBuilder<unknown>): Promise<WaitRow[]> {
  const found = await sql<WaitColumns>`
    select ${WAIT_COLUMNS} from ${spansOf(spans)}
    join waits w on w.client_id = given.client_id
    where ${which} order by w.id for update of w`.execute(db);
  return found.rows;
}

/** The clients' open waits (index waits_of_client). */
export async function openWaitsOf(db: Db, clients: readonly string[]): Promise<string[]> {
  if (clients.length === 0) return [];
  const found = await sql<{ id: string }>`
    select id from waits where client_id = any(${clients}::uuid[]) and closed_at is null and voided_at is null`.execute(
    db,
  );
  return found.rows.map(({ id }) => id);
}

/** Locks one wait. */
export async function lockWait(db: Db, id: string): Promise<WaitRow | null> {
  const found =
    await sql<WaitColumns>`select ${WAIT_COLUMNS} from waits w where w.id = ${id} for update of w`.execute(
      db,
    );
  return found.rows[0] ?? null;
}

export type NamedWait = WaitRow & {
  readonly client_name: string | null;
  /** Attested number to call, E.164, while open; null: none or several. */
  readonly client_phone: string | null;
  /** Unattested number, E.164, while open; to be shown as such if there is no other. */
  readonly typed_phone: string | null;
  readonly subject: Subject | null;
  readonly disputed: boolean;
  /** The last hand-over, while the wait is open. */
  readonly handed: HandOver | null;
};

/**
 * Columns of tables `w` and `c`. A number attested in the wait's own thread goes first; of several nobody knows whose
 * they are. (Indexes threads_pkey, threads_of_client, handles_pkey.)
 */
export const NAMED_COLUMNS = sql`${WAIT_COLUMNS}, c.name as client_name, ${SUBJECT_OF_WAIT} as subject,
  case when w.closed_at is null then coalesce(
    (select case when count(*) = 1 then min(h.value) end from threads t join handles h on h.client = t.own_client
      where t.channel = w.channel and t.thread = w.thread and h.kind = 'phone' and h.attested is not false),
    (select case when count(distinct h.value) = 1 then min(h.value) end from threads t join handles h on h.client = t.own_client
      where t.client_id = w.client_id and h.kind = 'phone' and h.attested is not false)) end as client_phone,
  case when w.closed_at is null then c.typed_phone end as typed_phone,
  exists (select from disputes d where d.wait_id = w.id) as disputed,
  case when w.closed_at is null then ${HAND_OVER_OF_WAIT} end as handed`;

/** Waits, locked against changes until the transaction ends. */
export async function waitsForShare(tx: Db, ids: readonly string[]): Promise<Map<string, NamedWait>> {
  if (ids.length === 0) return new Map();
  const found = await sql<NamedWait>`
    select ${NAMED_COLUMNS} from waits w join clients c on c.id = w.client_id
    where w.id = any(${ids}::uuid[]) order by w.id for share of w`.execute(tx);
  return new Map(found.rows.map((row) => [row.id, row]));
}

/** The same without a lock, as committed when the query began. */
export async function waitsNow(db: Db, ids: readonly string[]): Promise<Map<string, NamedWait>> {
  if (ids.length === 0) return new Map();
  const found = await sql<NamedWait>`
    select ${NAMED_COLUMNS} from waits w join clients c on c.id = w.client_id
    where w.id = any(${ids}::uuid[])`.execute(db);
  return new Map(found.rows.map((row) => [row.id, row]));
}
