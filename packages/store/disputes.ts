import {
  type ClockRules,
  canReach,
  channelIn,
  type EpochMs,
  judgesOf,
  newNotice,
  quietUntil,
  SECOND,
  type WaitRow,
} from '@otklik/domain';
import { sql } from 'kysely';
import { writeAudit } from './commands.ts';
import { saveNotices, wantEdits } from './notices.ts';
import { iso, type Row } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { lockWait } from './waitRows.ts';

/** An owner's objection to a breach: on another call, channel down, not their shift. */
export type Dispute = Row<
  'disputes',
  | 'wait_id'
  | 'person'
  | 'reason'
  | 'at'
  | 'decided_by'
  | 'decided_at'
  | 'accepted'
  | 'note'
  /** Taken off the owner's account if accepted. */
  | 'excused_seconds'
>;

export type Disputed =
  | {
      readonly outcome: 'done';
      readonly wait: WaitRow;
      readonly dispute: Dispute;
      /** null: only an admin can decide. */
      readonly judge: string | null;
      /** Whether the judge, or whoever disputed, gets a notice. */
      readonly isTold: boolean;
    }
  | {
      readonly outcome: 'refused';
      readonly reason:
        | 'unknown_wait'
        | 'not_breached'
        | 'already_disputed'
        | 'own_dispute'
        | 'no_dispute'
        | 'already_decided';
    };

const COLUMNS = sql.raw(
  'wait_id, person, reason, at, decided_by, decided_at, accepted, note, excused_seconds',
);

/** Data of a notice about a dispute. */
export type DisputeSaid = Pick<
  Dispute,
  'person' | 'reason' | 'decided_by' | 'accepted' | 'note' | 'excused_seconds'
>;

/** Once per breach. {@link judgesOf} says who is told and decides. The decision is final. */
export async function disputeBreach(
  store: Store,
  rules: ClockRules,
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
    await wantEdits(tx, [id], now);
    const judges = judgesOf(channelIn(rules, wait.channel), rules.people, {
      disputer: by,
      owner: wait.owner,
    });
    const judge = judges.find((each) => canReach(rules, each)) ?? judges[0] ?? null;
    const isTold = await tell(tx, 'dispute.opened', judge, wait, dispute, rules, now);
    await writeAudit(tx, { at: now, actor: by, action: 'dispute', waitId: id, details: { reason } });
    await signal(tx, { about: 'waits', changes: [{ id, change: 'changed' }] });
    return { outcome: 'done', wait, dispute, judge, isTold };
  });
}

/**
 * An accepted dispute takes `excusedSeconds` off the owner's account, by default all past the window. The breach stays
 * on record (law 4).
 */
export async function decideDispute(
  store: Store,
  rules: ClockRules,
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
    if (known.rows[0].person === by) return { outcome: 'refused', reason: 'own_dispute' };
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
    await sql`
      update notices set data = ${JSON.stringify(saidOf(dispute))}::jsonb, edit_at = ${iso(now)} where id in (
        select id from notices where wait_id = ${id} and type = 'dispute.opened' order by id for update)`.execute(
      tx,
    );
    await wantEdits(tx, [id], now);
    const isTold = await tell(tx, 'dispute.decided', dispute.person, wait, dispute, rules, now);
    return { outcome: 'done', wait: { ...wait, excused_seconds: excused }, dispute, judge: by, isTold };
  });
}

/** Held back in quiet hours. @returns whether anything can reach them. */
async function tell(
  tx: Db,
  type: 'dispute.opened' | 'dispute.decided',
  recipient: string | null,
  wait: WaitRow,
  dispute: Dispute,
  rules: ClockRules,
  now: EpochMs,
): Promise<boolean> {
  const person = recipient === null ? undefined : rules.people.get(recipient);
  if (!person) return false;
  const personal = rules.transportsOf(person).filter((transport) => transport !== 'webhook');
  const about = { type, wait_id: wait.id, channel: wait.channel, recipient, due_at: now };
  const notices = personal.map((transport) =>
    newNotice({ ...about, transport, not_before: quietUntil(person, now) ?? now, data: saidOf(dispute) }),
  );
  await saveNotices(tx, notices, now);
  await signal(tx, { about: 'outbox' });
  return personal.length > 0 && canReach(rules, person.id);
}

const saidOf = ({ person, reason, decided_by, accepted, note, excused_seconds }: Dispute): DisputeSaid => ({
  person,
  reason,
  decided_by,
  accepted,
  note,
  excused_seconds,
});

/** Disputes by wait. */
export async function disputesOf(store: Store, ids: readonly string[]): Promise<Map<string, Dispute>> {
  const { rows } =
    await sql<Dispute>`select ${COLUMNS} from disputes where wait_id = any(${ids}::uuid[])`.execute(store.db);
  return new Map(rows.map((row) => [row.wait_id, row]));
}

/** Undecided, oldest first (index disputes_open). */
export async function openDisputes(store: Store, limit: number): Promise<Dispute[]> {
  const { rows } = await sql<Dispute>`
    select ${COLUMNS} from disputes where decided_at is null order by at limit ${limit}`.execute(store.db);
  return rows;
}
