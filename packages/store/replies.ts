import { createHash } from 'node:crypto';
import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import type { ReplyMail } from './mailReplies.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/** An employee's reply to a ping, on its way to the client. */
export interface Reply<File = unknown> {
  /** Account, chat and message: a second delivery changes nothing. */
  readonly id: string;
  readonly wait_id: string;
  readonly channel: string;
  readonly thread: string;
  readonly person: string;
  /** Empty for a file alone. */
  readonly text: string;
  /** null: words alone. */
  readonly file: File | null;
  /** Unchanged while the file is. */
  readonly file_mark: string | null;
  /** Shared by an album's parts. */
  readonly album: string | null;
  readonly account: string;
  /** null for a mail. */
  readonly chat_id: number | null;
  readonly message_id: number | null;
  /** null for a chat. */
  readonly mail: ReplyMail | null;
}

export interface ClaimedReply<File> extends Reply<File> {
  readonly attempts: number;
  /** Set: the client has it, and this is an edit. */
  readonly sent_id: string | null;
  readonly handle: string | null;
  readonly edits: number;
}

type NewReply = Omit<Reply, 'file' | 'file_mark' | 'album' | 'mail'> & Partial<Reply>;

/** An album's parts arrive one by one, and go out in order. */
const ALBUM_COMES_WITHIN_MS = 700;

/** `refused`: why it cannot be sent. False if known already. */
export async function saveReply(
  store: Store,
  { file = null, file_mark = null, album = null, mail = null, ...reply }: NewReply,
  now: EpochMs,
  refused: string | null = null,
): Promise<boolean> {
  const state = refused === null ? 'pending' : 'failed';
  const due = album === null ? now : now + ALBUM_COMES_WITHIN_MS;
  const written = await sql`
    insert into replies (id, wait_id, channel, thread, person, text, file, file_mark, album, words_digest, account, chat_id, message_id, mail, state, problem, next_attempt_at)
    values (${reply.id}, ${reply.wait_id}, ${reply.channel}, ${reply.thread}, ${reply.person}, ${refused === null ? reply.text : null},
      ${refused === null ? jsonOf(file) : null}::jsonb, ${file_mark}, ${album}, ${digestOf(reply.text)},
      ${reply.account}, ${reply.chat_id}, ${reply.message_id}, ${jsonOf(mail)}::jsonb, ${state}, ${refused}, ${iso(due)})
    on conflict (id) do nothing`.execute(store.db);
  await signal(store.db, { about: 'outbox' });
  return Number(written.numAffectedRows ?? 0) > 0;
}

const jsonOf = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

export interface AlbumState {
  readonly wait_id: string;
  /** Parts on their way, sent, failed. */
  readonly open: number;
  readonly sent: number;
  readonly failed: number;
  /** Of parts before this one. */
  readonly problems: readonly string[];
}

/** null: no part is known (index replies_album). */
export async function albumState(
  store: Store,
  { account, chat_id, album, message_id }: Pick<Reply, 'account' | 'chat_id' | 'album' | 'message_id'>,
): Promise<AlbumState | null> {
  const { rows } = await sql<AlbumState>`
    select min(wait_id::text) as wait_id,
      count(*) filter (where sent_id is null and state in ('pending', 'sending'))::int as open,
      count(*) filter (where sent_id is not null)::int as sent,
      count(*) filter (where state = 'failed')::int as failed,
      coalesce(array_agg(problem) filter (where state = 'failed' and problem is not null and message_id < ${message_id}), '{}') as problems
    from replies where account = ${account} and chat_id = ${chat_id} and album = ${album}
    having count(*) > 0`.execute(store.db);
  return rows[0] ?? null;
}

/**
 * The employee edited their reply. `in_time`: the client gets the new words, by an edit if need be; `late`: only the
 * old ones. null: no such reply, no visible change, or told already.
 */
export async function editReply(
  store: Store,
  id: string,
  { text, file, file_mark: mark }: Pick<Reply, 'text' | 'file' | 'file_mark'>,
  now: EpochMs,
): Promise<{ readonly came: 'in_time' | 'late'; readonly wait_id: string } | null> {
  const { rows } = await sql<{ came: 'in_time' | 'late'; wait_id: string }>`
    update replies r set words_digest = ${digestOf(text)}, edits = r.edits + 1,
      file_mark = ${mark},
      file = case when fate.does = 'replace' and r.sent_id is null then ${jsonOf(file)}::jsonb else r.file end,
      text = case when fate.does in ('replace', 'edit') then ${text} else r.text end,
      next_text = case when fate.does = 'next' then ${text} else r.next_text end,
      state = case when fate.does = 'edit' then 'pending' else r.state end,
      attempts = case when fate.does = 'edit' then 0 else r.attempts end,
      next_attempt_at = case when fate.does = 'edit' then ${iso(now)}::timestamptz else r.next_attempt_at end
    from (select id, case
        when state = 'pending' and attempts = 0 and sent_id is null then 'replace'
        when file_mark is distinct from ${mark} then 'late'
        when state = 'sent' and handle is null then 'late'
        when state = 'sent' then 'edit'
        when state = 'pending' and sent_id is not null then 'replace'
        else 'next' end as does
      from replies where id = ${id} for update) fate
    where r.id = fate.id and r.state <> 'failed' and (r.words_digest <> ${digestOf(text)} or r.file_mark is distinct from ${mark})
    returning case when fate.does = 'late' then 'late' else 'in_time' end as came, r.wait_id`.execute(
    store.db,
  );
  if (rows[0]?.came === 'in_time') await signal(store.db, { about: 'outbox' });
  return rows[0] ?? null;
}

/**
 * Claims due replies. Each waits for earlier ones of its conversation: a minute at most, or for good within an album.
 * `files`: with a file, or without.
 */
export async function claimReplies<File>(
  store: Store,
  now: EpochMs,
  limit: number,
  files: boolean,
): Promise<ClaimedReply<File>[]> {
  const taken = await sql<ClaimedReply<File>>`
    update replies r set state = 'sending', claimed_by = ${store.instance}, attempts = r.attempts + 1
    where r.id in (select d.id from replies d where d.state = 'pending' and d.next_attempt_at <= ${iso(now)} and (d.file is not null) = ${files}
      and (d.sent_id is not null or not exists (select from replies e where e.channel = d.channel and e.thread = d.thread and e.account = d.account
        and e.chat_id = d.chat_id and e.message_id < d.message_id and e.state in ('pending', 'sending') and e.sent_id is null
        and (e.created_at > now() - interval '1 minute' or e.album = d.album)))
      order by d.next_attempt_at, d.message_id limit ${limit} for update of d skip locked)
    returning r.id, r.wait_id, r.channel, r.thread, r.person, r.text, r.file, r.file_mark, r.album, r.account, r.chat_id, r.message_id, r.mail,
      r.attempts, r.sent_id, r.handle, r.edits`.execute(store.db);
  return taken.rows;
}

/** Whether the person said the same about this wait before, as an auto-reply does. */
export async function wasSaid(store: Store, waitId: string, person: string, text: string): Promise<boolean> {
  const { rows } = await sql`
    select from replies where wait_id = ${waitId} and person = ${person} and words_digest = ${digestOf(text)} limit 1`.execute(
    store.db,
  );
  return rows.length > 0;
}

export type ReplyOutcome =
  /** `handle`: to edit it; null: impossible. */
  | { readonly state: 'sent'; readonly id: string; readonly handle: string | null }
  /** `problem`: why the client still has the old words. */
  | { readonly state: 'edited'; readonly problem: string | null }
  | { readonly state: 'pending'; readonly retryAt: EpochMs; readonly problem: string }
  | { readonly state: 'failed'; readonly problem: string };

/**
 * Deletes sent words: the event keeps what may be kept. Returns the fate of words edited meanwhile: `goes_on`: sent
 * next; `lost`: the channel cannot edit; null: none.
 */
export async function markReply(
  store: Pick<Store, 'db'>,
  id: string,
  outcome: ReplyOutcome,
  now: EpochMs,
): Promise<'goes_on' | 'lost' | null> {
  switch (outcome.state) {
    case 'sent':
      return settle(store, id, { sent_id: outcome.id, handle: outcome.handle, problem: null }, now);
    case 'edited':
      return settle(store, id, { problem: outcome.problem }, now);
    case 'pending':
      await sql`
        update replies set state = 'pending', claimed_by = null, problem = ${outcome.problem}, next_attempt_at = ${iso(outcome.retryAt)}
        where id = ${id}`.execute(store.db);
      return null;
    case 'failed':
      await sql`
        update replies set state = 'failed', claimed_by = null, problem = ${outcome.problem}, text = coalesce(next_text, text), next_text = null
        where id = ${id}`.execute(store.db);
      return null;
  }
}

async function settle(
  store: Pick<Store, 'db'>,
  id: string,
  { problem, ...at }: { sent_id?: string; handle?: string | null; problem: string | null },
  now: EpochMs,
): Promise<'goes_on' | 'lost' | null> {
  const isFirst = at.sent_id !== undefined;
  const { rows } = await sql<{ next: 'goes_on' | 'lost' | null }>`
    update replies r set claimed_by = null, problem = ${problem}, file = null, next_text = null,
      sent_id = ${isFirst ? at.sent_id : sql`r.sent_id`}, handle = ${isFirst ? (at.handle ?? null) : sql`r.handle`},
      state = case when next.does = 'goes_on' then 'pending' else 'sent' end,
      text = case when next.does = 'goes_on' then r.next_text end,
      attempts = case when next.does = 'goes_on' then 0 else r.attempts end,
      next_attempt_at = case when next.does = 'goes_on' then ${iso(now)}::timestamptz else r.next_attempt_at end
    from (select id, case when next_text is null then null when ${isFirst ? (at.handle ?? null) : sql`handle`}::text is null then 'lost' else 'goes_on' end as does
      from replies where id = ${id} for update) next
    where r.id = next.id
    returning next.does as next`.execute(store.db);
  return rows[0]?.next ?? null;
}
