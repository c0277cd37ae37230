import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '@otklik/testing';
import pg from 'pg';
import { describe, it } from 'vitest';
import { findBinaries, reachableBinaries, startEmbeddedPostgres } from './embedded.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

describe('the embedded PostgreSQL', () => {
  it('runs in a folder that is closed to others', async () => {
    await using folder = await temporaryDirectory();
    chmodSync(folder.path, 0o700);
    const server = await startEmbeddedPostgres({ dir: join(folder.path, 'data'), durable: false });
    try {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      assert.equal((await client.query('select 1 as one')).rows[0].one, 1);
      await client.end();
    } finally {
      await server.stop();
    }
  });

  it('has programs that another user may run, wherever they were installed', async () => {
    await using closed = await temporaryDirectory();
    const installed = await findBinaries();
    const native = join(closed.path, 'native');
    mkdirSync(native);
    cpSync(dirname(dirname(installed.postgres)), native, { recursive: true, verbatimSymlinks: true });
    chmodSync(closed.path, 0o700);
    // Only root needs another user for it, and only root can be one.
    const { initdb } = isRoot
      ? reachableBinaries({ ...installed, postgres: join(native, 'bin', 'postgres') })
      : installed;
    const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    assert.match(execFileSync(initdb, ['--version'], { ...as, encoding: 'utf8' }), /PostgreSQL/);
  });
});
