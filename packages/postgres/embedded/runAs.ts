import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { reachableByOthers } from './programs.ts';

/** PostgreSQL refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** The user cannot reach the cluster (a clone below /root, a 0700 directory). */
  readonly needsAccess: boolean;
}

/** The system user `postgres`, made when missing. */
export async function unprivilegedUser(dir: string): Promise<RunAs> {
  const ids = systemUser('postgres') ?? (await createUser());
  const needsAccess = !reachableByOthers(dir);
  if (needsAccess && !existsSync(SETPRIV)) {
    throw new Error(
      `The user "postgres" cannot reach ${dir}. Set OTKLIK_DATA_DIR to a folder that it can reach (such as /var/lib/otklik), or run Otklik as another user than root.`,
    );
  }
  return { ...ids, needsAccess };
}

const SETPRIV = '/usr/bin/setpriv';

function systemUser(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  if (!line) return null;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function createUser() {
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
  await ended(spawn('useradd', args, { stdio: 'ignore' }));
  const ids = systemUser('postgres');
  if (!ids)
    throw new Error(
      'Could not make the system user "postgres". Make it (useradd --system postgres), or set DATABASE_URL.',
    );
  return ids;
}

/**
 * Starts a program as `runAs`, appending its output to a file. A user who cannot reach the cluster gets one capability
 * (CAP_DAC_OVERRIDE): moving a clone or opening /root would be worse. Its own session keeps signals to our process
 * group (Ctrl-C, a closed terminal, a service stop) away: we end it last.
 */
export function start(
  program: string,
  args: readonly string[],
  runAs: RunAs | null,
  outputFile: string,
): ChildProcess {
  const output = openSync(outputFile, 'a', 0o600);
  const [command, rest] = runAs?.needsAccess
    ? [
        SETPRIV,
        [
          `--reuid=${runAs.uid}`,
          `--regid=${runAs.gid}`,
          '--clear-groups',
          '--inh-caps=+dac_override',
          '--ambient-caps=+dac_override',
          '--',
          program,
          ...args,
        ],
      ]
    : [program, args];
  try {
    return spawn(command, rest, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', output, output],
      ...(runAs && !runAs.needsAccess ? { uid: runAs.uid, gid: runAs.gid } : {}),
    });
  } finally {
    closeSync(output);
  }
}

/** The exit status; 128 for a signal. */
export function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  });
}
