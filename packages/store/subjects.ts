import type { EpochMs, Event, Subject } from '@otklik/domain';
import { sql } from 'kysely';
import { placeOf } from './clients.ts';
import { iso, rowsOf } from './rows.ts';
import type { Db } from './store.ts';

interface Said {
  readonly channel: string;
  readonly thread: string;
  readonly title: string;
  readonly link: string | null;
  readonly at: EpochMs;
}

/**
 * Saves each thread's newest subject, from second deliveries too: a webhook may lack what the provider's list has.
 * Needs the clients' locks.
 * @returns clients whose subject changed.
 */
export async function saveSubjects(tx: Db, events: readonly Event[]): Promise<string[]> {
  const newest = new Map<string, Said>();
  for (const event of events) {
    const subject = subjectIn(event);
    if (!subject) continue;
    const { channel, thread, at } = event;
    if (at >= (newest.get(placeOf(event))?.at ?? at))
      newest.set(placeOf(event), { channel, thread, at, ...subject });
  }
  if (newest.size === 0) return [];
  const rows = [...newest.values()].map((said) => ({ ...said, at: iso(said.at) }));
  const { rows: changed } = await sql<{ client_id: string }>`
    update threads t set subject = given.title, subject_link = given.link, subject_at = given.at
    from ${rowsOf(rows, 'channel text, thread text, title text, link text, at timestamptz')}
    where t.channel = given.channel and t.thread = given.thread and coalesce(t.subject_at <= given.at, true)
      and (t.subject, t.subject_link) is distinct from (given.title, given.link)
    returning t.client_id`.execute(tx);
  return [...new Set(changed.map(({ client_id }) => client_id))];
}

const subjectIn = (event: Event): Subject | undefined => ('subject' in event ? event.subject : undefined);

/**
 * SQL: the subject of wait `w`, of its thread or another channel of it (an advertisement's number forwards calls to a
 * line that does not know it).
 */
export const SUBJECT_OF_WAIT = sql`(
  select json_build_object('title', t.subject, 'link', t.subject_link) from threads t
  where t.client_id = w.client_id and t.subject is not null
    and (t.channel = w.channel and t.thread = w.thread or t.channel = any(w.also_on))
  order by t.channel = w.channel and t.thread = w.thread desc, t.subject_at desc, t.channel, t.thread limit 1)`;
