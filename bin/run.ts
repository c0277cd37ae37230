import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { guardedMetrics, health, startBoard } from '@otklik/board';
import { type Config, formatFault, watchConfig } from '@otklik/config';
import { rulesOf, startEngine } from '@otklik/engine';
import { startIngest } from '@otklik/ingest';
import { startNotifier } from '@otklik/notifier';
import { followPeople, hasSignedIn, type Store, watchChannels } from '@otklik/store';
import { createLog, createMetrics, type Log } from '@otklik/telemetry';
import type { FastifyInstance } from 'fastify';
import { signInLink } from './access.ts';
import { withBorders } from './borders.ts';
import { requireConfig } from './config.ts';
import { demoConfig, startDemo } from './demo/demo.ts';
import { type Environment, readEnvironment, VERSION } from './environment.ts';
import { createServer } from './server.ts';
import { openEverything } from './store.ts';

export interface RunOptions {
  readonly services: readonly ('ingest' | 'engine' | 'notifier' | 'board')[];
  readonly demo: 'always' | 'without config' | 'never';
}

/** Everything that was started, to be stopped in the opposite order. */
type Stop = () => Promise<void>;

/** Runs services until SIGTERM or SIGINT; resolves with the exit code. */
export async function run(options: RunOptions): Promise<number> {
  const environment = readEnvironment();
  const log = createLog();
  const demo = isDemo(options, environment);
  const stops: Stop[] = [];
  const stopAll = async () => {
    for (const stop of stops.reverse())
      await stop().catch((error) => log.error({ err: error }, 'something did not stop well'));
  };
  const asked = untilAsked();
  try {
    await startAll(options, environment, demo, log, stops);
  } catch (error) {
    await stopAll();
    throw error;
  }
  // Written now and not at the end, so that a start after a crash is a fast one too.
  flushCompileCache();
  await asked;
  const hurry = setTimeout(() => process.exit(1), STOP_WITHIN_MS);
  hurry.unref();
  await stopAll();
  return 0;
}

/** Whoever names a file wants that one: a misspelt path must not start a demo in its place. */
function isDemo({ demo }: RunOptions, { configFile, isConfigNamed }: Environment): boolean {
  if (demo !== 'without config') return demo === 'always';
  return !isConfigNamed && !existsSync(configFile);
}

const STOP_WITHIN_MS = 9_500;

function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

async function startAll(
  options: RunOptions,
  environment: Environment,
  demo: boolean,
  log: Log,
  stops: Stop[],
): Promise<void> {
  const read: Config = demo ? demoConfig() : await requireConfig(environment);
  const { store, queue, close } = await openEverything(environment, demo, log);
  stops.push(close);
  const watched = async (next: Config): Promise<Config> =>
    withBorders(next, await watchChannels(store, [...next.channels.keys()], Date.now()));
  let config = await watched(read);
  const metrics = createMetrics(VERSION);
  const listeners: (() => void)[] = [];
  const people = await followPeople(store, {
    changed: () => {
      for (const changed of listeners) changed();
    },
    error: (error) => log.warn({ err: error }, 'who is there could not be read; it is looked again'),
  });
  stops.push(people.close);
  const current = (): Config => ({ ...config, people: people.of(config.people) });
  const world = {
    config: current,
    rules: () => rulesOf({ ...current(), demo }),
    people,
    store,
    queue,
    metrics,
    log,
    now: Date.now,
    demo,
  };
  const runs = (service: RunOptions['services'][number]) => options.services.includes(service);
  const app = createServer();
  await health(app, world);

  if (runs('board')) {
    const board = await startBoard({
      ...world,
      adminToken: environment.adminToken,
      secure: () => config.publicUrl?.startsWith('https:') ?? false,
      version: VERSION,
      hooksAt: () => (runs('ingest') ? localBase(app, environment) : config.publicUrl),
    });
    await app.register(async (scope) => board.routes(scope));
    stops.push(board.close);
  }
  if (runs('notifier')) {
    const notifier = await startNotifier({ ...world, print: console.log, mark: demo ? 'DEMO ' : '' });
    stops.push(notifier.close);
  }
  if (runs('engine')) {
    const engine = await startEngine({
      ...world,
      config: () => ({ ...current(), demo }),
      takesIn: runs('ingest'),
    });
    stops.push(engine.close);
  }
  if (runs('ingest')) {
    const ingest = await startIngest({
      ...world,
      dataDir: demo ? join(environment.dataDir, 'demo') : environment.dataDir,
    });
    await app.register(async (scope) => ingest.routes(scope));
    listeners.push(ingest.configChanged);
    stops.push(ingest.close);
  }
  await exposeMetrics(
    app,
    { config: current, store, metrics, adminToken: environment.adminToken, now: Date.now },
    environment,
    stops,
  );
  await listen(app, environment);
  stops.push(() => app.close());
  if (!demo) {
    const watch = watchConfig(environment.configFile, {
      onConfig: async (next) => {
        config = await watched(next);
        log.info({}, 'otklik.yaml was read again');
        for (const changed of listeners) changed();
      },
      onRefused: (faults) =>
        log.error({ faults: faults.map(formatFault) }, 'otklik.yaml has faults: the old one stays in force'),
    });
    stops.push(async () => watch.close());
  }
  const base = localBase(app, environment);
  await announce(base, config, store, environment, demo, options);
  if (demo) stops.push(await startDemo(base, config, store, log));
}

async function listen(app: FastifyInstance, { host, port }: Environment): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Error(
      `Port ${port} of ${host} is taken by another program (another Otklik?). End that one, or set PORT to a free port.`,
      { cause: error },
    );
  }
}

function localBase(app: FastifyInstance, { host }: Environment): string {
  return `http://${host}:${(app.server.address() as AddressInfo).port}`;
}

async function exposeMetrics(
  app: FastifyInstance,
  world: Parameters<typeof guardedMetrics>[1],
  environment: Environment,
  stops: Stop[],
): Promise<void> {
  if (environment.metricsPort === null) return guardedMetrics(app, world);
  const own = createServer();
  own.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await world.metrics.read()),
  );
  await own.listen({ host: environment.host, port: environment.metricsPort });
  stops.push(() => own.close());
}

async function announce(
  base: string,
  config: Config,
  store: Store,
  environment: Environment,
  demo: boolean,
  { services }: RunOptions,
): Promise<void> {
  const shown = config.publicUrl ?? base;
  if (!services.includes('board'))
    return console.log(`Otklik ${VERSION}: ${services.join(', ')} ready at ${base}`);
  if (demo) {
    console.log(
      `DEMO: simulated clients, windows of seconds. Nothing here is real. Write ${environment.configFile} (see otklik.example.yaml) and start again for your own.`,
    );
  }
  console.log(`Otklik ${VERSION} is ready: ${shown}`);
  if (environment.adminToken !== null || (!demo && (await hasSignedIn(store)))) return;
  const link = await signInLink(store, { role: 'admin', person: null, name: 'admin' }, shown, 'otklik');
  console.log(`Sign in with this link; it works once: ${link}`);
}

/** `migrate`: the database and nothing else. */
export async function migrateOnly(): Promise<number> {
  const environment = readEnvironment();
  const opened = await openEverything(environment, false, createLog());
  await opened.store.close();
  console.log('The database is up to date.');
  return 0;
}
