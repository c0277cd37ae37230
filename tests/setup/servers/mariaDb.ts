import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@otklik/testing';
import type { RunningServer } from './desk.ts';
import { findProgram } from './programs.ts';
import { saysSomething, startServer } from './serverProcess.ts';

/** MariaDB refuses to run as root. */
const NOBODY = 65_534;
const [USER, PASSWORD] = ['tester', 'secret-of-this-test'];
/** Where packages put the SQL of the system tables. */
const SHARES = ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mariadb'];
const SETTINGS = [
  '--no-defaults',
  '--innodb-buffer-pool-size=16M',
  '--innodb-log-file-size=8M',
  '--innodb-flush-log-at-trx-commit=0',
  '--skip-log-bin',
];

/** On loopback, with a user who may do anything. */
export async function startMariaDb(directory: string): Promise<RunningServer> {
  const program = findProgram('mariadb');
  const folder = join(directory, 'mariadb');
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  // Other users cannot enter root's temporary directory.
  chmodSync(directory, 0o711);
  const user = isRoot ? ['--user=nobody'] : [];
  if (isRoot) for (const each of [folder, data]) chownSync(each, NOBODY, NOBODY);
  await bootstrap(program, [...SETTINGS, ...user, `--datadir=${data}`]);
  const port = await freePort();
  const init = join(folder, 'init.sql');
  writeFileSync(
    init,
    `create user ${USER}@'127.0.0.1' identified by '${PASSWORD}';\ngrant all on *.* to ${USER}@'127.0.0.1' with grant option;\n`,
  );
  const server = await startServer(
    program,
    [
      ...SETTINGS,
      ...user,
      `--datadir=${data}`,
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--init-file=${init}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
    ],
    { log: join(directory, 'mariadb.log'), answers: () => saysSomething(port) },
  );
  return { access: { port, user: USER, password: PASSWORD }, stop: server.stop };
}

/** Creates the system tables as mariadb-install-db does, which is in another package. */
async function bootstrap(program: string, settings: readonly string[]): Promise<void> {
  const share = SHARES.find((folder) => existsSync(join(folder, 'mysql_system_tables.sql')));
  if (share === undefined) throw new Error(`mysql_system_tables.sql is in none of ${SHARES.join(', ')}`);
  const scripts = ['mysql_system_tables.sql', 'mysql_system_tables_data.sql'].map((name) =>
    readFileSync(join(share, name), 'utf8'),
  );
  const child = spawn(program, [...settings, '--bootstrap'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(['create database mysql;', 'use mysql;', ...scripts].join('\n'));
  if ((await ended) !== 0) throw new Error(`MariaDB could not be set up:\n${output.slice(-2_000)}`);
}
