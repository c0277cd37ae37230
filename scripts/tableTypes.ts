// Types of the tables, read from a database that the migrations have just made.
import { startEmbeddedPostgres } from '@otklik/postgres';
import { createSchema, migrate, openStore } from '@otklik/store';
import { temporaryDirectory } from '@otklik/testing';
import { generate, PostgresDialect } from 'kysely-codegen';

/** What PostgreSQL's types are in our process (packages/postgres/connections.ts): moments are numbers. */
const TYPES = { timestamptz: 'EpochMs', int8: 'number', json: 'unknown', jsonb: 'unknown' };

/** What a column holds, where its type in the database says less. */
const COLUMNS: Readonly<Record<string, string>> = {
  'audit.details': 'Generated<Record<string, unknown>>',
  'channel_states.gaps': 'Generated<string[]>',
  'events.author': 'Author',
  'events.at_source': "Event['atSource']",
  'events.call': "Call['call'] | null",
  'events.decision': "Decision['decision'] | null",
  'events.kind': 'EventKind',
  'events.side': 'Side',
  'events.wording': 'Wording | null',
  'notices.late_reason': 'LateReason | null',
  'notices.stage': 'Stage | null',
  'notices.transport': 'Transport',
  'notices.type': 'NoticeType',
  'passed_over.why': 'PassedWhy',
  'steps.asked': 'Generated<Asked[]>',
  'steps.late_reason': 'LateReason | null',
  'steps.stage': 'Stage',
  'waits.answered_with': 'EventKind | null',
  'waits.etiquette': 'Etiquette | null',
  'waits.kind': 'EventKind',
  'waits.outcome': 'Outcome | null',
  'waits.owner_why': 'Generated<Why>',
  'waits.replanned': 'Replanned | null',
};

/** BullMQ's and the Migrator's own. */
const NOT_OURS = '{kysely_*,wait_count_changes}';

export async function tableTypes(): Promise<string> {
  const folder = await temporaryDirectory();
  const server = await startEmbeddedPostgres({ dir: folder.path, durable: false });
  try {
    await createSchema(server.url, 'otklik');
    const store = await openStore({ url: server.url, connections: 1, onError: () => undefined });
    try {
      await migrate(store);
      const named = [...Object.values(TYPES), ...Object.values(COLUMNS)]
        .flatMap((type) => type.match(/[A-Z]\w+/g) ?? [])
        .filter((name) => !['Generated', 'Record'].includes(name));
      return await generate({
        db: store.db,
        dialect: new PostgresDialect(),
        defaultSchemas: ['otklik'],
        excludePattern: NOT_OURS,
        typeMapping: TYPES,
        overrides: { columns: COLUMNS },
        customImports: Object.fromEntries(named.map((name) => [name, '@otklik/domain'])),
        outFile: null,
      });
    } finally {
      await store.close();
    }
  } finally {
    await server.stop();
    await folder.remove();
  }
}
