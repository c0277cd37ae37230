import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TemporaryDirectory, temporaryDirectory } from '@otklik/testing';
import { emptyDatabase } from '@otklik/testing/servers';
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PROGRAM } from './program.ts';

const CONFIG = `
version: 1
people: [{ id: anna, name: Анна }]
channels: [{ id: site, kind: webhook, owner: anna, secret: a-secret-of-some-length }]
`;

describe('what cannot start says why, in one sentence with the remedy, and ends', () => {
  let folder: TemporaryDirectory;
  let config: string;
  beforeAll(async () => {
    folder = await temporaryDirectory();
    config = join(folder.path, 'otklik.yaml');
    writeFileSync(config, CONFIG);
  });
  afterAll(() => folder.remove());

  /** What it prints as it ends. */
  async function refusal(env: Record<string, string>): Promise<string> {
    const usual = {
      OTKLIK_CONFIG: config,
      OTKLIK_DATA_DIR: join(folder.path, 'data'),
      PORT: '0',
      LOG_LEVEL: 'error',
    };
    const none = { DATABASE_URL: '', REDIS_URL: '', OTKLIK_ADMIN_TOKEN: '' };
    const child = spawn(process.execPath, [PROGRAM, 'start'], {
      env: { ...process.env, ...none, ...usual, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const [printed, said, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    assert.equal(status, 1, printed + said);
    assert.equal(printed, '');
    const lines = said.trim().split('\n');
    assert.equal(lines.length, 1, said);
    return lines.join('');
  }

  it('a named otklik.yaml that is not there: no demo in its place', async () => {
    const said = await refusal({ OTKLIK_CONFIG: join(folder.path, 'otklik.yml') });
    assert.match(said, /^There is no \S+otklik\.yml\. Copy otklik\.example\.yaml/);
  });

  it('a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await using database = await emptyDatabase();
    const said = await refusal({ PORT: String(port), DATABASE_URL: database.url });
    assert.match(said, new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is taken .* set PORT`));
    await new Promise((closed) => server.close(closed));
  });

  it('a data folder that is a file', async () => {
    assert.match(
      await refusal({ OTKLIK_DATA_DIR: config }),
      /^OTKLIK_DATA_DIR is .*otklik\.yaml, which is a file\. Name a folder/,
    );
  });

  it('a database that is not there, whose password is told to nobody', async () => {
    const said = await refusal({ DATABASE_URL: 'postgres://otklik:a-password@127.0.0.1:1/otklik' });
    assert.match(
      said,
      /^The database otklik at 127\.0\.0\.1:1 cannot be used as otklik: .*ECONNREFUSED.* mend DATABASE_URL/,
    );
    assert.doesNotMatch(said, /a-password/);
  });

  it('a DATABASE_URL that is none', async () => {
    assert.match(
      await refusal({ DATABASE_URL: 'localhost' }),
      /^DATABASE_URL is no address of PostgreSQL\. Write postgres:/,
    );
  });

  it('an admin token that can be guessed', async () => {
    const said = await refusal({ OTKLIK_ADMIN_TOKEN: '...' });
    assert.match(said, /^OTKLIK_ADMIN_TOKEN has 3 characters .* openssl rand/);
  });

  it('a database of a newer version', async () => {
    await using database = await emptyDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`create schema otklik;
      create table otklik.kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null);
      create table otklik.kysely_migration_lock (id varchar(255) primary key, is_locked integer not null default 0);
      insert into otklik.kysely_migration_lock values ('migration_lock', 0);
      insert into otklik.kysely_migration values ('9999_later', '2030-01-01T00:00:00.000Z')`);
    await client.end();
    const said = await refusal({ DATABASE_URL: database.url });
    assert.match(
      said,
      /^The database was written by a newer Otklik \(migration 9999_later\).*Start that version/,
    );
  });
});
