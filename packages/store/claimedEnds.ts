import { sql } from 'kysely';
import type { Db } from './store.ts';
import type { NamedWait } from './waitRows.ts';

interface MaybeEnd {
  readonly id: string;
  readonly type: string;
  readonly recipient: string | null;
  readonly data: unknown;
  readonly wait: NamedWait | null;
  readonly ends?: readonly string[];
}

/** SQL on `notices`: false for an end whose ping is being sent. */
export const IS_READY = sql`(type <> 'wait.ended' or not exists (
  select from notices p where p.end_id = notices.id and p.state = 'sending'))`;

/** Adds to each end the delivered mails that it ends. */
export async function withMailsEnded<Notice extends MaybeEnd>(
  tx: Db,
  notices: readonly Notice[],
): Promise<readonly Notice[]> {
  const ids = notices.filter(({ type }) => type === 'wait.ended').map(({ id }) => id);
  if (ids.length === 0) return notices;
  const { rows } = await sql<{ end_id: string; mails: string[] }>`
    select end_id, array_agg(distinct sent_as) as mails from notices
    where end_id = any(${ids}::uuid[]) and state = 'sent' and sent_as is not null group by end_id`.execute(
    tx,
  );
  const mails = new Map(rows.map((row) => [row.end_id, row.mails]));
  return notices.map((notice) =>
    notice.type === 'wait.ended' ? { ...notice, ends: mails.get(notice.id) ?? [] } : notice,
  );
}

/** Whether an end is moot: its ping was never sent, or the wait is open again or back with the reader. */
export function isMootEnd({ type, ends = [], data, wait, recipient }: MaybeEnd): boolean {
  if (type !== 'wait.ended') return false;
  if (ends.length === 0 || wait === null) return true;
  if (wait.closed_at !== null || wait.voided_at !== null) return false;
  return data === null || wait.owner === recipient;
}

/** Detaches pings from these ends. */
export async function forgetEnds(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update notices set end_id = null where id in (
      select id from notices where end_id = any(${ids}::uuid[]) order by id for update)`.execute(tx);
}
