import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, until } from '@otklik/testing';
import { type Connection, createConnection } from 'mysql2/promise';
import { freePort } from './contractConfig.ts';

/** Whom it runs as when the tests run as root: MariaDB refuses root. */
const NOBODY = 65_534;
const PASSWORD = 'secret-of-this-test';
/** Where packages put the SQL by which a server's own tables are made. */
const SHARES = ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mariadb'];
const SETTINGS = [
  '--no-defaults',
  '--innodb-buffer-pool-size=16M',
  '--innodb-log-file-size=8M',
  '--innodb-flush-log-at-trx-commit=0',
  '--skip-log-bin',
];

/** A real MariaDB on loopback, in a directory of its own. */
export class MariaDb {
  readonly port: number;
  readonly #server: ChildProcess;
  readonly #remove: () => Promise<void>;
  readonly #log: string;
  #databases = 0;

  static async start(): Promise<MariaDb> {
    const { path, remove } = await temporaryDirectory();
    const data = join(path, 'data');
    mkdirSync(data);
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? ['--user=nobody'] : [];
    if (isRoot) for (const each of [path, data]) chownSync(each, NOBODY, NOBODY);
    const program = process.env.MARIADBD ?? 'mariadbd';
    await bootstrap(program, [...SETTINGS, ...user, `--datadir=${data}`]);
    const port = await freePort();
    const init = join(path, 'init.sql');
    writeFileSync(
      init,
      `create user tester@'127.0.0.1' identified by '${PASSWORD}';\ngrant all on *.* to tester@'127.0.0.1' with grant option;\n`,
    );
    const log = join(path, 'log');
    const server = spawn(
      program,
      [
        ...SETTINGS,
        ...user,
        `--datadir=${data}`,
        `--socket=${join(path, 'socket')}`,
        `--pid-file=${join(path, 'pid')}`,
        `--log-error=${log}`,
        `--init-file=${init}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        '--skip-name-resolve',
      ],
      { stdio: 'ignore' },
    );
    const mariaDb = new MariaDb(port, server, remove, log);
    await until(() => mariaDb.#answers(), { timeoutMs: 60_000, what: `MariaDB answers (see ${log})` });
    return mariaDb;
  }

  private constructor(port: number, server: ChildProcess, remove: () => Promise<void>, log: string) {
    this.port = port;
    this.#server = server;
    this.#remove = remove;
    this.#log = log;
  }

  /** A new, empty database, and a connection to it that may do anything. */
  async database(): Promise<{ readonly name: string; readonly connection: Connection }> {
    const name = `test_${++this.#databases}`;
    const first = await this.#connect();
    await first.query(`create database ${name} character set utf8mb4 collate utf8mb4_unicode_ci`);
    await first.end();
    return { name, connection: await this.#connect(name) };
  }

  /** For otklik.yaml. */
  address(database: string, user = 'tester', password = PASSWORD): string {
    return `mysql://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.kill('SIGTERM');
    await ended;
    await this.#remove();
  }

  #connect(database?: string): Promise<Connection> {
    return createConnection({
      host: '127.0.0.1',
      port: this.port,
      user: 'tester',
      password: PASSWORD,
      ...(database !== undefined && { database }),
    });
  }

  async #answers(): Promise<boolean> {
    if (this.#server.exitCode !== null)
      throw new Error(`MariaDB did not start:\n${readFileSync(this.#log, 'utf8').slice(-2_000)}`);
    try {
      await (await this.#connect()).end();
      return true;
    } catch {
      return false;
    }
  }
}

/** Makes the server's own tables, as mariadb-install-db does, which needs a package more. */
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
