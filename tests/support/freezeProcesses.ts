import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a PostgreSQL server stand still with all its connections, as a full disk or a sleeping machine does. Returns how to let it go on; once more does nothing. */
export function freezePostgres(cluster: string): () => void {
  const postmaster = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const all = [postmaster, ...childrenOf(postmaster)];
  for (const pid of all) signal(pid, 'SIGSTOP');
  return () => {
    for (const pid of all.splice(0)) signal(pid, 'SIGCONT');
  };
}

/** One that has ended meanwhile (a connection that was closed, a server that was stopped) needs no signal. */
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
      // The fields after the name in brackets: state, parent.
      const [, ppid] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return Number(ppid) === parent ? [Number(name)] : [];
    } catch {
      return []; // it has ended
    }
  });
}
