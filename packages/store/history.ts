import {
  type Bounce,
  type Call,
  type Decision,
  type Deletion,
  type EpochMs,
  type Event,
  eventKey,
  type Gesture,
  type Message,
} from '@otklik/domain';
import { sql } from 'kysely';
import { iso, type Row, rowsOf, spansOf } from './rows.ts';
import type { Db } from './store.ts';

const COLUMN_NAMES = [
  'position',
  'client_id',
  'channel',
  'id',
  'thread',
  'kind',
  'side',
  'author',
  'at',
  'at_source',
  'received_at',
  'received_index',
  'seq',
  'text',
  'wording',
  'link',
  'call',
  'deletes',
  'decision',
] as const;

export type EventRow = Row<'events', (typeof COLUMN_NAMES)[number]>;

const COLUMNS = sql.raw(COLUMN_NAMES.map((name) => `e.${name}`).join(', '));

/** Returns the new ones. A second delivery changes nothing (law 1). */
export async function insertEvents(
  db: Db,
  events: readonly (Event & { clientId: string })[],
): Promise<EventRow[]> {
  const rows = events.map((event) => ({
    channel: event.channel,
    id: event.id,
    client_id: event.clientId,
    thread: event.thread,
    kind: event.kind,
    side: event.side,
    author: event.author,
    at: iso(event.at),
    at_source: event.atSource,
    received_at: iso(event.receivedAt),
    received_index: event.receivedIndex ?? 0,
    seq: event.seq,
    text: 'text' in event ? event.text : null,
    wording: 'wording' in event ? event.wording : null,
    link: 'link' in event ? event.link : null,
    call_id: event.kind === 'call' ? event.call.id : null,
    call: event.kind === 'call' ? event.call : null,
    deletes: event.kind === 'deletion' || event.kind === 'bounce' ? event.of : null,
    decision: event.kind === 'decision' ? event.decision : null,
  }));
  const written = await sql<EventRow>`
    with written as (
    insert into events as e (channel, id, client_id, thread, kind, side, author, at, at_source, received_at, received_index, seq, text, wording, link, call_id, call, deletes, decision)
    select * from ${rowsOf(
      rows,
      'channel text, id text, client_id uuid, thread text, kind text, side text, author jsonb, at timestamptz, at_source text, received_at timestamptz, received_index integer, seq bigint, text text, wording jsonb, link text, call_id text, call jsonb, deletes text, decision text',
    )}
    order by channel, id
    on conflict (channel, id) do nothing
    returning ${COLUMNS}),
    -- What our side deleted in a place that the provider did not tell belongs to whom it was said, also when it was told first.
    brought as (
      update events d set client_id = w.client_id from written w
      where d.channel = w.channel and d.deletes = w.id and d.kind = 'deletion' and d.side = 'employee' and d.client_id <> w.client_id)
    select * from written`.execute(db);
  return written.rows;
}

export interface Span {
  readonly clientId: string;
  readonly from: EpochMs;
}

/** Clients' events since given times (index events_of_client). */
export async function eventsSince(db: Db, spans: readonly Span[]): Promise<EventRow[]> {
  const found = await sql<EventRow>`
    select ${COLUMNS} from ${spansOf(spans)}
    join events e on e.client_id = given.client_id and e.at >= given.since`.execute(db);
  return found.rows;
}

/**
 * Related events of the same clients, whose locks we hold: all phases of calls (index events_of_call), deletions and
 * bounces (index events_deleting).
 */
export async function relatedEvents(db: Db, events: readonly EventRow[]): Promise<EventRow[]> {
  const calls = events
    .filter((event) => event.call !== null)
    .map((event) => ({ client_id: event.client_id, channel: event.channel, id: event.call?.id }));
  // Any event of a turn can be deleted; call phases may be our side's, and a machine's message may count.
  const targets = events
    .filter(({ deletes, decision }) => deletes === null && decision === null)
    .map((event) => ({ client_id: event.client_id, channel: event.channel, id: event.id }));
  if (calls.length === 0 && targets.length === 0) return [];
  const found = await sql<EventRow>`
    select ${COLUMNS} from ${rowsOf(calls, 'client_id uuid, channel text, id text')}
    join events e on e.channel = given.channel and e.call_id = given.id and e.client_id = given.client_id
    union all
    select ${COLUMNS} from ${rowsOf(targets, 'client_id uuid, channel text, id text')}
    join events e on e.channel = given.channel and e.deletes = given.id and e.client_id = given.client_id`.execute(
    db,
  );
  return found.rows;
}

/**
 * What bounces and our side's deletions point at (unique index of events). Only to see how far back they reach: folded without
 * what followed it, a client's old turn would be a wait once more.
 */
export async function targetsOf(db: Db, events: readonly EventRow[]): Promise<EventRow[]> {
  const pointing = events
    .filter(({ kind, side }) => kind === 'bounce' || (kind === 'deletion' && side === 'employee'))
    .map((event) => ({ client_id: event.client_id, channel: event.channel, id: event.deletes }));
  if (pointing.length === 0) return [];
  const found = await sql<EventRow>`
    select ${COLUMNS} from ${rowsOf(pointing, 'client_id uuid, channel text, id text')}
    join events e on e.channel = given.channel and e.id = given.id and e.client_id = given.client_id`.execute(
    db,
  );
  return found.rows;
}

/**
 * Gives our deletions the thread of their target: some providers do not say in which comment thread it was (unique
 * index of events).
 */
export async function besideWhatTheyDelete(db: Db, events: readonly Event[]): Promise<readonly Event[]> {
  const ours = events.filter(
    (event): event is Deletion => event.kind === 'deletion' && event.side === 'employee',
  );
  if (ours.length === 0) return events;
  const recorded = await sql<{ channel: string; id: string; thread: string }>`
    select e.channel, e.id, e.thread from ${rowsOf(
      ours.map(({ channel, of }) => ({ channel, id: of })),
      'channel text, id text',
    )}
    join events e on e.channel = given.channel and e.id = given.id`.execute(db);
  const threads = new Map<string, string>(
    [...events, ...recorded.rows].map(({ channel, id, thread }) => [eventKey(channel, id), thread]),
  );
  return events.map((event) =>
    event.kind === 'deletion' && event.side === 'employee'
      ? { ...event, thread: threads.get(eventKey(event.channel, event.of)) ?? event.thread }
      : event,
  );
}

/** The event of a row. */
export function eventOf(row: EventRow): Event {
  const base = {
    channel: row.channel,
    id: row.id,
    thread: row.thread,
    side: row.side,
    author: row.author,
    at: row.at,
    atSource: row.at_source,
    receivedAt: row.received_at,
    receivedIndex: row.received_index,
    seq: row.seq,
  };
  switch (row.kind) {
    case 'message':
    case 'comment':
      return {
        ...base,
        kind: row.kind,
        text: row.text,
        wording: row.wording,
        link: row.link,
      } satisfies Message;
    case 'call': {
      if (!row.call) throw new Error(`event ${row.id} of ${row.channel} is a call without its phase`);
      return { ...base, kind: 'call', call: row.call, text: null, link: row.link } satisfies Call;
    }
    case 'deletion':
      return { ...base, kind: 'deletion', of: row.deletes ?? '' } satisfies Deletion;
    case 'bounce':
      return { ...base, kind: 'bounce', of: row.deletes ?? '' } satisfies Bounce;
    case 'closing':
    case 'reaction':
      return { ...base, kind: row.kind } satisfies Gesture;
    case 'decision':
      return { ...base, kind: 'decision', decision: 'no_reply_needed' } satisfies Decision;
  }
}

export const keyOf = (row: EventRow) => eventKey(row.channel, row.id);
