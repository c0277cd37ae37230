import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { health, startBoard } from '@otklik/board';
import { rulesOf, startEngine } from '@otklik/engine';
import { startIngest } from '@otklik/ingest';
import { checkPeople, startNotifier } from '@otklik/notifier';
import type { QueuePlace } from '@otklik/queue';
import { askDatabase, type Store } from '@otklik/store';
import { createDependencies, type Log, type Metrics } from '@otklik/telemetry';
import type { FastifyInstance } from 'fastify';
import { type Environment, VERSION } from './environment.ts';
import type { InForce } from './inForce.ts';

export type ServiceName = 'ingest' | 'engine' | 'notifier' | 'board';

export interface ServicesWorld {
  readonly services: readonly ServiceName[];
  readonly environment: Environment;
  readonly demo: boolean;
  readonly store: Store;
  readonly queue: QueuePlace;
  readonly inForce: InForce;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly app: FastifyInstance;
  /** How to stop what has started, in the order of the starts. */
  readonly stops: (() => Promise<void>)[];
  /** To be called after each change of the configuration. */
  readonly configChanged: (() => void)[];
}

/** Starts the services and mounts their routes. One that fails leaves the others in `stops`. */
export async function startServices(world: ServicesWorld): Promise<void> {
  const { app, demo, environment, inForce, metrics, store, stops, configChanged } = world;
  const { current, people } = inForce;
  const rules = () => ({ ...current(), demo, closed: people.closed() });
  const deps = {
    config: current,
    rules: () => rulesOf(rules()),
    people,
    store,
    queue: world.queue,
    metrics,
    log: world.log,
    now: Date.now,
    demo,
  };
  const runs = (service: ServiceName) => world.services.includes(service);
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
    const engine = await startEngine({ ...deps, config: rules, isIngest: runs('ingest') });
    need(engine.needs);
    configChanged.push(engine.configChanged);
    stops.push(engine.close);
  }
  if (runs('ingest')) {
    const dataDir = demo ? join(environment.dataDir, 'demo') : environment.dataDir;
    const ingest = await startIngest({ ...deps, dataDir });
    await app.register(async (scope) => ingest.routes(scope));
    need(ingest.needs);
    configChanged.push(ingest.configChanged);
    stops.push(ingest.close);
  }
}

/** Where this process listens. */
export function localBase(app: FastifyInstance, { host }: Environment): string {
  return `http://${host}:${(app.server.address() as AddressInfo).port}`;
}
