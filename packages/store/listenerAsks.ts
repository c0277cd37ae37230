import { sql } from 'kysely';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/** What the holder of a channel's live connection is to do with an employee's answer. */
export interface ListenerAsk<File = unknown> {
  readonly channel: string;
  /** Of this message or edit: the same on a retry. */
  readonly id: string;
  readonly thread: string;
  readonly text: string;
  /** Where it can be got; null: words alone. */
  readonly file: File | null;
  /** The handle of the message that is to say this from now on; null: it is a message of its own. */
  readonly edits: string | null;
}

/**
 * Asks whoever holds the channel's connection to send an answer, or to edit it. Asking again with the same id changes nothing.
 * `file`: as the channel carries it; null leaves the answer's own.
 */
export async function askListener(
  store: Store,
  relay: { readonly id: string; readonly channel: string },
  id: string,
  file: object | null,
): Promise<void> {
  const asked = await sql`
    update relays set listener_id = ${id}, listener_state = 'asked', listener_result = null,
      file = coalesce(${file === null ? null : JSON.stringify(file)}::jsonb, file)
    where id = ${relay.id} and listener_id is distinct from ${id}`.execute(store.db);
  if (Number(asked.numAffectedRows ?? 0) > 0)
    await signal(store.db, { about: 'answers', channel: relay.channel });
}

/** What became of it, as the listener wrote it down; null while it is on its way. */
export async function listenerResult(store: Store, relay: string, id: string): Promise<unknown> {
  const { rows } = await sql<{ result: unknown }>`
    select listener_result as result from relays where id = ${relay} and listener_id = ${id} and listener_state = 'settled'`.execute(
    store.db,
  );
  return rows[0]?.result ?? null;
}

/**
 * The next of a channel, oldest first, for whoever holds its lease. Also what a holder before began and never settled: it may
 * have gone out, and goes to the provider again with the same id. `except`: what this holder has in hand.
 */
export async function claimAsked<File>(
  store: Store,
  channel: string,
  except: readonly string[],
): Promise<ListenerAsk<File>[]> {
  const { rows } = await sql<ListenerAsk<File>>`
    update relays r set listener_state = 'sending' from (
      select id from relays
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

/** Writes down what became of it. */
export async function settleAsked(store: Store, channel: string, id: string, result: object): Promise<void> {
  await sql`
    update relays set listener_state = 'settled', listener_result = ${JSON.stringify(result)}::jsonb
    where channel = ${channel} and listener_id = ${id}`.execute(store.db);
  await signal(store.db, { about: 'answers', channel });
}

/** Makes way for another try of what did not go out. */
export async function forgetAsked(store: Store, relay: string, id: string): Promise<void> {
  await sql`
    update relays set listener_id = null, listener_state = null, listener_result = null
    where id = ${relay} and listener_id = ${id} and listener_state = 'settled'`.execute(store.db);
}
