import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@otklik/store';
import { findPrograms } from './programs.ts';
import { startRedis } from './redis.ts';

export interface Surroundings {
  /** What test files find in their environment; `@otklik/testing` reads it. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends what was started, the last first. */
  stop(): Promise<void>;
}

/** PostgreSQL, Redis and Chromium, real ones, in a temporary directory. If one fails, the others are stopped again. */
export async function startSurroundings(say: (line: string) => void): Promise<Surroundings> {
  const programs = await findPrograms(say);
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'otklik-test-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dir: directory, durable: false, connections: 300 });
    undo.push(() => postgres.stop());
    const redis = await startRedis(programs.redisServer, directory);
    undo.push(() => redis.stop());
    return {
      env: {
        OTKLIK_TEST_DATABASE_URL: postgres.url,
        OTKLIK_TEST_REDIS_URL: redis.url,
        CHROMIUM: programs.chromium,
        DOVECOT: programs.dovecot,
        MARIADBD: programs.mariadb,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
