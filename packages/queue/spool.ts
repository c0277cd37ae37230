import { existsSync, mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A place on the local disk for jobs that the queue cannot take now (law 8). */
export interface Spool<Job> {
  /** Resolves when the job is on disk (fsync). */
  add(job: Job, events: number): Promise<void>;
  /** Events that wait here. */
  events(): number;
  /** Gives the jobs to the queue, oldest first, and forgets them. False when the queue refused: they are kept. */
  drain(give: (job: Job) => Promise<void>): Promise<boolean>;
}

interface Line<Job> {
  readonly events: number;
  readonly job: Job;
}

const CURRENT = 'current.ndjson';

/** Opens the spool in a folder of its own; jobs of an earlier process are still there. One process a folder. */
export async function openSpool<Job>(folder: string, onTorn: (file: string) => void): Promise<Spool<Job>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const current = join(folder, CURRENT);
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** One writer or drainer at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };
  for (const file of await files(folder)) waiting += count(await read<Job>(join(folder, file), onTorn));

  return {
    events: () => waiting,
    add: (job, events) =>
      inTurn(async () => {
        const handle = await open(current, 'a', 0o600);
        try {
          await handle.appendFile(`${JSON.stringify({ events, job } satisfies Line<Job>)}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
        waiting += events;
      }),
    drain: (give) =>
      inTurn(async () => {
        if (existsSync(current))
          await rename(current, join(folder, `${String(Date.now()).padStart(15, '0')}.ndjson`));
        for (const file of (await files(folder)).filter((name) => name !== CURRENT)) {
          const lines = await read<Job>(join(folder, file), onTorn);
          for (const line of lines) {
            try {
              await give(line.job);
            } catch {
              return false; // the whole file is given again: a second delivery changes nothing
            }
          }
          await rm(join(folder, file));
          waiting -= count(lines);
        }
        return true;
      }),
  };
}

const files = async (folder: string) =>
  (await readdir(folder)).filter((file) => file.endsWith('.ndjson')).sort();

const count = (lines: readonly Line<unknown>[]) => lines.reduce((sum, line) => sum + line.events, 0);

/** A last line without its end was never acknowledged: whoever sent it was told that we failed. */
async function read<Job>(file: string, onTorn: (file: string) => void): Promise<Line<Job>[]> {
  const text = await readFile(file, 'utf8');
  if (text !== '' && !text.endsWith('\n')) onTorn(file);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line<Job>); // our own line
}
