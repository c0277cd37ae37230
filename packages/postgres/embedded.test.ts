import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory, until } from '@otklik/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { findPrograms, reachablePrograms } from './embedded/programs.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';

const MODULE = new URL('embedded.ts', import.meta.url).href;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

async function ask(url: string, query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: query, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  let folder: TemporaryDirectory;
  let dir: string;
  let server: EmbeddedPostgres | undefined;
  let faults: string[];
  beforeEach(async () => {
    folder = await temporaryDirectory();
    // Closed to others, like a clone in /root.
    chmodSync(folder.path, 0o700);
    dir = join(folder.path, 'data');
    faults = [];
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await folder.remove();
  });
  const start = async (signal?: AbortSignal) => {
    const onFault = (fault: Error) => void faults.push(fault.message);
    server = await startEmbeddedPostgres({ dir, durable: false, onFault, ...(signal && { signal }) });
    return server;
  };
  const pidFile = () => readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const serverPid = () => Number(pidFile()[0]);
  const childrenOf = (pid: number): number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const isAlive = (pid: number): boolean => {
    try {
      return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  it('that is killed comes back at the same address, also past what it left behind frozen', async () => {
    const { url } = await start();
    const killed = serverPid();
    const [frozen = 0] = childrenOf(killed);
    process.kill(frozen, 'SIGSTOP');
    process.kill(killed, 'SIGKILL');
    await until(() => ask(url, 'select 1').catch(() => null), {
      timeoutMs: 60_000,
      what: 'the server is back',
    });
    assert.notEqual(serverPid(), killed);
    assert.ok(!isAlive(frozen));
    assert.match(faults.join('\n'), /has ended by itself/);
  });

  /** Leaves a server running as a killed process does; gives its URL. */
  async function leaveRunning(): Promise<string> {
    const code = `import { startEmbeddedPostgres } from '${MODULE}';
      console.log((await startEmbeddedPostgres({ dir: process.argv[1], durable: false })).url);
      setInterval(() => {}, 1_000_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [url] = await once(child.stdout.setEncoding('utf8'), 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    return String(url).trim();
  }

  it('that an Otklik has left running is used again; one that does not answer is ended', async () => {
    const left = await leaveRunning();
    const pid = serverPid();
    for (const each of [pid, ...childrenOf(pid)]) process.kill(each, 'SIGSTOP');
    const { stop } = await start();
    assert.ok(!isAlive(pid));
    await stop();
    const url = await leaveRunning();
    assert.notEqual(url, left);
    const found = serverPid();
    assert.deepEqual([(await start()).url, serverPid()], [url, found]);
    assert.deepEqual(await ask(url, 'select 1'), [1]);
  });

  it('stops when it is frozen, and leaves nothing behind', async () => {
    const { stop } = await start();
    const pids = [serverPid(), ...childrenOf(serverPid())];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await stop();
    // Each has ended; the kernel may still clean up after one.
    await until(() => !pids.some(isAlive), { what: 'nothing is left' });
  });

  it('that was interrupted half-way starts all the same', async () => {
    const giveUp = new AbortController();
    const starting = start(giveUp.signal);
    await until(() => readdirSync(dir, { withFileTypes: true }).some((each) => each.isDirectory()), {
      what: 'its files are made',
    });
    giveUp.abort(new Error('enough'));
    await assert.rejects(starting, /enough/);
    // As a kill -9 at that moment leaves them.
    mkdirSync(join(dir, `postgres.${process.pid}.new`), { recursive: true });
    const { stop } = await start();
    await stop();
    // Its pid belongs to another program by now.
    writeFileSync(join(dir, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(dir, 'postgres')}\n`);
    assert.deepEqual(await ask((await start()).url, 'select 1'), [1]);
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.endsWith('.new')),
      [],
    );
  });

  it('has programs that another user may run, wherever they were installed', async () => {
    const installed = await findPrograms();
    const native = join(folder.path, 'native');
    mkdirSync(native);
    cpSync(dirname(dirname(installed.postgres)), native, { recursive: true, verbatimSymlinks: true });
    // Only root needs another user, and only root can become one.
    const { initdb } = isRoot
      ? reachablePrograms({ ...installed, postgres: join(native, 'bin', 'postgres') })
      : installed;
    const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    assert.match(execFileSync(initdb, ['--version'], { ...as, encoding: 'utf8' }), /PostgreSQL/);
  });
});
