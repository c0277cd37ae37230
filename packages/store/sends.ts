import { sql } from 'kysely';
import type { Store } from './store.ts';

/** What is to be said to a client through the channel's live connection, which another process may hold. */
export interface Send<File = unknown> {
  readonly channel: string;
  readonly id: string;
  readonly thread: string;
  readonly text: string;
  /** Where it can be got; null: words alone. */
  readonly file: File | null;
  /** The handle of the message that is to say this from now on; null: it is a message of its own. */
  readonly edits: string | null;
}

/** Puts it down for whoever holds the connection. A send that is known already stays as it is. */
export async function askToSend(
  store: Store,
  { channel, id, thread, text, file, edits }: Send,
): Promise<void> {
  await sql`
    insert into sends (channel, id, thread, text, file, edits)
    values (${channel}, ${id}, ${thread}, ${text}, ${file === null ? null : JSON.stringify(file)}::jsonb, ${edits})
    on conflict (channel, id) do nothing`.execute(store.db);
}

/** What became of it, as whoever sent it wrote down; null as long as it is under way. */
export async function sendResult(store: Store, channel: string, id: string): Promise<unknown> {
  const { rows } = await sql<{ result: unknown }>`
    select result from sends where channel = ${channel} and id = ${id} and state = 'settled'`.execute(
    store.db,
  );
  return rows[0]?.result ?? null;
}

/**
 * The next sends of a channel, oldest first, to whoever holds its lease. `again` are those that a holder before us
 * began and never settled: they may have gone out. `except`: those that this holder has in hand.
 */
export async function claimSends<File>(
  store: Store,
  channel: string,
  except: readonly string[],
): Promise<(Send<File> & { again: boolean })[]> {
  const { rows } = await sql<Send<File> & { again: boolean }>`
    update sends s set state = 'sending' from (
      select id, state = 'sending' as again from sends where channel = ${channel} and state <> 'settled' and text is not null and id <> all(${[...except]}::text[]) order by created_at limit 20 for update) due
    where s.channel = ${channel} and s.id = due.id
    returning s.channel, s.id, s.thread, s.text, s.file, s.edits, due.again`.execute(store.db);
  return rows;
}

/** Writes down what became of it, and forgets the words. */
export async function settleSend(store: Store, channel: string, id: string, result: object): Promise<void> {
  await sql`
    update sends set state = 'settled', text = null, file = null, result = ${JSON.stringify(result)}::jsonb where channel = ${channel} and id = ${id}`.execute(
    store.db,
  );
}

/** Makes way for another try of a send that did not go out. */
export async function clearSend(store: Store, channel: string, id: string): Promise<void> {
  await sql`delete from sends where channel = ${channel} and id = ${id} and state = 'settled'`.execute(
    store.db,
  );
}
