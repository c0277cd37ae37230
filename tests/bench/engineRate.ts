import { randomUUID } from 'node:crypto';
import { CONFIG_FORMAT } from '@otklik/channels';
import { readConfig } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { startEngine } from '@otklik/engine';
import { openQueue } from '@otklik/queue';
import { createSchema, listWaits, migrate, openStore } from '@otklik/store';
import { createLog, createMetrics } from '@otklik/telemetry';
import { until } from '@otklik/testing';
import type { Ground } from './programs.ts';
import { runRecipe } from './recipes/engine.ts';
import type { Result } from './result.ts';

const EVENTS = 30_000;
const RECIPE_EVENTS = 6_000;
/** About what ingest writes under 64 busy connections: the requests that arrive during one write. */
const EVENTS_A_JOB = 50;

const CONFIG = `
version: 1
enforce_from: 2026-01-01
people: [{ id: anna, name: Анна }]
channels: [{ id: site, kind: webhook, owner: anna, secret: a-secret-of-the-benchmark }]
`;

/**
 * Events per second from queue to committed wait, against one job and transaction per event on the same Redis and
 * PostgreSQL.
 */
export async function engineRate(ground: Ground): Promise<Result> {
  const recipeSeconds = await runRecipe(conversation(RECIPE_EVENTS), ground.redisUrl, ground.databaseUrl);
  const baseline = RECIPE_EVENTS / recipeSeconds;
  const ours = EVENTS / (await runOurs(conversation(EVENTS), ground));
  return { name: 'engine_rate', unit: 'events/s', ratio: ours / baseline, ours, baseline };
}

/** Two events of a client, then an answer, over many threads. */
function conversation(count: number): Event[] {
  const threads = Math.ceil(count / 3);
  const startedAt = Date.now() - 60_000;
  return Array.from({ length: count }, (_, index): Event => {
    const thread = `t-${index % threads}`;
    const turn = Math.floor(index / threads);
    const at = startedAt + index;
    return {
      kind: 'message',
      channel: 'site',
      id: randomUUID(),
      thread,
      side: turn === 1 ? 'employee' : 'client',
      author: {
        id: turn === 1 ? 'anna' : thread,
        name: turn === 1 ? null : 'Иван',
        phone: null,
        email: null,
      },
      at,
      atSource: 'provider',
      receivedAt: at + 5,
      seq: null,
      text: 'Здравствуйте!',
      wording: null,
      link: null,
    };
  });
}

async function runOurs(events: readonly Event[], ground: Ground): Promise<number> {
  const schema = 'bench_engine';
  const read = readConfig(CONFIG, 'bench.yaml', { env: {}, readFile: () => '' }, CONFIG_FORMAT);
  if (!read.ok) throw new Error('the benchmark’s config is faulty');
  await createSchema(ground.databaseUrl, schema);
  const log = createLog('error');
  const store = await openStore({ url: ground.databaseUrl, schema, onError: (error) => log.error(error) });
  await migrate(store);
  const place = { kind: 'redis', url: ground.redisUrl, prefix: schema } as const;
  const queue = openQueue<readonly Event[]>('events', place, (error) => log.error(error));
  for (let i = 0; i < events.length; i += EVENTS_A_JOB) await queue.add(events.slice(i, i + EVENTS_A_JOB));
  const startedAt = performance.now();
  const engine = await startEngine({
    config: () => read.config,
    store,
    queue: place,
    metrics: createMetrics('bench'),
    log,
    now: Date.now,
    isIngest: false,
  });
  await until(async () => Object.values(await queue.counts()).every((jobs) => jobs === 0), {
    timeoutMs: 60_000,
    what: 'the queue is empty',
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  await engine.close();
  await queue.close();
  const { items } = await listWaits(store, { scope: { all: true }, state: 'open', limit: 1 });
  if (items.length === 0) throw new Error('nothing was recorded');
  await store.close();
  return seconds;
}
