import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const aptGet = '/usr/bin/apt-get';

interface Wanted {
  /** On PATH, best first. */
  readonly names: readonly string[];
  /** On Debian and Ubuntu, best first: releases differ. */
  readonly aptPackages: readonly [best: string, ...others: string[]];
  /** An environment variable with the path. */
  readonly variable: string;
}

const PROGRAMS = {
  redis: {
    names: ['redis-server', 'valkey-server'],
    aptPackages: ['redis-server'],
    variable: 'REDIS_SERVER',
  },
  // The headless engine opens a page in half the time.
  chromium: {
    names: [
      'chromium-headless-shell',
      'chrome-headless-shell',
      'chromium',
      'chromium-browser',
      'google-chrome-stable',
      'google-chrome',
    ],
    aptPackages: ['chromium-headless-shell', 'chromium'],
    variable: 'CHROMIUM',
  },
  dovecot: { names: ['dovecot'], aptPackages: ['dovecot-imapd'], variable: 'DOVECOT' },
  // The server alone: the full package would start it as a service.
  mariadb: { names: ['mariadbd'], aptPackages: ['mariadb-server-core'], variable: 'MARIADBD' },
  promtool: { names: ['promtool'], aptPackages: ['prometheus'], variable: 'PROMTOOL' },
  amtool: { names: ['amtool'], aptPackages: ['prometheus-alertmanager'], variable: 'AMTOOL' },
} as const satisfies Record<string, Wanted>;

export type ProgramName = keyof typeof PROGRAMS;

/** Of servers, and not always on PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/**
 * The path of a program.
 * @throws one line: what is missing and how to get it.
 */
export function findProgram(name: ProgramName): string {
  const wanted: Wanted = PROGRAMS[name];
  const found = locate(wanted);
  if (found !== null) return found;
  const { names, aptPackages, variable } = wanted;
  throw new Error(
    `${names[0]} is needed and not installed: install it (Debian: apt-get install ${aptPackages[0]}) or set ${variable} to its path`,
  );
}

/** Installs what is missing by apt, as root on Debian or Ubuntu; elsewhere {@link findProgram} says what to do. */
export async function installMissingPrograms(
  names: readonly ProgramName[] = Object.keys(PROGRAMS) as ProgramName[],
): Promise<void> {
  const missing = names.map((name) => PROGRAMS[name]).filter((wanted) => locate(wanted) === null);
  if (missing.length === 0 || !canUseApt()) return;
  console.log(`Installing ${missing.map(({ names: [name] }) => name).join(' and ')} by apt-get (once)…`);
  await apt(['update', '-qq']);
  const packages = await Promise.all(missing.map(({ aptPackages }) => knownToApt(aptPackages)));
  await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
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

/** Ubuntu's Chromium package is a script that points to snap, which needs systemd. */
function isSnapStub(path: string): boolean {
  const head = readFileSync(path).subarray(0, 2000).toString('latin1');
  return head.startsWith('#!') && head.includes('snap') && !existsSync('/snap/bin/chromium');
}

function canUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync(aptGet);
}

/** The first package of this release; the last if none, so that apt reports it. */
async function knownToApt([best, ...others]: Wanted['aptPackages']): Promise<string> {
  const [next, ...rest] = others;
  if (next === undefined) return best;
  const isKnown = await apt(['install', '-s', '-qq', best]).then(
    () => true,
    () => false,
  );
  return isKnown ? best : knownToApt([next, ...rest]);
}

/** RUNLEVEL=1 keeps Debian from starting redis as a service. */
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
