import { join } from 'node:path';
import { freePort } from '@otklik/testing';
import type { RunningServer } from './desk.ts';
import { findProgram } from './programs.ts';
import { saysSomething, startServer } from './serverProcess.ts';

/** One for each test that asks. */
const databases = 1024;

/** A Redis with fsync on every write, as in production. */
export async function startRedis(directory: string): Promise<RunningServer & { access: { url: string } }> {
  const port = await freePort();
  const server = await startServer(findProgram('redis'), settings(port, directory), {
    log: join(directory, 'redis.log'),
    answers: () => saysSomething(port, 'PING\r\n'),
  });
  return { access: { url: `redis://127.0.0.1:${port}` }, stop: server.stop };
}

function settings(port: number, directory: string): string[] {
  return [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', ''],
    ...['--databases', String(databases), '--loglevel', 'warning'],
  ];
}
