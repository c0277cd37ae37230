import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { fromTestRun } from './fromTestRun.ts';

export interface FreshDatabase extends AsyncDisposable {
  /** A connection URL of a superuser. */
  readonly url: string;
  /** Deletes the database, whoever is still connected to it. */
  drop(): Promise<void>;
}

/**
 * A new, empty database on the server that `npm test` started.
 * @param durable whether a commit waits for the disk; where nobody pulls the plug it need not.
 */
export async function freshDatabase(durable = true): Promise<FreshDatabase> {
  const server = fromTestRun('OTKLIK_TEST_DATABASE_URL');
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await execute(server, `create database ${name}`);
  if (!durable) await execute(server, `alter database ${name} set synchronous_commit = off`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = () => execute(server, `drop database if exists ${name} with (force)`);
  return { url: url.href, drop, [Symbol.asyncDispose]: drop };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
