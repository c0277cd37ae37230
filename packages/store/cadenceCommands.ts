import {
  type CadenceAction,
  type ClockRules,
  type EpochMs,
  nextAttempt,
  type RecordRules,
} from '@otklik/domain';
import { sql } from 'kysely';
import {
  type AttemptRow,
  CADENCE_COLUMNS,
  type CadenceRow,
  cadenceOf,
  endCadence,
  planOfCadence,
  settleCalls,
} from './cadences.ts';
import { writeAudit } from './commands.ts';
import { inScope, type Scope } from './reads.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { type NamedWait, waitsNow } from './waitRows.ts';

/** A cadence as people see it. */
export interface ListedCadence {
  readonly cadence: CadenceRow;
  readonly wait: NamedWait;
  readonly attempts: readonly AttemptRow[];
  /** null: nothing comes by itself. */
  readonly next: { readonly at: EpochMs; readonly do: CadenceAction } | null;
}

export interface CadenceQuery {
  readonly scope: Scope;
  readonly state?: CadenceRow['state'];
  readonly client?: string;
  readonly after?: { readonly startedAt: EpochMs; readonly id: string };
  readonly limit: number;
}

type Rules = Pick<ClockRules & RecordRules, 'calendar' | 'cadence' | 'announce'>;

/** Newest first (index cadences_newest). */
export async function listCadences(
  store: Store,
  query: CadenceQuery,
  rules: Rules,
  now: EpochMs,
): Promise<{ items: ListedCadence[]; next: { startedAt: EpochMs; id: string } | null }> {
  const conditions = [
    sql`true`,
    ...inScope(query.scope),
    ...(query.state === undefined ? [] : [sql`k.state = ${query.state}`]),
    ...(query.client === undefined ? [] : [sql`w.client_id::text = ${query.client}`]),
    ...(query.after
      ? [sql`(k.started_at, k.id) < (${iso(query.after.startedAt)}::timestamptz, ${query.after.id}::uuid)`]
      : []),
  ];
  const { rows } = await sql<CadenceRow>`
    select ${CADENCE_COLUMNS} from cadences k join waits w on w.id = k.wait_id
    where ${sql.join(conditions, sql` and `)} order by k.started_at desc, k.id desc limit ${query.limit + 1}`.execute(
    store.db,
  );
  const found = rows.slice(0, query.limit);
  const last = found.at(-1);
  return {
    items: await shown(store.db, found, rules, now),
    next: rows.length > query.limit && last ? { startedAt: last.started_at, id: last.id } : null,
  };
}

/** One of them; null: there is none. */
export async function cadenceById(
  store: Store,
  id: string,
  rules: Rules,
  now: EpochMs,
): Promise<ListedCadence | null> {
  const { rows } =
    await sql<CadenceRow>`select ${CADENCE_COLUMNS} from cadences k where k.id = ${id}`.execute(store.db);
  return (await shown(store.db, rows, rules, now))[0] ?? null;
}

async function shown(
  db: Db,
  cadences: readonly CadenceRow[],
  rules: Rules,
  now: EpochMs,
): Promise<ListedCadence[]> {
  if (cadences.length === 0) return [];
  const waits = await waitsNow(
    db,
    cadences.map(({ wait_id }) => wait_id),
  );
  const { rows } = await sql<AttemptRow & { cadence_id: string }>`
    select cadence_id, index, day, action, means, at, outcome, by from cadence_attempts
    where cadence_id = any(${cadences.map(({ id }) => id)}::uuid[]) order by index`.execute(db);
  const attempts = Map.groupBy(rows, ({ cadence_id }) => cadence_id);
  return cadences.flatMap((cadence) => {
    const wait = waits.get(cadence.wait_id);
    return wait
      ? [{ cadence, wait, attempts: attempts.get(cadence.id) ?? [], next: nextOf(cadence, rules, now) }]
      : [];
  });
}

function nextOf(cadence: CadenceRow, rules: Rules, now: EpochMs): ListedCadence['next'] {
  if (cadence.state !== 'running') return null;
  const zone = rules.cadence?.zone ?? 'UTC';
  const next = nextAttempt(cadenceOf(cadence), planOfCadence(cadence), rules.calendar, zone, now);
  return next && { at: next.at, do: next.do };
}

/** What became of a person's word about a cadence. */
export type CadenceCommanded =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: 'unknown_cadence' | 'ended' | 'nothing_open' };

/** «Дозвонился»: the cadence ends. */
export const markReached = (store: Store, rules: Rules, id: string, by: string, now: EpochMs) =>
  command(store, id, by, 'cadence_reached', {}, now, async (tx, cadence) => {
    await endCadence(tx, cadence, 'reached', by, rules, now);
    return null;
  });

/** «Не дозвонился»: the call that is open was made in vain. */
export const markNotReached = (store: Store, rules: Rules, id: string, by: string, now: EpochMs) =>
  command(store, id, by, 'cadence_not_reached', {}, now, async (tx, cadence) =>
    (await settleCalls(tx, cadence, 'not_reached', by, rules, now)) > 0 ? null : 'nothing_open',
  );

/** «Перенести»: nothing before that moment. */
export const postponeCadence = (
  store: Store,
  rules: Rules,
  id: string,
  by: string,
  to: EpochMs,
  now: EpochMs,
) =>
  command(store, id, by, 'cadence_postponed', { to: iso(to) }, now, async (tx, cadence) => {
    const zone = rules.cadence?.zone ?? 'UTC';
    const putOff = { ...cadenceOf(cadence), notBefore: to };
    const next = nextAttempt(putOff, planOfCadence(cadence), rules.calendar, zone, now);
    if (cadence.state !== 'running' || next === null) return 'nothing_open';
    await sql`
      update cadences set not_before = ${iso(to)}, due_at = ${iso(next.at)} where id = ${id}`.execute(tx);
    await signal(tx, { about: 'due', at: next.at });
    return null;
  });

/** «Снять с контроля»: a person lets go of the client, and says why. */
export const releaseCadence = (
  store: Store,
  rules: Rules,
  id: string,
  by: string,
  reason: string,
  now: EpochMs,
) =>
  command(store, id, by, 'cadence_released', { reason }, now, async (tx, cadence) => {
    await endCadence(tx, cadence, 'released', by, rules, now);
    return null;
  });

async function command(
  store: Store,
  id: string,
  by: string,
  action: string,
  details: object,
  now: EpochMs,
  act: (tx: Db, cadence: CadenceRow) => Promise<'nothing_open' | null>,
): Promise<CadenceCommanded> {
  return store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<CadenceRow>`
      select ${CADENCE_COLUMNS} from cadences k where k.id = ${id} for update`.execute(tx);
    const [cadence] = rows;
    if (!cadence) return { outcome: 'refused', reason: 'unknown_cadence' };
    if (cadence.state === 'ended') return { outcome: 'refused', reason: 'ended' };
    const refused = await act(tx, cadence);
    if (refused !== null) return { outcome: 'refused', reason: refused };
    await writeAudit(tx, { at: now, actor: by, action, waitId: cadence.wait_id, details });
    return { outcome: 'done' };
  });
}
