import { sql } from 'kysely';
import type { Store } from './store.ts';

export interface ChannelMemory {
  recall(names: readonly string[]): Promise<Map<string, string>>;
  recallAll(prefix: string): Promise<Map<string, string>>;
  /** Atomic; null deletes. `history` values are deleted with their events. */
  remember(values: ReadonlyMap<string, string | null>, term: 'account' | 'history'): Promise<void>;
  /** Stores what is not set yet; resolves with what these names hold now. */
  claim(values: ReadonlyMap<string, string>, term: 'account' | 'history'): Promise<Map<string, string>>;
}

interface Row {
  readonly name: string;
  readonly value: string;
}

export function channelMemory(store: Store, channel: string): ChannelMemory {
  const asMap = (rows: readonly Row[]) => new Map(rows.map(({ name, value }) => [name, value]));
  return {
    recall: async (names) => {
      if (names.length === 0) return new Map();
      const { rows } = await sql<Row>`
        select name, value from channel_memory where channel = ${channel} and name = any(${names}::text[])`.execute(
        store.db,
      );
      return asMap(rows);
    },
    recallAll: async (prefix) => {
      const { rows } = await sql<Row>`
        select name, value from channel_memory where channel = ${channel} and starts_with(name, ${prefix})`.execute(
        store.db,
      );
      return asMap(rows);
    },
    remember: async (values, term) => {
      const gone = [...values].filter(([, value]) => value === null).map(([name]) => name);
      const kept = [...values].filter((entry): entry is [string, string] => entry[1] !== null).toSorted();
      await sql`
        with gone as (delete from channel_memory where channel = ${channel} and name = any(${gone}::text[]))
        insert into channel_memory (channel, name, value, term)
        select ${channel}, name, value, ${term} from unnest(${kept.map(([name]) => name)}::text[], ${kept.map(([, value]) => value)}::text[]) as kept (name, value)
        on conflict (channel, name) do update set value = excluded.value, term = excluded.term, updated_at = now()`.execute(
        store.db,
      );
    },
    claim: async (values, term) => {
      if (values.size === 0) return new Map();
      const claimed = [...values].toSorted();
      // A no-op update, as `returning` skips conflicting rows otherwise.
      const { rows } = await sql<Row>`
        insert into channel_memory (channel, name, value, term)
        select ${channel}, name, value, ${term} from unnest(${claimed.map(([name]) => name)}::text[], ${claimed.map(([, value]) => value)}::text[]) as claimed (name, value)
        on conflict (channel, name) do update set value = channel_memory.value
        returning name, value`.execute(store.db);
      return asMap(rows);
    },
  };
}
