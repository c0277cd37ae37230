import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { connection, withClient } from '@otklik/postgres';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Store } from './store.ts';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Forward only. Safe to call concurrently: kysely's Migrator locks. */
export async function migrate(store: Store): Promise<string[]> {
  const { results, error } = await new Migrator({
    db: store.db,
    provider: { getMigrations },
    migrationTableSchema: store.schema,
  }).migrateToLatest();
  if (error) {
    const newer = /previously executed migration (\S+) is missing/.exec(String(error))?.[1];
    if (newer !== undefined)
      throw new Error(
        `The database was written by a newer Otklik (migration ${newer}), which this one does not know. Start that version, or restore a backup from before.`,
        { cause: error },
      );
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(
      `migration ${failed ?? ''} failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  return (results ?? []).map((result) => result.migrationName);
}

/** Must run first. */
export async function createSchema(url: string, schema: string): Promise<void> {
  await withClient(connection(url, schema), async (client) => {
    // Processes that start together may both find it missing.
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`otklik schema ${schema}`]);
    await client.query(`create schema if not exists ${client.escapeIdentifier(schema)}`);
    await client.query('commit');
  });
}

async function getMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql')).sort();
  const migrations: Record<string, Migration> = {};
  for (const file of files) {
    const text = await readFile(`${FOLDER}${file}`, 'utf8');
    migrations[file.replace('.sql', '')] = { up: async (db) => void (await sql.raw(text).execute(db)) };
  }
  return migrations;
}
