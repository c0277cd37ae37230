import {
  channelIn,
  type EpochMs,
  heldUntil,
  type NewNotice,
  newNotice,
  onDuty,
  type Rules,
  type WaitRow,
} from '@otklik/domain';
import { sql } from 'kysely';
import { ENDS_TOGETHER_MS, saveNotices } from './notices.ts';
import { isoOrNull, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Db } from './store.ts';

/** `handed`: it goes on with somebody else; null: it is over. */
export type EndSaid = { readonly handed: true } | null;

/**
 * Mails everybody pinged by mail that these waits are over: a mail cannot be edited. In the closing transaction, so
 * that a crash loses nothing; once per ping.
 */
export async function tellEndsByMail(
  tx: Db,
  waits: readonly WaitRow[],
  rules: Pick<Rules, 'people' | 'channels'>,
  now: EpochMs,
): Promise<void> {
  const over = waits.filter(
    ({ closed_at, voided_at, history }) => !history && (closed_at !== null || voided_at !== null),
  );
  await tell(tx, over, [], null, rules, now);
}

/** Mails those pinged by mail that somebody else has the wait; not that owner, nor the giver. */
export async function tellHandOverByMail(
  tx: Db,
  wait: WaitRow,
  by: string,
  rules: Pick<Rules, 'people' | 'channels'>,
  now: EpochMs,
): Promise<void> {
  await tell(tx, [wait], [wait.owner, by], { handed: true }, rules, now);
}

async function tell(
  tx: Db,
  waits: readonly WaitRow[],
  besides: readonly string[],
  data: EndSaid,
  rules: Pick<Rules, 'people' | 'channels'>,
  now: EpochMs,
): Promise<void> {
  if (waits.length === 0) return;
  const over = waits.map(({ id, closed_at }) => ({ wait_id: id, closed_at: isoOrNull(closed_at) }));
  // Some learn it otherwise: by the result of their own mail reply that is being sent, or by a digest of quiet hours.
  // Locked in order of ids.
  const { rows } = await sql<{ id: string; wait_id: string; recipient: string }>`
    select n.id, n.wait_id, n.recipient from ${rowsOf(over, 'wait_id uuid, closed_at timestamptz')}
    join notices n on n.wait_id = given.wait_id
    where n.transport = 'email' and n.type = 'wait.step' and n.state in ('sending', 'sent') and n.end_id is null
      and not n.recipient = any(${besides}::text[])
      and not exists (
        select from replies r
        where r.wait_id = n.wait_id and r.person = n.recipient and r.mail is not null and r.state = 'sending')
      and not coalesce(n.held and n.sent_at >= given.closed_at, false)
    order by n.id for update of n`.execute(tx);
  if (rows.length === 0) return;
  const byId = new Map(waits.map((wait) => [wait.id, wait]));
  const pings = Map.groupBy(rows, ({ wait_id, recipient }) => `${wait_id} ${recipient}`);
  const told = [...pings.values()].flatMap(([first, ...rest]) => {
    const wait = first && byId.get(first.wait_id);
    if (!first || !wait) return [];
    const pinged = [first, ...rest].map(({ id }) => id);
    return [{ pinged, notice: { ...endOf(wait, first.recipient, rules, now), data } }];
  });
  const ids = await saveNotices(
    tx,
    told.map(({ notice }) => notice),
    now,
  );
  const ends = told.flatMap(({ pinged }, index) => pinged.map((id) => ({ id, end_id: ids[index] })));
  await sql`
    update notices n set end_id = given.end_id from ${rowsOf(ends, 'id uuid, end_id uuid')}
    where n.id = given.id`.execute(tx);
  await signal(tx, { about: 'outbox' });
}

/** Quiet hours hold it back as a ping, but not from the owner. */
function endOf(
  wait: WaitRow,
  recipient: string,
  rules: Pick<Rules, 'people' | 'channels'>,
  now: EpochMs,
): NewNotice {
  const why = recipient === wait.owner ? 'owner' : 'deputies';
  const quiet = heldUntil(
    { person: recipient, why },
    rules.people,
    onDuty(channelIn(rules, wait.channel), now),
    now,
  );
  const at = quiet ?? now + ENDS_TOGETHER_MS;
  return newNotice({
    type: 'wait.ended',
    wait_id: wait.id,
    channel: wait.channel,
    recipient,
    transport: 'email',
    due_at: at,
    held: quiet !== null,
    not_before: at,
  });
}
