import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@otklik/postgres';
import { until } from '@otklik/testing';
import { startRedis } from '../setup/servers/redis.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Both keep what they acknowledge (fsync), as in production. */
export interface Ground {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'otklik-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const redis = await startRedis(folder);
    const postgres = await startEmbeddedPostgres({ dir: join(folder, 'data') }).catch(async (error) => {
      await redis.stop();
      throw error;
    });
    return {
      redisUrl: redis.access.url,
      databaseUrl: postgres.url,
      folder,
      stop: async () => {
        await redis.stop();
        await postgres.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

export interface Program {
  /** What followed «ready»: its address. */
  readonly said: string;
  stop(): Promise<void>;
}

/** Starts a TypeScript file as a process; ready when it prints `ready: …` or `ready at …`. */
export async function startProgram(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Program> {
  const child = spawn(process.execPath, [resolve(ROOT, file), ...args], {
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

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
};
