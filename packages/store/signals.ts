import { type EpochMs, unreachable, type WaitChange } from '@otklik/domain';
import type { Kept } from '@otklik/postgres';
import { sql } from 'kysely';
import type { Db, Store } from './store.ts';

/** Sent to all processes at commit. Hints only: readers poll as well. */
export type Signal =
  | {
      readonly about: 'waits';
      readonly changes: readonly { readonly id: string; readonly change: WaitChange }[];
    }
  | { readonly about: 'due'; readonly at: EpochMs }
  | { readonly about: 'outbox' }
  | { readonly about: 'people' }
  | { readonly about: 'access' }
  | { readonly about: 'settings' }
  | { readonly about: 'channel'; readonly channel: string }
  /** An answer is to go through the channel's connection, or went. */
  | { readonly about: 'answers'; readonly channel: string };

const CHANNEL = 'otklik';
/** A notification holds 8,000 bytes; a change takes 50. */
const CHANGES_A_SIGNAL = 140;

export async function signal(db: Db, said: Signal): Promise<void> {
  switch (said.about) {
    case 'waits':
      for (let i = 0; i < said.changes.length; i += CHANGES_A_SIGNAL) {
        const changes = said.changes.slice(i, i + CHANGES_A_SIGNAL);
        await notify(db, { about: 'waits', changes: changes.map(({ id, change }) => [id, change]) });
      }
      return;
    case 'due':
    case 'outbox':
    case 'people':
    case 'access':
    case 'settings':
    case 'channel':
    case 'answers':
      return notify(db, said);
    default:
      return unreachable(said);
  }
}

/** Named after the schema too, as installations may share a server. */
async function notify(db: Db, payload: object): Promise<void> {
  await sql`select pg_notify(${CHANNEL} || '_' || current_schema(), ${JSON.stringify(payload)})`.execute(db);
}

export type Listening = Kept;

/** Reconnects as needed. `gap`: at the beginning and after each break, when signals may have been missed. */
export function listen(
  store: Store,
  on: { signal(said: Signal): void; gap(): void; error(error: Error): void },
): Promise<Listening> {
  return store.hear(`${CHANNEL}_${store.schema}`, {
    heard: (payload) => on.signal(parse(payload)),
    gap: on.gap,
    error: on.error,
  });
}

function parse(payload: string): Signal {
  const said = JSON.parse(payload) as
    | Exclude<Signal, { about: 'waits' }>
    | { about: 'waits'; changes: [string, WaitChange][] };
  return said.about === 'waits'
    ? { about: 'waits', changes: said.changes.map(([id, change]) => ({ id, change })) }
    : said;
}
