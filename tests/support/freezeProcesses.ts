import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Stops a PostgreSQL server with its connections open, as a full disk or a sleeping machine does. Returns how to
 * continue it, which may be called twice.
 */
export function freezePostgres(cluster: string): () => void {
  const postmaster = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const all = [postmaster, ...childrenOf(postmaster)];
  for (const pid of all) signal(pid, 'SIGSTOP');
  return () => {
    for (const pid of all.splice(0)) signal(pid, 'SIGCONT');
  };
}

/** A process that has ended needs no signal. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // After the name in brackets: state, parent.
      const [, ppid] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return Number(ppid) === parent ? [Number(name)] : [];
    } catch {
      return []; // it has ended
    }
  });
}
