import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { guardedMetrics, health, startBoard } from '@otklik/board';
import { CONFIG_FORMAT } from '@otklik/channels';
import { type Config, formatFault, watchConfig } from '@otklik/config';
import { rulesOf, startEngine } from '@otklik/engine';
import { startIngest } from '@otklik/ingest';
import { checkPeople, startNotifier } from '@otklik/notifier';
import { askDatabase, hasSignedIn, type Store, watchChannels } from '@otklik/store';
import { createDependencies, createLog, createMetrics, type Log } from '@otklik/telemetry';
import type { FastifyInstance } from 'fastify';
import { signInLink } from './access.ts';
import { askedToEnd } from './asked.ts';
import { withBorders } from './borders.ts';
import { requireConfig } from './config.ts';
import { demoConfig, startDemo } from './demo/demo.ts';
import { type Environment, readEnvironment, VERSION } from './environment.ts';
import { type Ground, openGround } from './ground.ts';
import { startInForce } from './inForce.ts';
import { createServer } from './server.ts';
import { openOnDatabase, withStore } from './store.ts';

export interface RunOptions {
  readonly services: readonly ('ingest' | 'engine' | 'notifier' | 'board')[];
  readonly demo: 'always' | 'without config' | 'never';
}

/** Everything that was started, to be stopped in the opposite order. */
type Stop = () => Promise<void>;

/** What is under way, to be ended: first the services, then the ground under them. */
interface Going {
  readonly services: Stop[];
  ground: Ground | null;
}

/** Runs services until they are asked to end; resolves with the exit code. */
export async function run(options: RunOptions): Promise<number> {
  const environment = readEnvironment();
  const log = createLog();
  const demo = isDemo(options, environment);
  const { asked, signal } = askedToEnd();
  // The terminal may be gone before we are.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const going: Going = { services: [], ground: null };
  const begun = startAll(options, environment, demo, log, going, signal);
  try {
    await Promise.race([begun, asked]);
  } catch (error) {
    if (!signal.aborted) {
      await stopServices(going, log);
      await going.ground?.close();
      throw error;
    }
  }
  if (!signal.aborted) {
    // Written now and not at the end, so that a start after a crash is a fast one too.
    flushCompileCache();
    await asked;
  }
  going.ground?.tell({ ending: true });
  // Half-started, it begins nothing new, and ends what it has.
  const services = begun.catch(() => undefined).then(() => stopServices(going, log));
  const inTime = await endsWithin(
    environment.databaseUrl === null ? OWN_DATABASE_MS : STOP_WITHIN_MS,
    services,
  );
  if (!inTime)
    log.warn(
      {},
      'not everything ended in time; what was acknowledged is kept, and done after the next start',
    );
  if (going.ground) await going.ground.close();
  else await endsWithin(OWN_DATABASE_MS, services); // it gives up what it had begun
  process.exit(0); // whatever did not end in time
}

/** SIGTERM ends it within 10 s; of these the embedded database may need five. */
const STOP_WITHIN_MS = 9_000;
const OWN_DATABASE_MS = 4_300;

async function stopServices({ services }: Going, log: Log): Promise<void> {
  for (let stop = services.pop(); stop; stop = services.pop())
    await stop().catch((error) => log.error({ err: error }, 'something did not stop well'));
}

async function endsWithin(ms: number, ending: Promise<void>): Promise<boolean> {
  const patience = new AbortController();
  const late = pause(ms, false, { signal: patience.signal }).catch(() => false);
  return Promise.race([ending.then(() => true), late]).finally(() => patience.abort());
}

/** Whoever names a file wants that one: a misspelt path must not start a demo in its place. */
function isDemo({ demo }: RunOptions, { configFile, isConfigNamed }: Environment): boolean {
  if (demo !== 'without config') return demo === 'always';
  return !isConfigNamed && !existsSync(configFile);
}

async function startAll(
  options: RunOptions,
  environment: Environment,
  demo: boolean,
  log: Log,
  going: Going,
  signal: AbortSignal,
): Promise<void> {
  const { services: stops } = going;
  const read = demo ? demoConfig() : await requireConfig(environment);
  const ground = await openGround({
    environment,
    does: options.services.length > 1 ? 'start' : `run ${options.services[0]}`,
    alone: options.services.includes('ingest'), // its spool is in the folder
    locale: read.locale,
    log,
    signal,
  });
  going.ground = ground;
  const { store, queue } = await openOnDatabase(ground.databaseUrl, environment, demo, log);
  stops.push(store.close);
  signal.throwIfAborted();
  const watched = async (next: Config): Promise<Config> =>
    withBorders(next, await watchChannels(store, [...next.channels.keys()], Date.now()));
  const metrics = createMetrics(VERSION);
  const listeners: (() => void)[] = [];
  const inForce = await startInForce(read, {
    store,
    watched,
    log,
    now: Date.now,
    changed: () => {
      for (const changed of listeners) changed();
    },
  });
  stops.push(inForce.close);
  const { current, people } = inForce;
  const config = current();
  const deps = {
    config: current,
    rules: () => rulesOf({ ...current(), demo, closed: people.closed() }),
    people,
    store,
    queue,
    metrics,
    log,
    now: Date.now,
    demo,
  };
  signal.throwIfAborted();
  const runs = (service: RunOptions['services'][number]) => options.services.includes(service);
  const app = createServer();
  const needs = createDependencies();
  needs.add('postgres', () => askDatabase(store));
  const need = (more: Readonly<Record<string, () => Promise<unknown>>>) => {
    for (const [name, ask] of Object.entries(more)) needs.add(name, ask);
  };
  metrics.watch(needs);
  await health(app, needs);

  if (runs('board')) {
    const board = await startBoard({
      ...deps,
      adminToken: environment.adminToken,
      secure: () => current().publicUrl?.startsWith('https:') ?? false,
      version: VERSION,
      checkPeople: (ids) => checkPeople(deps, ids),
      hooksAt: () => (runs('ingest') ? localBase(app, environment) : current().publicUrl),
    });
    await app.register(async (scope) => board.routes(scope));
    stops.push(board.close);
  }
  if (runs('notifier')) {
    const notifier = await startNotifier({ ...deps, print: console.log, mark: demo ? 'DEMO ' : '' });
    need(notifier.needs);
    stops.push(notifier.close);
  }
  if (runs('engine')) {
    const engine = await startEngine({
      ...deps,
      config: () => ({ ...current(), demo, closed: people.closed() }),
      takesIn: runs('ingest'),
    });
    need(engine.needs);
    listeners.push(engine.configChanged);
    stops.push(engine.close);
  }
  if (runs('ingest')) {
    const ingest = await startIngest({
      ...deps,
      dataDir: demo ? join(environment.dataDir, 'demo') : environment.dataDir,
    });
    await app.register(async (scope) => ingest.routes(scope));
    need(ingest.needs);
    listeners.push(ingest.configChanged);
    stops.push(ingest.close);
  }
  signal.throwIfAborted();
  await exposeMetrics(
    app,
    { config: current, store, metrics, adminToken: environment.adminToken, now: Date.now },
    environment,
    stops,
  );
  await listen(app, environment);
  stops.push(() => app.close());
  if (!demo) {
    const watch = watchConfig(environment.configFile, CONFIG_FORMAT, {
      onConfig: (next) =>
        void inForce.put(next).then(() => log.info({}, 'otklik.yaml was read again and is in force')),
      onRefused: (faults) =>
        log.error({ faults: faults.map(formatFault) }, 'otklik.yaml has faults: the old one stays in force'),
    });
    stops.push(async () => watch.close());
  }
  const base = localBase(app, environment);
  ground.tell({ address: base });
  await announce(base, config, store, environment, demo, options);
  if (demo) stops.push(await startDemo(base, config, store, log));
}

/** An edit that the database could not be told of is tried again. */

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
  deps: Parameters<typeof guardedMetrics>[1],
  environment: Environment,
  stops: Stop[],
): Promise<void> {
  if (environment.metricsPort === null) return guardedMetrics(app, deps);
  const own = createServer();
  own.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await deps.metrics.read()),
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
  const command = { environment: readEnvironment(), demo: false, command: 'migrate', locale: 'en' } as const;
  return withStore(command, async () => {
    console.log('The database is up to date.');
    return 0;
  });
}
