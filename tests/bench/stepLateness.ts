import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { signatureHeaders } from '@otklik/channels';
import { until } from '@otklik/testing';
import { PROGRAM } from '../e2e/program.ts';
import { type Ground, percentile, startProgram } from './programs.ts';
import type { Result } from './result.ts';

const OPEN_WAITS = 10_000;
const DUE_STEPS = 5_000;
const PER_SECOND = 1_000;
/** To record and announce the waits before the first step is due. */
const LEAD_MS = 20_000;

interface Receiver {
  readonly url: string;
  readonly opened: () => number;
  /** Of each step, ms from due to arrival. */
  readonly lateness: number[];
  close(): void;
}

/** ms from due to handed over, against delayed BullMQ jobs whose worker posts to the same receiver. */
export async function stepLateness(ground: Ground): Promise<Result> {
  const ours = await runOurs(ground);
  const baseline = await runRecipe(ground);
  const figures = (values: readonly number[], prefix: string) => ({
    [`${prefix}p50_ms`]: percentile(values, 0.5),
    [`${prefix}p99_ms`]: percentile(values, 0.99),
    [`${prefix}max_ms`]: Math.max(...values),
  });
  const [mine, theirs] = [percentile(ours, 0.99), percentile(baseline, 0.99)];
  return {
    name: 'step_lateness',
    unit: 'ms (p99)',
    ratio: theirs / mine,
    ours: mine,
    baseline: theirs,
    open_waits: OPEN_WAITS,
    due_per_second: PER_SECOND,
    ...figures(ours, ''),
    ...figures(baseline, 'baseline_'),
  };
}

async function startReceiver(): Promise<Receiver> {
  const lateness: number[] = [];
  let opened = 0;
  const server = createServer((request, response) => {
    const at = Date.now();
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      response.writeHead(204).end();
      const { type, data } = JSON.parse(body) as { type: string; data: { due_at?: string } };
      if (type === 'wait.opened') opened += 1;
      if (type === 'wait.step' && data.due_at !== undefined) lateness.push(at - Date.parse(data.due_at));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    opened: () => opened,
    lateness,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function runOurs(ground: Ground): Promise<number[]> {
  const receiver = await startReceiver();
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const config = join(ground.folder, 'steps.yaml');
  writeFileSync(
    config,
    `version: 1
enforce_from: 2026-01-01
people: [{ id: anna, name: Анна }]
policies: { default: { warn: 30m, breach: 24h } }
channels: [{ id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }]
notify: { webhook: { url: "${receiver.url}", secret: env:SITE_SECRET } }
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
  const otklik = await startProgram(PROGRAM, ['start'], env);
  try {
    const warn = 30 * 60_000;
    const firstDue = Date.now() + LEAD_MS;
    const events = Array.from({ length: OPEN_WAITS }, (_, index) => ({
      id: randomUUID(),
      thread: `steps-${index}`,
      kind: 'message',
      // The others stay open, due within the next half hour.
      at: new Date(
        index < DUE_STEPS ? firstDue - warn + (index * 1_000) / PER_SECOND : Date.now(),
      ).toISOString(),
      from: { side: 'client', id: `c-${index}`, name: 'Иван' },
      text: 'Здравствуйте!',
    }));
    for (let i = 0; i < events.length; i += 500)
      await post(otklik.said.trim(), secret, events.slice(i, i + 500));
    await until(() => receiver.opened() === OPEN_WAITS, {
      timeoutMs: LEAD_MS,
      what: 'all waits are open and announced before the first step is due',
    });
    if (Date.now() > firstDue)
      throw new Error('the waits were not open before the first step was due: the figures would say nothing');
    await until(() => receiver.lateness.length >= DUE_STEPS, {
      timeoutMs: LEAD_MS + (DUE_STEPS / PER_SECOND) * 1_000 + 10_000,
      what: 'all steps',
    });
    return receiver.lateness;
  } finally {
    await otklik.stop();
    receiver.close();
  }
}

async function post(base: string, secret: string, events: readonly object[]): Promise<void> {
  const body = JSON.stringify(events);
  const headers = {
    'content-type': 'application/json',
    ...signatureHeaders(secret, randomUUID(), body, Date.now()),
  };
  const response = await fetch(`${base}/hooks/site`, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`refused with ${response.status}: ${await response.text()}`);
}

async function runRecipe(ground: Ground): Promise<number[]> {
  const receiver = await startReceiver();
  const from = Date.now() + 5_000;
  const args = [DUE_STEPS, from, PER_SECOND, OPEN_WAITS - DUE_STEPS, receiver.url].map(String);
  const recipe = await startProgram('tests/bench/recipes/delayedJobs.ts', args, {
    REDIS_URL: ground.redisUrl,
  });
  try {
    if (Date.now() > from)
      throw new Error('the jobs were not in before the first was due: the figures would say nothing');
    await until(() => receiver.lateness.length >= DUE_STEPS, { timeoutMs: 40_000, what: 'all delayed jobs' });
    return receiver.lateness;
  } finally {
    await recipe.stop();
    receiver.close();
  }
}
