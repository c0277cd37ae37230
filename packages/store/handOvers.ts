import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import type { Db } from './store.ts';

/** `pending` until somebody takes the wait. */
export interface HandOver {
  /** The owner, a head or an administrator. */
  readonly giver: string;
  readonly from: string;
  readonly to: string;
  /** Goes back if untaken. */
  readonly until: EpochMs;
  readonly state: 'pending' | 'accepted' | 'returned' | 'over';
}

/** SQL: the last one of wait `w` (index hand_overs_of_wait). */
export const HAND_OVER_OF_WAIT = sql`(
  select jsonb_build_object('giver', h.giver, 'from', h.from_person, 'to', h.to_person, 'state', h.state,
    'until', floor(extract(epoch from h.until) * 1000)::bigint)
  from hand_overs h where h.wait_id = w.id order by h.id desc limit 1)`;

/** Replaces a pending hand-over. */
export async function saveHandOver(
  tx: Db,
  waitId: string,
  batch: string,
  { giver, from, to, until, state }: HandOver,
  now: EpochMs,
): Promise<void> {
  await sql`
    update hand_overs set state = case when to_person = ${giver} then 'accepted' else 'over' end
    where wait_id = ${waitId} and state = 'pending'`.execute(tx);
  await sql`
    insert into hand_overs (wait_id, batch, giver, from_person, to_person, at, until, state)
    values (${waitId}, ${batch}, ${giver}, ${from}, ${to}, ${iso(now)}, ${iso(until)}, ${state})`.execute(tx);
}

/** Accepts the hand-over and those given to the same person with it. Returns the waits. */
export async function acceptHandOver(tx: Db, waitId: string, by: string): Promise<string[]> {
  const { rows } = await sql<{ wait_id: string }>`
    update hand_overs set state = 'accepted'
    where id in (
      select h.id from hand_overs h join hand_overs taken on taken.wait_id = ${waitId} and taken.state = 'pending'
      where h.state = 'pending' and (h.id = taken.id or h.batch = taken.batch and taken.to_person = ${by})
      order by h.id for update of h)
    returning wait_id`.execute(tx);
  return rows.map(({ wait_id }) => wait_id);
}
