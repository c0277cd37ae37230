import { createHash } from 'node:crypto';
import type { EpochMs, Locale } from '@otklik/domain';
import { sql } from 'kysely';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';

export interface ReplyMail {
  readonly messageId: string;
  /** Oldest first. */
  readonly references: readonly string[];
  /** Pictures in the text were dropped. */
  readonly pictures: boolean;
}

/** Result of a reply by mail. */
export type ReplyFate =
  | 'sent'
  /** The channel refused it. */
  | 'failed'
  /** It answers a mail about several clients. */
  | 'unclear'
  | 'files'
  | 'empty'
  /** Not separable from the quoted ping. */
  | 'quoted'
  /** The channel has no way to write from here. */
  | 'cannot'
  /** What it answers is unknown. */
  | 'unknown'
  /** Read too long after it came. */
  | 'late';

/** Data of a notice `reply.told`. */
export interface ReplySaid {
  readonly fate: ReplyFate;
  /** Of `failed`, if known. */
  readonly why: Readonly<Record<Locale, string>> | null;
  readonly mail: ReplyMail;
}

export interface AnsweredMail {
  /** Several for a list; none if it said that nothing is known. */
  readonly waits: readonly string[];
  /** The result that it told of an earlier reply. Its answer may be a machine's. */
  readonly told: ReplyFate | null;
}

/**
 * The first of these mails that was sent to one of these people, and to whom. Names are Message-IDs up to the @: a
 * notice's id, or `wait.` and a wait's id.
 */
export async function mailAnswered(
  store: Store,
  people: readonly string[],
  names: readonly string[],
): Promise<(AnsweredMail & { readonly person: string }) | null> {
  for (const name of names) {
    const wait = name.startsWith('wait.') ? name.slice('wait.'.length) : null;
    // Its ping may not be recorded as sent yet.
    const { rows } = await sql<{ wait_id: string | null; recipient: string; fate: ReplyFate | null }>`
      select wait_id, recipient, case when type = 'reply.told' then data ->> 'fate' end as fate from notices
      where transport = 'email' and recipient = any(${people}::text[]) and state in ('sending', 'sent')
        and type in ('wait.step', 'wait.ended', 'reply.told')
        and ${wait === null ? sql`(sent_as = ${name}::uuid or id = ${name}::uuid)` : sql`wait_id = ${wait}::uuid`}
      order by created_at desc`.execute(store.db);
    const [first] = rows;
    if (first)
      return {
        person: first.recipient,
        waits: [...new Set(rows.flatMap(({ wait_id }) => wait_id ?? []))],
        told: wait === null ? first.fate : null,
      };
  }
  return null;
}

/**
 * Mails a person the result of their reply, once, with the wait's end if any. In the transaction that records it, so
 * that a crash loses nothing.
 */
export async function tellOfReply(
  tx: Db,
  person: string,
  wait: { readonly id: string; readonly channel: string } | null,
  said: ReplySaid,
  now: EpochMs,
): Promise<void> {
  const id = idOf(`${person} ${said.mail.messageId}`);
  await sql`
    insert into notices (id, type, wait_id, channel, recipient, transport, due_at, next_attempt_at, data)
    values (${id}, 'reply.told', ${wait?.id ?? null}, ${wait?.channel ?? null}, ${person}, 'email', ${iso(now)}, ${iso(now)},
      ${JSON.stringify(said)}::jsonb)
    on conflict (id) do nothing`.execute(tx);
  if (wait !== null)
    await sql`
      update notices set end_id = ${id} where id in (
        select n.id from notices n join waits w on w.id = n.wait_id
        where n.wait_id = ${wait.id} and n.recipient = ${person} and n.transport = 'email' and n.type = 'wait.step'
          and n.state in ('sending', 'sent') and n.end_id is null and (w.closed_at is not null or w.voided_at is not null)
        order by n.id for update of n)`.execute(tx);
  await signal(tx, { about: 'outbox' });
}

/** More than anybody writes: two machines answer each other. */
export async function repliesToldSince(store: Store, person: string, since: EpochMs): Promise<number> {
  const { rows } = await sql<{ told: number }>`
    select count(*) as told from notices
    where recipient = ${person} and type = 'reply.told' and due_at >= ${iso(since)}`.execute(store.db);
  return rows[0]?.told ?? 0;
}

/** The same uuid for the same reply (RFC 9562, version 8). */
function idOf(reply: string): string {
  const hex = createHash('sha256').update(reply).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
