import type { ClockRules, EpochMs, Event, RecordRules, WaitRow } from '@otklik/domain';
import { sql } from 'kysely';
import { recordEvents } from '../record.ts';
import type { Store } from '../store.ts';
import { company } from './company.ts';

let count = 0;

/** A unique message, on its own thread unless one is named. */
export function message(side: 'client' | 'employee', at: EpochMs, more: Partial<Event> = {}): Event {
  count += 1;
  return {
    kind: 'message',
    channel: 'site',
    id: `m${count}`,
    thread: `t${count}`,
    side,
    author: { id: null, name: null, phone: null, email: null },
    at,
    atSource: 'provider',
    receivedAt: at,
    seq: null,
    text: 'Здравствуйте!',
    wording: null,
    link: null,
    ...more,
  } as Event;
}

/** Opens a wait at that moment. */
export async function openWait(
  store: Store,
  at: EpochMs,
  rules: RecordRules & ClockRules = company(),
  more: Partial<Event> = {},
): Promise<WaitRow> {
  const { changes } = await recordEvents(store, [message('client', at, more)], rules, at);
  const wait = changes[0]?.wait;
  if (!wait) throw new Error('no wait has opened');
  return wait;
}

/** A person answers that wait. */
export async function answer(store: Store, wait: WaitRow, at: EpochMs, rules = company()): Promise<void> {
  await recordEvents(
    store,
    [message('employee', at, { channel: wait.channel, thread: wait.thread })],
    rules,
    at,
  );
}

/** How many sessions of this database wait for a lock. */
export async function blocked(store: Store): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    store.db,
  );
  return rows[0]?.n ?? 0;
}
