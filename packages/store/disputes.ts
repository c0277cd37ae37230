import { type EpochMs, SECOND } from '@otklik/domain';
import { sql } from 'kysely';
import { writeAudit } from './commands.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';
import { lockWait, type WaitRow } from './waitRows.ts';

/** An owner's word that a breach is not theirs: on a call with another client, the channel was down, not their shift. */
export interface Dispute {
  readonly wait_id: string;
  readonly person: string;
  readonly reason: string;
  readonly at: EpochMs;
  readonly decided_by: string | null;
  readonly decided_at: EpochMs | null;
  readonly accepted: boolean | null;
  readonly note: string | null;
  /** Taken off the owner's account when accepted. */
  readonly excused_seconds: number | null;
}

export type Disputed =
  | { readonly outcome: 'done'; readonly wait: WaitRow; readonly dispute: Dispute }
  | {
      readonly outcome: 'refused';
      readonly reason:
        | 'unknown_wait'
        | 'not_breached'
        | 'already_disputed'
        | 'no_dispute'
        | 'already_decided';
    };

const COLUMNS = sql.raw(
  'wait_id, person, reason, at, decided_by, decided_at, accepted, note, excused_seconds',
);

/** A breach is disputed once; what the head then decides stands. */
export async function disputeBreach(
  store: Store,
  id: string,
  by: string,
  reason: string,
  now: EpochMs,
): Promise<Disputed> {
  return store.db.transaction().execute(async (tx): Promise<Disputed> => {
    const wait = await lockWait(tx, id);
    if (!wait || wait.voided_at !== null) return { outcome: 'refused', reason: 'unknown_wait' };
    if (wait.breached_at === null) return { outcome: 'refused', reason: 'not_breached' };
    const made = await sql<Dispute>`
      insert into disputes (wait_id, person, reason, at) values (${id}, ${by}, ${reason}, ${iso(now)})
      on conflict (wait_id) do nothing returning ${COLUMNS}`.execute(tx);
    const dispute = made.rows[0];
    if (!dispute) return { outcome: 'refused', reason: 'already_disputed' };
    await writeAudit(tx, { at: now, actor: by, action: 'dispute', waitId: id, details: { reason } });
    await signal(tx, { about: 'waits', changes: [{ id, change: 'changed' }] });
    return { outcome: 'done', wait, dispute };
  });
}

/**
 * The head decides. An accepted dispute takes seconds off the owner's account: as many as the head says, else all those
 * past the window. The breach itself stays on record (law 4).
 */
export async function decideDispute(
  store: Store,
  id: string,
  by: string,
  decision: {
    readonly accepted: boolean;
    readonly note: string | null;
    readonly excusedSeconds: number | null;
  },
  now: EpochMs,
): Promise<Disputed> {
  return store.db.transaction().execute(async (tx): Promise<Disputed> => {
    const wait = await lockWait(tx, id);
    if (!wait || wait.voided_at !== null) return { outcome: 'refused', reason: 'unknown_wait' };
    const known =
      await sql<Dispute>`select ${COLUMNS} from disputes where wait_id = ${id} for update`.execute(tx);
    if (!known.rows[0]) return { outcome: 'refused', reason: 'no_dispute' };
    if (known.rows[0].decided_at !== null) return { outcome: 'refused', reason: 'already_decided' };
    const past = Math.max(0, (wait.closed_at ?? now) - wait.breach_at) / SECOND;
    const excused = decision.accepted ? (decision.excusedSeconds ?? past) : 0;
    const decided = await sql<Dispute>`
      update disputes set decided_by = ${by}, decided_at = ${iso(now)}, accepted = ${decision.accepted}, note = ${decision.note},
        excused_seconds = ${excused}
      where wait_id = ${id} returning ${COLUMNS}`.execute(tx);
    await sql`update waits set excused_seconds = ${excused} where id = ${id}`.execute(tx);
    await writeAudit(tx, {
      at: now,
      actor: by,
      action: decision.accepted ? 'dispute_accepted' : 'dispute_rejected',
      waitId: id,
      details: { excused_seconds: excused, ...(decision.note !== null && { note: decision.note }) },
    });
    await signal(tx, { about: 'waits', changes: [{ id, change: 'changed' }] });
    const [dispute] = decided.rows;
    if (!dispute) throw new Error('a locked dispute has gone');
    return { outcome: 'done', wait: { ...wait, excused_seconds: excused }, dispute };
  });
}

/** The disputes of these waits, by wait. */
export async function disputesOf(store: Store, ids: readonly string[]): Promise<Map<string, Dispute>> {
  const { rows } =
    await sql<Dispute>`select ${COLUMNS} from disputes where wait_id = any(${ids}::uuid[])`.execute(store.db);
  return new Map(rows.map((row) => [row.wait_id, row]));
}

/** Waits with a dispute that nobody has decided yet, oldest first (index disputes_open). */
export async function openDisputes(store: Store, limit: number): Promise<Dispute[]> {
  const { rows } = await sql<Dispute>`
    select ${COLUMNS} from disputes where decided_at is null order by at limit ${limit}`.execute(store.db);
  return rows;
}
