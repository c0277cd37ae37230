import { randomUUID } from 'node:crypto';
import { type EpochMs, isPersonal, type NewNotice, SECOND, type Transport } from '@otklik/domain';
import { sql } from 'kysely';
import { forgetEnds, IS_READY, isMootEnd, withMailsEnded } from './claimedEnds.ts';
import { iso, isoOrNull, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import { type Db, IS_DEAD, type Store } from './store.ts';
import { type NamedWait, waitsForShare } from './waitRows.ts';

export type NoticeState = 'pending' | 'sending' | 'sent' | 'failed' | 'cancelled';

/** A claimed notice, with its wait as it is now. */
export interface ClaimedNotice extends NewNotice {
  readonly id: string;
  readonly attempts: number;
  /** First try. */
  readonly tried_since?: EpochMs;
  readonly chat_id: number | null;
  readonly message_id: number | null;
  readonly sent_text: string | null;
  readonly sent_at: EpochMs | null;
  readonly data: unknown;
  readonly wait: NamedWait | null;
  /** Waits named by `history.left`. */
  readonly named?: readonly NamedWait[];
  /** Mails ended by `wait.ended`, by the id of their first notice. */
  readonly ends?: readonly string[];
}

/** @returns their ids, in the same order. */
export async function saveNotices(tx: Db, notices: readonly NewNotice[], now: EpochMs): Promise<string[]> {
  if (notices.length === 0) return [];
  const rows = notices.map((notice) => ({
    data: null,
    ...notice,
    id: randomUUID(),
    due_at: iso(notice.due_at),
    next_attempt_at: iso(notice.not_before ?? now),
    held: notice.held ?? false,
    instead_of: notice.instead_of ?? null,
  }));
  await sql`
    insert into notices (id, type, wait_id, channel, step, stage, recipient, transport, due_at, late_reason, next_attempt_at, data, held, instead_of)
    select * from ${rowsOf(rows, 'id uuid, type text, wait_id uuid, channel text, step integer, stage text, recipient text, transport text, due_at timestamptz, late_reason text, next_attempt_at timestamptz, data jsonb, held boolean, instead_of text')}`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

/** Quiet hours hold back one notice per wait: the latest step's. */
export async function replaceHeld(tx: Db, notices: readonly NewNotice[]): Promise<void> {
  const held = notices.filter((notice) => notice.held);
  if (held.length === 0) return;
  await sql`
    update notices n set state = 'cancelled'
    from ${rowsOf(
      held.map(({ wait_id, recipient, transport }) => ({ wait_id, recipient, transport })),
      'wait_id uuid, recipient text, transport text',
    )}
    where n.held and n.type = 'wait.step' and n.state = 'pending' and n.wait_id = given.wait_id and n.recipient = given.recipient
      and n.transport = given.transport`.execute(tx);
}

/** Marks pings in chats for an edit: they must be true now (law 9). */
export async function wantEdits(tx: Db, waitIds: readonly string[], now: EpochMs): Promise<void> {
  if (waitIds.length === 0) return;
  await sql`
    update notices set edit_at = ${iso(now)} where id in (
      select id from notices
      where wait_id = any(${waitIds}::uuid[]) and transport = 'telegram' and type = 'wait.step' and state in ('sending', 'sent')
      order by id for update)`.execute(tx);
  await signal(tx, { about: 'outbox' });
}

/** SQL on `n`: when time alone makes the message untrue, as its lease ends. */
export const untrueAt = (now: EpochMs) => sql`(
  select w.taken_until from waits w
  where w.id = n.wait_id and w.closed_at is null and w.taken_until > ${iso(now)}::timestamptz)`;

export const NOTICE_COLUMNS = sql.raw(
  'n.id, n.type, n.wait_id, n.channel, n.step, n.stage, n.recipient, n.transport, n.due_at, n.late_reason, n.attempts, n.chat_id, n.message_id, n.sent_text, n.sent_at, n.data, n.held, n.tried_since, n.instead_of',
);

/** Which notices of a person form one message: all steps, or only those held by quiet hours. */
export type Together = 'steps' | 'held';

/** Ends within this time form one mail. */
export const ENDS_TOGETHER_MS = 3 * SECOND;

/** Further notices for the same people per claim. */
const MOST_TOGETHER = 1_000;

/**
 * Claims up to `limit` due notices, oldest first, with all else due or retried for the same people: one message tells
 * what piled up, each wait's latest step. Skips people in `except`, who are being sent something. Reads waits again
 * under their lock: a step of a closed wait is cancelled (law 9), unless held back, as digests tell of those too.
 * `more`: others may be due.
 */
export async function claimDue(
  store: Store,
  transport: Transport,
  now: EpochMs,
  how: { readonly limit: number; readonly together: Together; readonly except?: readonly string[] },
): Promise<{ notices: ClaimedNotice[]; more: boolean }> {
  const pending = sql`state = 'pending' and transport = ${transport}`;
  const due = sql`${pending} and next_attempt_at <= ${iso(now)}`;
  return store.db.transaction().execute(async (tx) => {
    const taken = await sql<Omit<ClaimedNotice, 'wait'>>`
      with oldest as (
        select id, recipient from notices
        where ${due} and ${IS_READY} and (recipient is null or not recipient = any(${how.except ?? []}::text[]))
        order by next_attempt_at limit ${how.limit} for update skip locked),
      company as (
        select id from notices
        where ${pending} and ((next_attempt_at <= ${iso(now)} or attempts > 0)
          and type = 'wait.step' and data is null and (held or ${how.together === 'steps'}::boolean)
          or type = 'wait.ended' and (next_attempt_at <= ${iso(now + ENDS_TOGETHER_MS)} or attempts > 0) and ${IS_READY})
          and recipient in (select recipient from oldest)
        order by next_attempt_at limit ${MOST_TOGETHER} for update skip locked)
      update notices n set state = 'sending', claimed_by = ${store.instance}, attempts = n.attempts + 1,
        tried_since = coalesce(n.tried_since, ${iso(now)})
      where n.id in (select id from oldest union select id from company)
      returning ${NOTICE_COLUMNS}`.execute(tx);
    const notices = await withMailsEnded(tx, await withWaits(tx, taken.rows, waitsForShare));
    const moot = new Set([
      ...notices.filter((notice) => isMoot(notice) || isMootEnd(notice)).map(({ id }) => id),
      ...(await toldOtherwise(tx, notices)),
      ...(await ofEndedCadences(tx, notices)),
    ]);
    if (moot.size > 0) {
      await sql`update notices set state = 'cancelled', claimed_by = null where id = any(${[...moot]}::uuid[])`.execute(
        tx,
      );
      await forgetEnds(tx, [...moot]);
    }
    return {
      notices: notices.filter(({ id }) => !moot.has(id)).sort(oldestFirst),
      more: taken.rows.length >= how.limit,
    };
  });
}

/** Retries what waited for the transport. @returns whether anything did. */
export async function tryAgainNow(store: Store, transport: Transport, now: EpochMs): Promise<boolean> {
  const { rows } = await sql`
    update notices set next_attempt_at = ${iso(now)}
    where id in (
      select id from notices
      where state = 'pending' and transport = ${transport} and attempts > 0 and next_attempt_at > ${iso(now)}
      order by id for update skip locked)
    returning id`.execute(store.db);
  return rows.length > 0;
}

/** Probes the transport with the oldest waiting notice. */
export async function tryOldest(store: Store, transport: Transport, now: EpochMs): Promise<void> {
  await sql`
    update notices set next_attempt_at = ${iso(now)}
    where id in (
      select id from notices
      where state = 'pending' and transport = ${transport} and attempts > 0 and next_attempt_at > ${iso(now)}
      order by due_at limit 1 for update skip locked)`.execute(store.db);
}

/** Stable across retries: the first id names the message. */
export const oldestFirst = (a: ClaimedNotice, b: ClaimedNotice): number =>
  a.due_at - b.due_at || (a.id < b.id ? -1 : 1);

function isMoot({ type, held, wait }: ClaimedNotice): boolean {
  if (type !== 'wait.step') return false;
  if (wait === null || wait.voided_at !== null) return true;
  return wait.closed_at !== null && !held;
}

/** Their recipient was told the same by another transport: nobody is woken twice. */
async function toldOtherwise(tx: Db, notices: readonly ClaimedNotice[]): Promise<string[]> {
  const personal = notices.filter(({ transport, wait_id }) => wait_id !== null && isPersonal(transport));
  if (personal.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select n.id from notices n
    where n.id = any(${personal.map(({ id }) => id)}::uuid[]) and exists (
      select from notices o where o.wait_id = n.wait_id and o.type = n.type and o.recipient = n.recipient
        and o.step is not distinct from n.step and o.due_at = n.due_at and o.state = 'sent'
        and o.transport in ('telegram', 'email') and o.transport <> n.transport)`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Asks of a cadence that has ended: nobody calls whoever is reached. */
async function ofEndedCadences(tx: Db, notices: readonly ClaimedNotice[]): Promise<string[]> {
  const asks = notices.filter(({ type, recipient }) => type === 'cadence.attempt' && recipient !== null);
  if (asks.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select n.id from notices n join cadences k on k.id = (n.data->>'cadence')::uuid
    where n.id = any(${asks.map(({ id }) => id)}::uuid[]) and k.state = 'ended'`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Adds to notices the waits that `read` finds. */
export async function withWaits(
  tx: Db,
  notices: readonly Omit<ClaimedNotice, 'wait'>[],
  read: (tx: Db, ids: readonly string[]) => Promise<Map<string, NamedWait>>,
): Promise<ClaimedNotice[]> {
  const ids = notices.flatMap((notice) => [
    ...(notice.wait_id === null ? [] : [notice.wait_id]),
    ...namedBy(notice),
  ]);
  const waits = await read(tx, [...new Set(ids)]);
  return notices.map((notice) => ({
    ...notice,
    named: namedBy(notice).flatMap((id) => waits.get(id) ?? []),
    wait: notice.wait_id === null ? null : (waits.get(notice.wait_id) ?? null),
  }));
}

const namedBy = ({ type, data }: Omit<ClaimedNotice, 'wait'>): readonly string[] =>
  type === 'history.left' ? (data as { readonly oldest: readonly string[] }).oldest : [];

export type Delivered =
  | {
      readonly id: string;
      readonly state: 'sent';
      readonly at: EpochMs;
      readonly chatId?: number;
      readonly messageId?: number;
      readonly text?: string;
      /** The notice whose id is the Message-ID. */
      readonly mail?: string;
    }
  | { readonly id: string; readonly state: 'pending'; readonly retryAt: EpochMs; readonly problem: string }
  | { readonly id: string; readonly state: 'failed'; readonly problem: string };

/** Locks notices in order of ids, like {@link wantEdits}. */
export async function markDelivered(store: Store, outcomes: readonly Delivered[]): Promise<void> {
  if (outcomes.length === 0) return;
  const sentAt = Math.max(
    0,
    ...outcomes.flatMap((outcome) => (outcome.state === 'sent' ? [outcome.at] : [])),
  );
  const rows = outcomes.map((outcome) => ({
    id: outcome.id,
    state: outcome.state,
    sent_at: outcome.state === 'sent' ? iso(outcome.at) : null,
    chat_id: outcome.state === 'sent' ? (outcome.chatId ?? null) : null,
    message_id: outcome.state === 'sent' ? (outcome.messageId ?? null) : null,
    sent_text: outcome.state === 'sent' ? (outcome.text ?? null) : null,
    sent_as: outcome.state === 'sent' ? (outcome.mail ?? null) : null,
    next_attempt_at: isoOrNull(outcome.state === 'pending' ? outcome.retryAt : null),
    problem: outcome.state === 'sent' ? null : outcome.problem,
  }));
  await sql`
    with locked as (
      select id from notices where id = any(${outcomes.map(({ id }) => id)}::uuid[]) order by id for update)
    update notices n set state = given.state, claimed_by = null, sent_at = given.sent_at, chat_id = given.chat_id,
      message_id = given.message_id, sent_text = given.sent_text, sent_as = given.sent_as, problem = given.problem,
      next_attempt_at = coalesce(given.next_attempt_at, n.next_attempt_at),
      edit_at = case when given.message_id is null then n.edit_at else coalesce(n.edit_at, ${untrueAt(sentAt)}) end
    from ${rowsOf(rows, 'id uuid, state text, sent_at timestamptz, chat_id bigint, message_id bigint, sent_text text, sent_as uuid, next_attempt_at timestamptz, problem text')}
    join locked using (id)
    where n.id = given.id`.execute(store.db);
}

/**
 * Releases claims of dead processes; returns how many. A restart of PostgreSQL drops the locks of live ones too: they
 * get two seconds to take them again.
 */
export async function releaseDeadClaims(store: Store): Promise<number> {
  const young = sql<{
    young: boolean;
  }>`select now() < pg_postmaster_start_time() + interval '2 seconds' as young`;
  if ((await young.execute(store.db)).rows[0]?.young) return 0;
  let freed = 0;
  for (const table of ['notices', 'replies', 'bot_words'] as const) {
    const { numAffectedRows } = await sql`
      update ${sql.table(table)} set state = 'pending', claimed_by = null where state = 'sending' and claimed_by in (
        select claimed_by from (
          select distinct claimed_by from ${sql.table(table)} where state = 'sending' and claimed_by <> ${store.instance}) c
        where ${sql.raw(IS_DEAD('c.claimed_by'))})`.execute(store.db);
    freed += Number(numAffectedRows ?? 0);
  }
  return freed;
}

export type OutboxPart = Transport | 'edits' | 'replies' | 'words';

/** Parts of the outbox with something due, in one query. */
export async function duePartsOfOutbox(store: Store, now: EpochMs): Promise<OutboxPart[]> {
  const found = await sql<{ part: OutboxPart }>`
    select distinct transport as part from notices where state = 'pending' and next_attempt_at <= ${iso(now)}
    union all select 'edits' where exists (select from notices where edit_at <= ${iso(now)} and state = 'sent')
    union all select 'words' where exists (select from bot_words where state = 'pending' and next_attempt_at <= ${iso(now)})
    union all select 'replies' where exists (select from replies where state = 'pending' and next_attempt_at <= ${iso(now)})`.execute(
    store.db,
  );
  return found.rows.map(({ part }) => part);
}

/** When something is due next. */
export async function nextNoticeAt(store: Store): Promise<EpochMs | null> {
  const found = await sql<{ at: EpochMs | null }>`
    select least(
      (select min(next_attempt_at) from notices where state = 'pending'),
      (select min(edit_at) from notices where edit_at is not null and state = 'sent'),
      (select min(next_attempt_at) from bot_words where state = 'pending'),
      (select min(next_attempt_at) from replies where state = 'pending')) as at`.execute(store.db);
  return found.rows[0]?.at ?? null;
}

/** Notices waiting for a retry, by transport (index notices_pending). */
export async function retryingNotices(store: Store): Promise<{ transport: Transport; notices: number }[]> {
  const found = await sql<{ transport: Transport; notices: number }>`
    select transport, count(*) as notices from notices where state = 'pending' and attempts > 0 group by transport`.execute(
    store.db,
  );
  return found.rows;
}
