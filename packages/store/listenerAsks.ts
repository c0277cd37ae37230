import { sql } from 'kysely';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/** An answer that the channel's listener must send or edit. */
export interface ListenerAsk<File = unknown> {
  readonly channel: string;
  /** The same on a retry. */
  readonly id: string;
  readonly thread: string;
  readonly text: string;
  /** null: words alone. */
  readonly file: File | null;
  /** The message to edit; null: a new one. */
  readonly edits: string | null;
}

/**
 * Asks the listener to send or edit an answer; idempotent by id. `file`: as the channel carries it; null keeps the
 * answer's own.
 */
export async function askListener(
  store: Store,
  reply: { readonly id: string; readonly channel: string },
  id: string,
  file: object | null,
): Promise<void> {
  const asked = await sql`
    update replies set listener_id = ${id}, listener_state = 'asked', listener_result = null,
      file = coalesce(${file === null ? null : JSON.stringify(file)}::jsonb, file)
    where id = ${reply.id} and listener_id is distinct from ${id}`.execute(store.db);
  if (Number(asked.numAffectedRows ?? 0) > 0)
    await signal(store.db, { about: 'answers', channel: reply.channel });
}

/** null while unsettled. */
export async function listenerResult(store: Store, reply: string, id: string): Promise<unknown> {
  const { rows } = await sql<{ result: unknown }>`
    select listener_result as result from replies where id = ${reply} and listener_id = ${id} and listener_state = 'settled'`.execute(
    store.db,
  );
  return rows[0]?.result ?? null;
}

/**
 * Claims the next answers, oldest first, for the holder of the channel's lease. Those begun by an earlier holder may
 * have gone out: sent again with the same id. `except`: what this holder already sends.
 */
export async function claimAsked<File>(
  store: Store,
  channel: string,
  except: readonly string[],
): Promise<ListenerAsk<File>[]> {
  const { rows } = await sql<ListenerAsk<File>>`
    update replies r set listener_state = 'sending' from (
      select id from replies
      where channel = ${channel} and listener_state in ('asked', 'sending') and state in ('pending', 'sending')
        and text is not null and listener_id <> all(${[...except]}::text[])
      order by created_at limit 20 for update) due
    where r.id = due.id
    returning r.channel, r.listener_id as id, r.thread, r.text,
      case when r.sent_id is null then r.file end as file, case when r.sent_id is not null then r.handle end as edits`.execute(
    store.db,
  );
  return rows;
}

/** Records the result. */
export async function settleAsked(store: Store, channel: string, id: string, result: object): Promise<void> {
  await sql`
    update replies set listener_state = 'settled', listener_result = ${JSON.stringify(result)}::jsonb
    where channel = ${channel} and listener_id = ${id}`.execute(store.db);
  await signal(store.db, { about: 'answers', channel });
}

/** Clears a failed result for another try. */
export async function forgetAsked(store: Store, reply: string, id: string): Promise<void> {
  await sql`
    update replies set listener_id = null, listener_state = null, listener_result = null
    where id = ${reply} and listener_id = ${id} and listener_state = 'settled'`.execute(store.db);
}
