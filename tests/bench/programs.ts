import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@otklik/store';
import { until } from '@otklik/testing';
import { Redis } from 'ioredis';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a benchmark runs on: as in production, both keep what they acknowledge (fsync). */
export interface Ground {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'otklik-bench-'));
  const postgres = await startEmbeddedPostgres({ dir: join(folder, 'data') });
  const port = await freePort();
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
  const durable = [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--maxmemory-policy',
    'noeviction',
    '--loglevel',
    'warning',
  ];
  const server = spawn(process.env.REDIS_SERVER ?? 'redis-server', [...settings, ...durable], {
    stdio: 'ignore',
  });
  const redisUrl = `redis://127.0.0.1:${port}`;
  const probe = new Redis(redisUrl, {
    lazyConnect: true,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  probe.on('error', () => undefined); // it is tried until it answers
  await until(() => probe.ping(), { timeoutMs: 10_000, what: 'redis-server answers (is it installed?)' });
  probe.disconnect();
  return {
    redisUrl,
    databaseUrl: postgres.url,
    folder,
    stop: async () => {
      await stopped(server);
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Program {
  /** What it said it is ready with: its address. */
  readonly said: string;
  stop(): Promise<void>;
}

/** Starts a TypeScript file in a process of its own; ready when it prints `ready: …` or `ready at …`. */
export async function startProgram(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Program> {
  const child = spawn(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-10_000);
  });
  const said = await until(
    () => /ready(?::| at) (.+)/.exec(output)?.[1] ?? (child.exitCode === null ? null : 'ended'),
    { timeoutMs: 60_000, what: `${file} is ready` },
  );
  if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${output}`);
  return { said, stop: () => stopped(child) };
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : 0));
    });
  });
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** The value below which `share` of the values lie. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
};
