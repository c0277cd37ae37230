import { randomUUID } from 'node:crypto';
import type { EpochMs, LateReason, Transport } from '@otklik/domain';
import { sql } from 'kysely';
import { iso, isoOrNull, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import { type Db, IS_DEAD, type Store } from './store.ts';
import { type NamedWait, type WaitRow, waitsForShare, waitsNow } from './waitRows.ts';

export type NoticeType = 'wait.opened' | 'wait.step' | 'wait.closed' | 'channel.down' | 'channel.up';
export type NoticeState = 'pending' | 'sending' | 'sent' | 'failed' | 'cancelled';

/** One thing to tell one recipient by one transport, before it is sent. */
export interface NewNotice {
  readonly type: NoticeType;
  readonly wait_id: string | null;
  readonly channel: string | null;
  readonly step: number | null;
  readonly stage: 'warned' | 'breached' | null;
  /** A person's id; null for the company's webhook about a wait as such. */
  readonly recipient: string | null;
  readonly transport: Transport;
  readonly due_at: EpochMs;
  readonly late_reason: LateReason | null;
  /** Held back by the recipient's quiet hours, until `not_before`. */
  readonly held?: boolean;
  readonly not_before?: EpochMs;
}

/** A notice that this process is to send now, with the wait as it stands. */
export interface ClaimedNotice extends NewNotice {
  readonly id: string;
  readonly attempts: number;
  readonly chat_id: number | null;
  readonly message_id: number | null;
  readonly sent_text: string | null;
  readonly sent_at: EpochMs | null;
  readonly data: unknown;
  readonly wait: (WaitRow & { readonly client_name: string | null }) | null;
}

export async function saveNotices(
  tx: Db,
  notices: readonly (NewNotice & { data?: unknown })[],
  now: EpochMs,
): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map((notice) => ({
    data: null,
    ...notice,
    id: randomUUID(),
    due_at: iso(notice.due_at),
    next_attempt_at: iso(notice.not_before ?? now),
    held: notice.held ?? false,
  }));
  await sql`
    insert into notices (id, type, wait_id, channel, step, stage, recipient, transport, due_at, late_reason, next_attempt_at, data, held)
    select * from ${rowsOf(rows, 'id uuid, type text, wait_id uuid, channel text, step integer, stage text, recipient text, transport text, due_at timestamptz, late_reason text, next_attempt_at timestamptz, data jsonb, held boolean')}`.execute(
    tx,
  );
}

/** What quiet hours hold back is told once for each wait: a later step takes the place of an earlier one. */
export async function replaceHeld(tx: Db, notices: readonly NewNotice[]): Promise<void> {
  const held = notices.filter((notice) => notice.held);
  if (held.length === 0) return;
  await sql`
    update notices n set state = 'cancelled'
    from ${rowsOf(
      held.map(({ wait_id, recipient, transport }) => ({ wait_id, recipient, transport })),
      'wait_id uuid, recipient text, transport text',
    )}
    where n.held and n.state = 'pending' and n.wait_id = given.wait_id and n.recipient = given.recipient
      and n.transport = given.transport`.execute(tx);
}

/** Pings already in a chat must say what is true now (law 9). */
export async function wantEdits(tx: Db, waitIds: readonly string[], now: EpochMs): Promise<void> {
  if (waitIds.length === 0) return;
  await sql`
    update notices set edit_at = ${iso(now)} where id in (
      select id from notices
      where wait_id = any(${waitIds}::uuid[]) and transport = 'telegram' and type = 'wait.step' and state in ('sending', 'sent')
      order by id for update)`.execute(tx);
  await signal(tx, { about: 'outbox' });
}

const COLUMNS = sql.raw(
  'n.id, n.type, n.wait_id, n.channel, n.step, n.stage, n.recipient, n.transport, n.due_at, n.late_reason, n.attempts, n.chat_id, n.message_id, n.sent_text, n.sent_at, n.data',
);

/**
 * Takes notices that are due for sending, at most `limit`, oldest first. Their waits are read again under their lock:
 * a step of a wait that has closed meanwhile is cancelled here and never sent (law 9).
 */
export async function claimNotices(
  store: Store,
  transport: Transport,
  now: EpochMs,
  limit: number,
): Promise<ClaimedNotice[]> {
  return store.db.transaction().execute(async (tx) => {
    const taken = await sql<Omit<ClaimedNotice, 'wait'>>`
      update notices n set state = 'sending', claimed_by = ${store.instance}, attempts = n.attempts + 1
      where n.id in (
        select id from notices where state = 'pending' and transport = ${transport} and next_attempt_at <= ${iso(now)}
        order by next_attempt_at limit ${limit} for update skip locked)
      returning ${COLUMNS}`.execute(tx);
    const notices = await withWaits(tx, taken.rows, waitsForShare);
    const moot = notices.filter((notice) => notice.type === 'wait.step' && isOver(notice.wait));
    if (moot.length > 0) {
      await sql`update notices set state = 'cancelled', claimed_by = null where id = any(${moot.map(({ id }) => id)}::uuid[])`.execute(
        tx,
      );
    }
    return notices.filter((notice) => !moot.includes(notice)).sort((a, b) => a.due_at - b.due_at);
  });
}

const isOver = (wait: WaitRow | null) => wait === null || wait.closed_at !== null || wait.voided_at !== null;

/**
 * Takes sent pings whose text is no longer true. The mark is taken off first and the waits are read after it, without a
 * lock: a change that is not yet committed then sets the mark again, and nobody who changes a wait meets us at its pings.
 */
export async function claimEdits(store: Store, now: EpochMs, limit: number): Promise<ClaimedNotice[]> {
  const taken = await sql<Omit<ClaimedNotice, 'wait'>>`
    update notices n set edit_at = null
    where n.id in (
      select id from notices where edit_at <= ${iso(now)} and state = 'sent' and message_id is not null
      order by edit_at limit ${limit} for update skip locked)
    returning ${COLUMNS}`.execute(store.db);
  return withWaits(store.db, taken.rows, waitsNow);
}

async function withWaits(
  tx: Db,
  notices: readonly Omit<ClaimedNotice, 'wait'>[],
  read: (tx: Db, ids: readonly string[]) => Promise<Map<string, NamedWait>>,
): Promise<ClaimedNotice[]> {
  const ids = [...new Set(notices.flatMap(({ wait_id }) => (wait_id === null ? [] : [wait_id])))];
  const waits = await read(tx, ids);
  return notices.map((notice) => ({
    ...notice,
    wait: notice.wait_id === null ? null : (waits.get(notice.wait_id) ?? null),
  }));
}

/** What became of sending one notice. */
export type Delivered =
  | {
      readonly id: string;
      readonly state: 'sent';
      readonly at: EpochMs;
      readonly chatId?: number;
      readonly messageId?: number;
      readonly text?: string;
    }
  | { readonly id: string; readonly state: 'pending'; readonly retryAt: EpochMs; readonly problem: string }
  | { readonly id: string; readonly state: 'failed'; readonly problem: string };

/** Writes the outcomes of a round of sending, in one query. Locks in the order of ids, as {@link wantEdits} does. */
export async function markDelivered(store: Store, outcomes: readonly Delivered[]): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = outcomes.map((outcome) => ({
    id: outcome.id,
    state: outcome.state,
    sent_at: outcome.state === 'sent' ? iso(outcome.at) : null,
    chat_id: outcome.state === 'sent' ? (outcome.chatId ?? null) : null,
    message_id: outcome.state === 'sent' ? (outcome.messageId ?? null) : null,
    sent_text: outcome.state === 'sent' ? (outcome.text ?? null) : null,
    next_attempt_at: isoOrNull(outcome.state === 'pending' ? outcome.retryAt : null),
    problem: outcome.state === 'sent' ? null : outcome.problem,
  }));
  await sql`
    with locked as (
      select id from notices where id = any(${outcomes.map(({ id }) => id)}::uuid[]) order by id for update)
    update notices n set state = given.state, claimed_by = null, sent_at = given.sent_at, chat_id = given.chat_id,
      message_id = given.message_id, sent_text = given.sent_text, problem = given.problem,
      next_attempt_at = coalesce(given.next_attempt_at, n.next_attempt_at)
    from ${rowsOf(rows, 'id uuid, state text, sent_at timestamptz, chat_id bigint, message_id bigint, sent_text text, next_attempt_at timestamptz, problem text')}
    join locked using (id)
    where n.id = given.id`.execute(store.db);
}

/** After an edit: what stands in the chat now; or when to try again. */
export async function markEdited(
  store: Store,
  id: string,
  outcome: { text: string } | { retryAt: EpochMs },
): Promise<void> {
  if ('text' in outcome)
    await sql`update notices set sent_text = ${outcome.text} where id = ${id}`.execute(store.db);
  else await sql`update notices set edit_at = ${iso(outcome.retryAt)} where id = ${id}`.execute(store.db);
}

/** Gives back what processes that have died had claimed. Returns how many. */
export async function releaseDeadClaims(store: Store): Promise<number> {
  const freed = await sql`
    update notices set state = 'pending', claimed_by = null where state = 'sending' and claimed_by in (
      select claimed_by from (select distinct claimed_by from notices where state = 'sending' and claimed_by <> ${store.instance}) c
      where ${sql.raw(IS_DEAD('c.claimed_by'))})`.execute(store.db);
  const relays = await sql`
    update relays set state = 'pending', claimed_by = null where state = 'sending' and claimed_by in (
      select claimed_by from (select distinct claimed_by from relays where state = 'sending' and claimed_by <> ${store.instance}) c
      where ${sql.raw(IS_DEAD('c.claimed_by'))})`.execute(store.db);
  return Number(freed.numAffectedRows ?? 0) + Number(relays.numAffectedRows ?? 0);
}

/** A part of the outbox that is worked off by itself. */
export type OutboxPart = Transport | 'edits' | 'relays';

/** The parts in which something is due: one look for all of them, however many transports there are. */
export async function duePartsOfOutbox(store: Store, now: EpochMs): Promise<OutboxPart[]> {
  const found = await sql<{ part: OutboxPart }>`
    select distinct transport as part from notices where state = 'pending' and next_attempt_at <= ${iso(now)}
    union all select 'edits' where exists (select from notices where edit_at <= ${iso(now)} and state = 'sent')
    union all select 'relays' where exists (select from relays where state = 'pending' and next_attempt_at <= ${iso(now)})`.execute(
    store.db,
  );
  return found.rows.map(({ part }) => part);
}

/** When the outbox must be looked at next, or null when nothing is in it. */
export async function nextNoticeAt(store: Store): Promise<EpochMs | null> {
  const found = await sql<{ at: EpochMs | null }>`
    select least(
      (select min(next_attempt_at) from notices where state = 'pending'),
      (select min(edit_at) from notices where edit_at is not null and state = 'sent'),
      (select min(next_attempt_at) from relays where state = 'pending')) as at`.execute(store.db);
  return found.rows[0]?.at ?? null;
}

/** The ping that stands in this chat under this number, with its wait; null when we sent none. */
export async function noticeInChat(
  store: Store,
  chatId: number,
  messageId: number,
): Promise<{ id: string; wait_id: string } | null> {
  const found = await sql<{ id: string; wait_id: string }>`
    select id, wait_id from notices where chat_id = ${chatId} and message_id = ${messageId} and wait_id is not null limit 1`.execute(
    store.db,
  );
  return found.rows[0] ?? null;
}

/** One ping with its wait as it stands; null when there is none. */
export async function noticeForEdit(store: Store, id: string): Promise<ClaimedNotice | null> {
  const found = await sql<
    Omit<ClaimedNotice, 'wait'>
  >`select ${COLUMNS} from notices n where n.id = ${id}`.execute(store.db);
  return (await withWaits(store.db, found.rows, waitsNow))[0] ?? null;
}
