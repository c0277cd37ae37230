import { createHash } from 'node:crypto';
import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import type { ReplyMail } from './mailReplies.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/** An employee's words, written as a reply to a ping, on their way to the client. */
export interface Relay {
  /** Account, chat and message of the words: a second delivery changes nothing. */
  readonly id: string;
  readonly wait_id: string;
  readonly channel: string;
  readonly thread: string;
  readonly person: string;
  readonly text: string;
  readonly account: string;
  /** Where it was written in a chat; null of a mail. */
  readonly chat_id: number | null;
  readonly message_id: number | null;
  /** The mail that it was written in; null of a chat. */
  readonly mail: ReplyMail | null;
}

/** Keeps the words until they are sent. False when they are known already. */
export async function saveRelay(store: Store, relay: Relay, now: EpochMs): Promise<boolean> {
  const written = await sql`
    insert into relays (id, wait_id, channel, thread, person, text, words_digest, account, chat_id, message_id, mail, next_attempt_at)
    values (${relay.id}, ${relay.wait_id}, ${relay.channel}, ${relay.thread}, ${relay.person}, ${relay.text}, ${digestOf(relay.text)},
      ${relay.account}, ${relay.chat_id}, ${relay.message_id}, ${relay.mail === null ? null : JSON.stringify(relay.mail)}::jsonb, ${iso(now)})
    on conflict (id) do nothing`.execute(store.db);
  await signal(store.db, { about: 'outbox' });
  return Number(written.numAffectedRows ?? 0) > 0;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/**
 * An employee has edited their words. `in_time`: the client gets them as they are now; `late`: the client has, or is getting,
 * what they were before. null: they are not on their way to any client, nothing that anybody sees has changed, or it was told.
 */
export async function editRelay(
  store: Store,
  id: string,
  text: string,
): Promise<{ readonly came: 'in_time' | 'late'; readonly wait_id: string } | null> {
  const { rows } = await sql<{ came: 'in_time' | 'late'; wait_id: string }>`
    update relays r set words_digest = ${digestOf(text)}, text = case when before.untried then ${text} else r.text end
    from (select id, state = 'pending' and attempts = 0 as untried from relays where id = ${id} for update) before
    where r.id = before.id and r.state <> 'failed' and r.words_digest <> ${digestOf(text)}
    returning case when before.untried then 'in_time' else 'late' end as came, r.wait_id`.execute(store.db);
  return rows[0] ?? null;
}

export async function claimRelays(
  store: Store,
  now: EpochMs,
  limit: number,
): Promise<(Relay & { attempts: number })[]> {
  const taken = await sql<Relay & { attempts: number }>`
    update relays r set state = 'sending', claimed_by = ${store.instance}, attempts = r.attempts + 1
    where r.id in (select id from relays where state = 'pending' and next_attempt_at <= ${iso(now)} order by next_attempt_at limit ${limit} for update skip locked)
    returning r.id, r.wait_id, r.channel, r.thread, r.person, r.text, r.account, r.chat_id, r.message_id, r.mail, r.attempts`.execute(
    store.db,
  );
  return taken.rows;
}

/** Whether a person has said the same about a wait before: as a machine does that answers by itself. */
export async function wasSaid(store: Store, waitId: string, person: string, text: string): Promise<boolean> {
  const { rows } = await sql`
    select from relays where wait_id = ${waitId} and person = ${person} and words_digest = ${digestOf(text)} limit 1`.execute(
    store.db,
  );
  return rows.length > 0;
}

/** `sent` forgets the words: what may be kept of them is in the event. */
export async function markRelay(
  store: Pick<Store, 'db'>,
  id: string,
  outcome:
    | { state: 'sent' }
    | { state: 'pending'; retryAt: EpochMs; problem: string }
    | { state: 'failed'; problem: string },
): Promise<void> {
  await sql`
    update relays set state = ${outcome.state}, claimed_by = null,
      text = case when ${outcome.state} = 'sent' then null else text end,
      problem = ${outcome.state === 'sent' ? null : outcome.problem},
      next_attempt_at = ${outcome.state === 'pending' ? sql`${iso(outcome.retryAt)}::timestamptz` : sql`next_attempt_at`}
    where id = ${id}`.execute(store.db);
}
