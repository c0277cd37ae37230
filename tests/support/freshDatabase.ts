import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { fromTestRun } from './fromTestRun.ts';

export interface FreshDatabase extends AsyncDisposable {
  /** Of a superuser. */
  readonly url: string;
  /** Even with open connections. */
  drop(): Promise<void>;
}

interface PostgresAccess {
  readonly url: string;
  /** Migrated, empty, without connections. */
  readonly template: string;
}

/** Whether a commit waits for the disk (default). Only tests of power loss need it. */
interface Durability {
  readonly durable?: boolean;
}

/** With Otklik's tables and no rows. */
export function freshDatabase(options: Durability = {}): Promise<FreshDatabase> {
  return create(({ template }) => template, options);
}

/** Without tables. */
export function emptyDatabase(options: Durability = {}): Promise<FreshDatabase> {
  return create(() => 'template0', options);
}

async function create(
  templateOf: (server: PostgresAccess) => string,
  { durable = true }: Durability,
): Promise<FreshDatabase> {
  const server = await fromTestRun<PostgresAccess>('postgres');
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await execute(server.url, `create database ${name} template ${templateOf(server)} strategy file_copy`);
  if (!durable) await execute(server.url, `alter database ${name} set synchronous_commit = off`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const drop = () => execute(server.url, `drop database if exists ${name} with (force)`);
  return { url: url.href, drop, [Symbol.asyncDispose]: drop };
}

/** From another database: the one in the URL is being copied. */
async function execute(url: string, statement: string): Promise<void> {
  const elsewhere = new URL(url);
  elsewhere.pathname = '/postgres';
  const client = new pg.Client({ connectionString: elsewhere.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
