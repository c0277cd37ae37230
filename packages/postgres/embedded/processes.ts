import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** From PostgreSQL's pid file. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** False during recovery and shutdown. */
  readonly ready: boolean;
}

/** The live server of this cluster, or null. Its pid may be another program's by now. */
export function postmasterOf(cluster: string, tag: string): Postmaster | null {
  const lines = (contentOf(join(cluster, 'postmaster.pid')) ?? '').split('\n');
  const pid = Number(lines[0] || Number.NaN);
  if (!Number.isInteger(pid)) return null;
  const command = commandOf(pid);
  if (!command.includes('postgres') || !(command.includes(cluster) || command.includes(tag))) return null;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

const FAST_WITHIN_MS = 3_000;
const IMMEDIATE_WITHIN_MS = 700;
const KILLED_WITHIN_MS = 500;
const LOOK_EVERY_MS = 30;

/**
 * Ends the server and what it left when killed: a stopped backend holds shared memory and blocks the next start. Forced
 * after a while; committed data is kept.
 * @throws if something survives.
 */
export async function endCluster(cluster: string, tag: string): Promise<void> {
  const rest = () => [...new Set([postmasterOf(cluster, tag)?.pid ?? [], processesOf(tag)].flat())];
  const endedWithin = async (ms: number): Promise<boolean> => {
    for (const end = Date.now() + ms; Date.now() < end; await pause(LOOK_EVERY_MS))
      if (rest().length === 0) return true;
    return rest().length === 0;
  };
  const server = postmasterOf(cluster, tag)?.pid;
  if (server !== undefined) {
    signal(rest(), 'SIGCONT'); // a stopped process hears no other signal
    signal([server], 'SIGINT');
    if (await endedWithin(FAST_WITHIN_MS)) return;
  }
  signal(rest(), 'SIGQUIT');
  if (await endedWithin(IMMEDIATE_WITHIN_MS)) return;
  signal(rest(), 'SIGKILL');
  if (await endedWithin(KILLED_WITHIN_MS)) return;
  throw new Error(`PostgreSQL does not end (process ${rest().join(', ')}). End it, and start again.`);
}

/** The pid file of a killed server blocks the next start if its pid is another program's or a zombie's. */
export function forgetStalePidFile(cluster: string): void {
  const file = join(cluster, 'postmaster.pid');
  const pid = Number.parseInt(contentOf(file) ?? '', 10);
  if (Number.isInteger(pid) && !commandOf(pid).includes('postgres')) rmSync(file, { force: true });
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** PostgreSQL puts the cluster's name into the title of each process. */
function processesOf(tag: string): number[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && isOf(tag, commandOf(Number(name))))
      .map(Number);
  }
  return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => isOf(tag, line))
    .map((line) => Number.parseInt(line, 10));
}

/** `command` may begin with a pid; the program is the first word that is not a number. */
function isOf(tag: string, command: string): boolean {
  if (!command.includes(tag)) return false;
  const program = command.split(/\s/).find((word) => word !== '' && Number.isNaN(Number(word))) ?? '';
  return program.includes('postgres') || program.includes('setpriv');
}

/** Empty if the process is gone or a zombie. */
function commandOf(pid: number): string {
  if (process.platform === 'linux') return contentOf(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
