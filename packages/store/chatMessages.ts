import { type EpochMs, newNotice, SECOND } from '@otklik/domain';
import { sql } from 'kysely';
import {
  type ClaimedNotice,
  NOTICE_COLUMNS,
  oldestFirst,
  saveNotices,
  untrueAt,
  withWaits,
} from './notices.ts';
import { iso, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { waitsNow } from './waitRows.ts';

/** A message in a chat; shows all `sent` notices with its ids. */
export interface ChatMessage {
  readonly chatId: number;
  readonly messageId: number;
}

/** Notices oldest first, waits as they are now. */
export interface ClaimedMessage extends ChatMessage {
  readonly notices: readonly ClaimedNotice[];
  /** A claimer silent until then counts as dead. */
  readonly claimedUntil: EpochMs;
}

const CLAIMED_FOR_MS = 10 * SECOND;

/** `sent_text` if we do not know what the chat shows; null: not this notice yet. */
const UNKNOWN_TEXT = '';

/**
 * Adds claimed notices, as sent, to a recent message, which is then edited. False, without changes, if it shows one of
 * their waits (a further step must be heard, an edit is silent), its reader has reacted, or it could not be edited.
 */
export async function joinMessage(
  store: Store,
  { chatId, messageId }: ChatMessage,
  notices: readonly ClaimedNotice[],
  now: EpochMs,
): Promise<boolean> {
  const ids = notices.map(({ id }) => id);
  const waits = notices.flatMap(({ wait_id }) => (wait_id === null ? [] : [wait_id]));
  const onIt = sql`o.chat_id = ${chatId} and o.message_id = ${messageId} and o.state = 'sent'`;
  return store.db.transaction().execute(async (tx) => {
    const joined = await sql`
      with locked as (select id from notices where id = any(${ids}::uuid[]) order by id for update)
      update notices n set state = 'sent', claimed_by = null, problem = null, sent_text = null,
        sent_at = ${iso(now)}, edit_at = ${iso(now)}, chat_id = ${chatId}, message_id = ${messageId}
      from locked
      where n.id = locked.id and exists (select from notices o where ${onIt}) and not exists (
        select from notices o left join waits w on w.id = o.wait_id
        where ${onIt} and (o.wait_id = any(${waits}::uuid[]) or o.sent_text = ${UNKNOWN_TEXT} or w.id is null
          or w.closed_at is not null or w.voided_at is not null or w.taken_by is not null or w.owner_why in ('handed_over', 'handed_back')))`.execute(
      tx,
    );
    if (Number(joined.numAffectedRows ?? 0) === 0) return false;
    await signal(tx, { about: 'outbox' });
    return true;
  });
}

/**
 * Claims up to `limit` outdated messages. First moves `edit_at` into the future, then reads waits without a lock: this
 * blocks no change of a wait, and a later commit sets `edit_at` again. Locked notices wait for the next look. `except`:
 * busy chats.
 */
export async function claimEdits(
  store: Store,
  now: EpochMs,
  limit: number,
  except: readonly number[] = [],
): Promise<ClaimedMessage[]> {
  const claimedUntil = now + CLAIMED_FOR_MS;
  const taken = await sql<{ chat_id: number; message_id: number }>`
    with messages as (
      select chat_id, message_id from notices
      where edit_at <= ${iso(now)} and state = 'sent' and message_id is not null and chat_id <> all(${except}::bigint[])
      group by chat_id, message_id order by min(edit_at) limit ${limit})
    update notices n set edit_at = ${iso(claimedUntil)}
    where n.id in (
      select id from notices join messages using (chat_id, message_id)
      where edit_at <= ${iso(now)} and state = 'sent'
      for update of notices skip locked)
    returning n.chat_id, n.message_id`.execute(store.db);
  if (taken.rows.length === 0) return [];
  const notices = await messagesNow(store, taken.rows);
  const byMessage = Map.groupBy(notices, ({ chat_id, message_id }) => `${chat_id} ${message_id}`);
  return [...byMessage.values()].flatMap((on) => {
    const { chat_id = null, message_id = null } = on[0] ?? {};
    return chat_id === null || message_id === null
      ? []
      : [{ chatId: chat_id, messageId: message_id, notices: on, claimedUntil }];
  });
}

async function messagesNow(
  store: Store,
  messages: readonly { chat_id: number; message_id: number }[],
): Promise<ClaimedNotice[]> {
  const found = await sql<Omit<ClaimedNotice, 'wait'>>`
    select ${NOTICE_COLUMNS} from notices n
    where n.state = 'sent' and (n.chat_id, n.message_id) in (
      select chat_id, message_id from ${rowsOf(messages, 'chat_id bigint, message_id bigint')})`.execute(
    store.db,
  );
  return (await withWaits(store.db, found.rows, waitsNow)).sort(oldestFirst);
}

/** `text`: digest of what the chat shows now. */
export type Edited =
  | { readonly outcome: 'edited'; readonly text: string; readonly at: EpochMs }
  | { readonly outcome: 'retry'; readonly retryAt: EpochMs }
  | { readonly outcome: 'refused'; readonly at: EpochMs };

/** Records an edit. Locks notices in order of ids. */
export async function markEdited(store: Store, message: ClaimedMessage, edited: Edited): Promise<void> {
  const rows = message.notices.map(({ id, sent_text }) => ({ id, was: sent_text }));
  const of = sql`
    from ${rowsOf(rows, 'id uuid, was text')}
    join (select id from notices where id = any(${rows.map(({ id }) => id)}::uuid[]) order by id for update) locked using (id)
    where n.id = given.id`;
  switch (edited.outcome) {
    case 'edited':
      // Another process edited it meanwhile: edit once more.
      await sql`
        update notices n set
          sent_at = case when n.sent_text is null then ${iso(edited.at)}::timestamptz else n.sent_at end,
          sent_text = case when n.sent_text is distinct from given.was then ${UNKNOWN_TEXT} else ${edited.text} end,
          edit_at = case when n.sent_text is distinct from given.was then ${iso(edited.at)}::timestamptz
            when n.edit_at = ${iso(message.claimedUntil)} then ${untrueAt(edited.at)} else n.edit_at end
        ${of}`.execute(store.db);
      return;
    case 'retry':
      await sql`update notices n set edit_at = ${iso(edited.retryAt)}::timestamptz ${of}`.execute(store.db);
      return;
    case 'refused':
      // What was never shown is sent anew.
      await sql`
        update notices n set
          state = case when n.sent_text is null then 'pending' else n.state end,
          edit_at = case when n.edit_at = ${iso(message.claimedUntil)} then null else n.edit_at end,
          next_attempt_at = case when n.sent_text is null then ${iso(edited.at)}::timestamptz else n.next_attempt_at end,
          chat_id = case when n.sent_text is null then null else n.chat_id end,
          message_id = case when n.sent_text is null then null else n.message_id end,
          sent_at = case when n.sent_text is null then null else n.sent_at end,
          sent_text = case when n.sent_text is null then null else ${UNKNOWN_TEXT} end
        ${of}`.execute(store.db);
      await signal(store.db, { about: 'outbox' });
  }
}

/** The pings shown by this message, oldest first. */
export async function noticesInChat(
  store: Store,
  chatId: number,
  messageId: number,
): Promise<{ id: string; wait_id: string }[]> {
  const found = await sql<{ id: string; wait_id: string }>`
    select id, wait_id from notices
    where chat_id = ${chatId} and message_id = ${messageId} and type = 'wait.step' order by due_at, id`.execute(
    store.db,
  );
  return found.rows;
}

/** One ping with its wait as it is now. */
export async function noticeForEdit(store: Store, id: string): Promise<ClaimedNotice | null> {
  const found = await sql<
    Omit<ClaimedNotice, 'wait'>
  >`select ${NOTICE_COLUMNS} from notices n where n.id = ${id}`.execute(store.db);
  return (await withWaits(store.db, found.rows, waitsNow))[0] ?? null;
}

type Listed = Pick<ClaimedNotice, 'wait_id' | 'channel' | 'step' | 'stage' | 'recipient' | 'transport'>;

/** Sends a separate ping with buttons about a wait picked from a list; one per person and wait. */
export async function wantCard(store: Store, listed: Listed, now: EpochMs): Promise<void> {
  await store.db.transaction().execute(async (tx: Db) => {
    await sql`select from waits where id = ${listed.wait_id} for no key update`.execute(tx);
    const known = await sql`
      select from notices where wait_id = ${listed.wait_id} and recipient = ${listed.recipient} and data is not null
        and type = 'wait.step' and state in ('pending', 'sending', 'sent')`.execute(tx);
    if (known.rows.length > 0) return;
    const { wait_id, channel, step, stage, recipient, transport } = listed;
    const about = { wait_id, channel, step, stage, recipient, transport };
    const card = newNotice({ type: 'wait.step', ...about, due_at: now, data: { card: true } });
    await saveNotices(tx, [card], now);
    await signal(tx, { about: 'outbox' });
  });
}
