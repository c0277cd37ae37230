import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso, type Row } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';

/**
 * The bot's answer to a message or press. `id`: of what it answers, so that nothing is answered twice. `message_id`:
 * null for a press. `is_alert`: must be closed by hand. `text`: null is the list of waits, as of sending.
 */
export type BotWords = Row<
  'bot_words',
  'id' | 'chat_id' | 'message_id' | 'callback_id' | 'is_alert' | 'person' | 'text'
>;

export type ClaimedWords = BotWords & Row<'bot_words', 'attempts' | 'created_at'>;

/** Queues an answer. */
export async function saveBotWords(db: Db, words: BotWords, now: EpochMs): Promise<void> {
  const { id, chat_id, message_id, callback_id, is_alert, person, text } = words;
  await sql`
    insert into bot_words (id, chat_id, message_id, callback_id, is_alert, person, text, is_list, created_at, next_attempt_at)
    values (${id}, ${chat_id}, ${message_id}, ${callback_id}, ${is_alert}, ${person}, ${text}, ${text === null},
      ${iso(now)}, ${iso(now)})
    on conflict (id) do nothing`.execute(db);
  await signal(db, { about: 'outbox' });
}

/** Claims due answers: all to presses, and a chat's oldest once none is being sent there. */
export async function claimBotWords(store: Store, now: EpochMs, limit: number): Promise<ClaimedWords[]> {
  const { rows } = await sql<ClaimedWords>`
    update bot_words b set state = 'sending', claimed_by = ${store.instance}, attempts = b.attempts + 1
    where b.id in (
      select id from bot_words due
      where state = 'pending' and next_attempt_at <= ${iso(now)} and (callback_id is not null or not exists (
        select from bot_words before where before.chat_id = due.chat_id and before.state in ('pending', 'sending')
          and before.callback_id is null and before.position < due.position))
      order by next_attempt_at, position limit ${limit} for update skip locked)
    returning b.id, b.chat_id, b.message_id, b.callback_id, b.is_alert, b.person, b.text, b.attempts, b.created_at`.execute(
    store.db,
  );
  return rows;
}

/** `said` and `refused` delete the text. */
export async function markBotWords(
  store: Store,
  id: string,
  outcome: { readonly state: 'said' | 'refused' } | { readonly state: 'pending'; readonly retryAt: EpochMs },
): Promise<void> {
  const isOver = outcome.state !== 'pending';
  await sql`
    update bot_words set state = ${outcome.state}, claimed_by = null,
      text = case when ${isOver}::boolean then null else text end,
      next_attempt_at = ${isOver ? sql`next_attempt_at` : sql`${iso(outcome.retryAt)}::timestamptz`}
    where id = ${id}`.execute(store.db);
  await signal(store.db, { about: 'outbox' });
}
