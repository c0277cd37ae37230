import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROGRAM } from '../e2e/program.ts';
import { type Ground, median, type Program, ROOT, startProgram } from './programs.ts';
import type { Result } from './result.ts';

const ROUNDS = 3;
const ROUND_MS = 4_000;
const CONNECTIONS = 64;

/** Signed, checked, durable events per second, against a bare route that queues the same body on the same Redis. */
export async function webhookRate(ground: Ground): Promise<Result> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const config = join(ground.folder, 'webhook.yaml');
  writeFileSync(
    config,
    `version: 1
enforce_from: 2026-01-01
people: [{ id: anna, name: Анна }]
channels: [{ id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET, rate: 100000 }]
`,
  );
  const env = {
    REDIS_URL: ground.redisUrl,
    DATABASE_URL: ground.databaseUrl,
    PORT: '0',
    OTKLIK_CONFIG: config,
    OTKLIK_DATA_DIR: ground.folder,
    SITE_SECRET: secret,
  };
  const ours = await startProgram(PROGRAM, ['run', 'ingest'], env);
  const recipe = await startProgram('tests/bench/recipes/webhookServer.ts', [], env);
  try {
    const rates: { ours: number[]; recipe: number[] } = { ours: [], recipe: [] };
    await load(ours, secret, 1_500); // warm
    await load(recipe, secret, 1_500);
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(await load(ours, secret, ROUND_MS));
      rates.recipe.push(await load(recipe, secret, ROUND_MS));
    }
    const [mine, baseline] = [median(rates.ours), median(rates.recipe)];
    return {
      name: 'webhook_rate',
      unit: 'requests/s',
      ratio: mine / baseline,
      ours: mine,
      baseline,
      rounds: rates,
    };
  } finally {
    await ours.stop();
    await recipe.stop();
  }
}

async function load(server: Program, secret: string, ms: number): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'tests/bench/load.ts'), server.said.trim(), secret, String(CONNECTIONS), String(ms)],
    {
      cwd: ROOT,
    },
  );
  const { perSecond, refused } = JSON.parse(stdout) as { perSecond: number; refused: number };
  if (refused > 0) throw new Error(`${refused} requests were refused`);
  return perSecond;
}
