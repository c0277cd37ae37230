import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const aptGet = '/usr/bin/apt-get';

export interface Programs {
  readonly redisServer: string;
  readonly chromium: string;
  readonly dovecot: string;
  readonly mariadb: string;
}

interface Wanted {
  /** The names under which it is found on PATH, the best first. */
  readonly names: readonly string[];
  /** Its package on Debian and Ubuntu. */
  readonly aptPackage: string;
  /** A variable that names the program outright. */
  readonly variable: string;
}

const redisServer: Wanted = {
  names: ['redis-server', 'valkey-server'],
  aptPackage: 'redis-server',
  variable: 'REDIS_SERVER',
};
const chromium: Wanted = {
  names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  aptPackage: 'chromium',
  variable: 'CHROMIUM',
};
const dovecot: Wanted = { names: ['dovecot'], aptPackage: 'dovecot-imapd', variable: 'DOVECOT' };
/** The server alone: the whole package would start it as a service. */
const mariadb: Wanted = { names: ['mariadbd'], aptPackage: 'mariadb-server-core', variable: 'MARIADBD' };

/** Servers stand here, which is not on everybody's PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/**
 * The real programs that the tests drive. What is missing comes from apt when this is root on Debian or Ubuntu.
 * @throws one line that says what is missing and how to get it.
 */
export async function findPrograms(say: (line: string) => void): Promise<Programs> {
  const missing = [redisServer, chromium, dovecot, mariadb].filter((wanted) => locate(wanted) === null);
  if (missing.length > 0 && canUseApt()) await aptInstall(missing, say);
  const path = (wanted: Wanted): string => {
    const found = locate(wanted);
    if (found === null) throw missingProgram(wanted);
    return found;
  };
  return {
    redisServer: path(redisServer),
    chromium: path(chromium),
    dovecot: path(dovecot),
    mariadb: path(mariadb),
  };
}

function missingProgram({ names, aptPackage, variable }: Wanted): Error {
  return new Error(
    `The tests need ${names[0]}, which is not installed: install it (Debian: apt-get install ${aptPackage}) or set ${variable} to its path`,
  );
}

function locate({ names, variable }: Wanted): string | null {
  const named = process.env[variable];
  if (named) return named;
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => isProgram(path)) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return !isSnapStub(path);
  } catch {
    return false;
  }
}

/** Ubuntu's package of Chromium is a script that sends one to snap, which needs a system with systemd. */
function isSnapStub(path: string): boolean {
  const head = readFileSync(path).subarray(0, 2000).toString('latin1');
  return head.startsWith('#!') && head.includes('snap') && !existsSync('/snap/bin/chromium');
}

function canUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync(aptGet);
}

async function aptInstall(missing: readonly Wanted[], say: (line: string) => void): Promise<void> {
  const packages = missing.map(({ aptPackage }) => aptPackage);
  say(`Installing ${packages.join(' and ')} by apt-get (once)…`);
  await apt(['update', '-qq']);
  await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/** RUNLEVEL=1 keeps Debian from starting redis as a service: the tests start one of their own. */
function apt(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const child = spawn(aptGet, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`apt-get ${args.join(' ')} ended with ${code}:\n${output.trim()}`));
    });
  });
}
