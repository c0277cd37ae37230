import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { guardedMetrics } from '@otklik/board';
import { CONFIG_FORMAT } from '@otklik/channels';
import { type Config, formatFault, watchConfig } from '@otklik/config';
import { hasSignedIn, type Store, watchChannels } from '@otklik/store';
import { createLog, createMetrics, type Log } from '@otklik/telemetry';
import { orAfter } from '@otklik/timing';
import type { FastifyInstance } from 'fastify';
import { signInLink } from './access.ts';
import { askedToEnd } from './asked.ts';
import { withBorders } from './borders.ts';
import { requireConfig } from './config.ts';
import { demoConfig, startDemo } from './demo/demo.ts';
import { type Environment, readEnvironment, VERSION } from './environment.ts';
import { type Ground, openGround } from './ground.ts';
import { type InForce, startInForce } from './inForce.ts';
import { createServer } from './server.ts';
import { localBase, type ServiceName, startServices } from './startServices.ts';
import { openOnDatabase, withStore } from './store.ts';

export interface RunOptions {
  readonly services: readonly ServiceName[];
  readonly demo: 'always' | 'without config' | 'never';
}

type Stop = () => Promise<void>;

/** What to stop, last started first: services, then the ground under them. */
interface Going {
  readonly services: Stop[];
  ground: Ground | null;
}

/** Runs until asked to end; resolves with the exit code. */
export async function run(options: RunOptions): Promise<number> {
  const environment = readEnvironment();
  const log = createLog();
  const demo = isDemo(options, environment);
  const { asked, signal } = askedToEnd();
  // The terminal may be gone.
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
    // Now, not at the end, so that the start after a crash is fast too.
    flushCompileCache();
    await asked;
  }
  going.ground?.tell({ ending: true });
  // If half started, it starts nothing more and stops what it has.
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
  else await endsWithin(OWN_DATABASE_MS, services); // it undoes what it began
  process.exit(0); // whatever did not end in time
}

/** A stop takes 10 s at most, of which the embedded database may need five. */
const STOP_WITHIN_MS = 9_000;
const OWN_DATABASE_MS = 4_300;

async function stopServices({ services }: Going, log: Log): Promise<void> {
  for (let stop = services.pop(); stop; stop = services.pop())
    await stop().catch((error) => log.error({ err: error }, 'something did not stop well'));
}

const endsWithin = (ms: number, ending: Promise<void>): Promise<boolean> =>
  orAfter(
    ms,
    ending.then(() => true),
    false,
  );

/** A misspelt path to a config must not start a demo. */
function isDemo({ demo }: RunOptions, { configFile, isConfigNamed }: Environment): boolean {
  if (demo !== 'without config') return demo === 'always';
  return !isConfigNamed && !existsSync(configFile);
}

async function startAll(
  { services }: RunOptions,
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
    does: services.length > 1 ? 'start' : `run ${services[0]}`,
    alone: services.includes('ingest'), // its spool is in the folder
    locale: read.locale,
    log,
    signal,
  });
  going.ground = ground;
  const { store, queue } = await openOnDatabase(ground.databaseUrl, environment, demo, log);
  stops.push(store.close);
  signal.throwIfAborted();
  const configChanged: (() => void)[] = [];
  const inForce = await startInForce(read, {
    store,
    watched: async (next) =>
      withBorders(next, await watchChannels(store, [...next.channels.keys()], Date.now())),
    log,
    now: Date.now,
    changed: () => {
      for (const changed of configChanged) changed();
    },
  });
  stops.push(inForce.close);
  const { current } = inForce;
  const config = current();
  signal.throwIfAborted();
  const metrics = createMetrics(VERSION);
  const app = createServer();
  const world = { services, environment, demo, store, queue, inForce, metrics, log, app };
  await startServices({ ...world, stops, configChanged });
  signal.throwIfAborted();
  const { adminToken } = environment;
  await exposeMetrics(
    app,
    { config: current, store, metrics, adminToken, now: Date.now },
    environment,
    stops,
  );
  await listen(app, environment);
  stops.push(() => app.close());
  if (!demo) stops.push(followConfigFile(environment.configFile, inForce, log));
  const base = localBase(app, environment);
  ground.tell({ address: base });
  await announce(base, config, store, environment, demo, services);
  if (demo) stops.push(await startDemo(base, config, store, log));
}

function followConfigFile(file: string, inForce: InForce, log: Log): Stop {
  const watch = watchConfig(file, CONFIG_FORMAT, {
    onConfig: (next) =>
      void inForce.put(next).then(() => log.info({}, 'otklik.yaml was read again and is in force')),
    onRefused: (faults) =>
      log.error({ faults: faults.map(formatFault) }, 'otklik.yaml has faults: the old one stays in force'),
  });
  return async () => watch.close();
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
  services: readonly ServiceName[],
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

export async function migrateOnly(): Promise<number> {
  const command = { environment: readEnvironment(), demo: false, command: 'migrate', locale: 'en' } as const;
  return withStore(command, async () => {
    console.log('The database is up to date.');
    return 0;
  });
}
