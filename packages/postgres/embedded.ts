import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAnswered, withClient } from './connections.ts';
import { endCluster, forgetStalePidFile, postmasterOf } from './embedded/processes.ts';
import { findPrograms, type Programs, reachablePrograms } from './embedded/programs.ts';
import { ended, type RunAs, start, unprivilegedUser } from './embedded/runAs.ts';

export interface EmbeddedPostgres {
  /** Superuser URL of the database `otklik`; a restart does not change it. */
  readonly url: string;
  readonly port: number;
  /** Fast shutdown, forced after a while: five seconds at most. Committed data is kept. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Cluster, log and password; created when absent. Nobody else may run a server here. */
  readonly dir: string;
  /** False turns fsync off: for throw-away test clusters only. */
  readonly durable?: boolean;
  readonly connections?: number;
  readonly signal?: AbortSignal;
  /** Called whenever the server died and is restarted. */
  onFault?(fault: Error): void;
}

interface Cluster {
  readonly dir: string;
  /** PostgreSQL's own folder. */
  readonly path: string;
  /** In the title of each of its processes. */
  readonly tag: string;
  readonly programs: Programs;
  readonly runAs: RunAs | null;
  readonly password: string;
  readonly options: EmbeddedOptions;
}

/**
 * Runs PostgreSQL from the npm registry, logging to `dir/postgres.log`, and restarts it on the same port if it dies. A
 * server left by a killed Otklik is reused if it answers, else ended. As root it runs as the system user `postgres`,
 * made when missing.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = await clusterOf(options);
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  let watching = Promise.resolve();
  const stop = async () => {
    stopping.abort();
    await endCluster(cluster.path, cluster.tag);
    await watching;
  };
  try {
    const port = (await adopt(cluster)) ?? (await startOnFreePort(cluster, signal));
    const url = urlOf(cluster, port);
    await ensureDatabase(urlOf(cluster, port, 'postgres'), 'otklik');
    signal.throwIfAborted();
    watching = watch(cluster, port, stopping.signal);
    return { url, port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** URL of a server that another process runs on this folder. */
export function embeddedUrl(dir: string, port: number): string {
  return urlOf({ password: passwordOf(dir) }, port);
}

/** URL of the server of this folder; null if none seems to run. */
export function runningEmbeddedUrl(dir: string): string | null {
  const file = join(dir, 'postgres', 'postmaster.pid');
  if (!existsSync(file)) return null;
  const port = Number(readFileSync(file, 'utf8').split('\n')[3]);
  return Number.isInteger(port) && port > 0 ? embeddedUrl(dir, port) : null;
}

const urlOf = ({ password }: Pick<Cluster, 'password'>, port: number, database = 'otklik'): string =>
  `postgres://otklik:${password}@127.0.0.1:${port}/${database}`;

async function clusterOf(options: EmbeddedOptions): Promise<Cluster> {
  mkdirSync(options.dir, { recursive: true, mode: 0o711 }); // others may pass through, not list: the server runs as another user
  const dir = realpathSync(options.dir);
  const isRoot = process.getuid?.() === 0;
  const programs = await findPrograms();
  const path = join(dir, 'postgres');
  return {
    dir,
    path,
    tag: `otklik-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`,
    programs: isRoot ? reachablePrograms(programs) : programs,
    runAs: isRoot ? await unprivilegedUser(dir) : null,
    password: passwordOf(dir),
    options,
  };
}

function passwordOf(dir: string): string {
  const file = join(dir, 'postgres.password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

const ANSWERS_WITHIN_MS = 3_000;

/** The port of a server left by a killed Otklik; ends one that does not answer. */
async function adopt(cluster: Cluster): Promise<number | null> {
  const running = postmasterOf(cluster.path, cluster.tag);
  if (running?.ready) {
    const connectionString = urlOf(cluster, running.port, 'postgres');
    if (await isAnswered({ connectionString }, ANSWERS_WITHIN_MS)) return running.port;
  }
  await endCluster(cluster.path, cluster.tag);
  return null;
}

const PORTS_TO_TRY = 3;

async function startOnFreePort(cluster: Cluster, signal: AbortSignal): Promise<number> {
  if (!existsSync(join(cluster.path, 'PG_VERSION'))) await createCluster(cluster, signal);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      await startServer(cluster, port, signal);
      return port;
    } catch (error) {
      // Another program may have taken the port since we looked.
      if (signal.aborted || attempt === PORTS_TO_TRY || (await isFree(port))) throw error;
    }
  }
}

/** Made aside and moved into place whole, so that an interrupted setup is never taken for a cluster. */
async function createCluster({ dir, path, password, programs, runAs }: Cluster, signal: AbortSignal) {
  for (const name of readdirSync(dir))
    if (UNFINISHED.test(name)) rmSync(join(dir, name), { recursive: true, force: true });
  const unfinished = `${path}.${process.pid}.new`;
  const passwordFile = join(dir, 'initdb.password');
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const made of runAs ? [unfinished, passwordFile] : [])
    chownSync(made, runAs?.uid ?? 0, runAs?.gid ?? 0);
  const output = join(dir, 'postgres.setup.log');
  const args = ['-D', unfinished, '-U', 'otklik', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const child = start(
    programs.initdb,
    [...args, '--encoding=UTF8', '--locale=C', '--no-instructions'],
    runAs,
    output,
  );
  const giveUp = () => child.kill();
  signal.addEventListener('abort', giveUp);
  const status = await ended(child).finally(() => {
    signal.removeEventListener('abort', giveUp);
    rmSync(passwordFile, { force: true });
  });
  signal.throwIfAborted();
  if (status !== 0)
    throw new Error(`PostgreSQL could not make its files. Its log, ${output}, ends:\n${tail(output)}`);
  // Not a cluster: kept for a person.
  if (existsSync(path)) renameSync(path, `${path}.unfinished-${Date.now()}`);
  renameSync(unfinished, path);
}

const UNFINISHED = /^postgres\.\d+\.new$/;
const LOOK_EVERY_MS = 20;

/** Recovery after a crash may take any time. */
async function startServer(cluster: Cluster, port: number, signal: AbortSignal): Promise<ChildProcess> {
  const { dir, path, tag, programs, runAs, options } = cluster;
  const log = join(dir, 'postgres.log');
  if (!existsSync(log)) writeFileSync(log, '', { mode: 0o600 });
  forgetStalePidFile(path);
  const settings = [
    `port=${port}`,
    `cluster_name=${tag}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${options.connections ?? 100}`,
    'shared_buffers=128MB',
    ...(options.durable === false ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
  ];
  const child = start(
    programs.postgres,
    ['-D', path, ...settings.flatMap((each) => ['-c', each])],
    runAs,
    log,
  );
  let status: number | null = null;
  void ended(child).then(
    (code) => {
      status = code;
    },
    () => {
      status = -1;
    },
  );
  child.unref();
  while (!isReady(cluster, child)) {
    signal.throwIfAborted();
    if (status !== null) throw new Error(`PostgreSQL did not start. Its log, ${log}, ends:\n${tail(log)}`);
    await pause(LOOK_EVERY_MS);
  }
  return child;
}

function isReady({ path, tag }: Cluster, { pid }: ChildProcess): boolean {
  const running = postmasterOf(path, tag);
  return running !== null && running.pid === pid && running.ready;
}

const WATCH_EVERY_MS = 250;
const START_AGAIN_MS = 1_000;

async function watch(cluster: Cluster, port: number, stopping: AbortSignal): Promise<void> {
  const { path, tag, options } = cluster;
  const sleep = (ms: number) => pause(ms, undefined, { signal: stopping, ref: false }).catch(() => undefined);
  while (!stopping.aborted) {
    await sleep(WATCH_EVERY_MS);
    if (stopping.aborted || postmasterOf(path, tag) !== null) continue;
    options.onFault?.(
      new Error(
        `PostgreSQL has ended by itself; it is started again. Its log is ${cluster.dir}/postgres.log`,
      ),
    );
    try {
      await endCluster(path, tag);
      if (!stopping.aborted) await startServer(cluster, port, stopping);
    } catch (error) {
      if (stopping.aborted) return;
      options.onFault?.(error instanceof Error ? error : new Error(String(error)));
      await sleep(START_AGAIN_MS);
    }
  }
}

async function ensureDatabase(url: string, name: string) {
  await withClient({ connectionString: url }, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
}

const tail = (file: string) => readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');

/** Below the ephemeral ports: it must still be free at a restart. */
const PORTS = { from: 20_000, to: 32_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}
