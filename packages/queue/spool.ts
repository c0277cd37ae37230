import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Keeps jobs on the local disk that the queue cannot take now (law 8). */
export interface Spool<Job> {
  /** Resolves when the job is on disk (fsync). Rejects when it is not, and removes what was written of it. */
  add(job: Job, events: number): Promise<void>;
  /** How many wait here. */
  events(): number;
  /** Rejects when nothing can be written: the disk is full or gone. */
  check(): Promise<void>;
  /**
   * Gives the jobs to the queue, oldest first, file by file, and deletes them. False when the queue refused: the rest
   * is kept. Jobs can be added meanwhile. One drain at a time.
   */
  drain(give: (jobs: readonly Job[]) => Promise<void>): Promise<boolean>;
}

/** `torn`: a crash left the last line unfinished. `damaged`: no crash explains it. */
export type SpoolFault = 'torn' | 'damaged';

interface Line<Job> {
  readonly events: number;
  readonly job: Job;
}

interface Content<Job> {
  readonly lines: readonly Line<Job>[];
  readonly fault: SpoolFault | null;
}

/** A drain reads a whole file into memory. */
const MOST_BYTES_A_FILE = 8 * 1_048_576;
const EXTENSION = '.ndjson';
const PROBE = 'probe';

/**
 * Opens the spool in a folder of its own, one process a folder; jobs of earlier processes are still there. `onFault`
 * hears of a `torn` line (never acknowledged) and of a `damaged` file: its sound lines go to the queue, and it stays
 * as `NAME.damaged` for a person. `onFound` hears of each job that is there already.
 */
export async function openSpool<Job>(
  folder: string,
  onFault: (file: string, fault: SpoolFault) => void,
  onFound: (job: Job) => void = () => undefined,
): Promise<Spool<Job>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const inTurn = createTurns();
  /** The file being written. Never one that an earlier process or a failed write left unfinished. */
  let current: { name: string; bytes: number } | null = null;
  let lastNumber = 0;
  let waiting = 0;

  for (const name of await filesIn(folder)) {
    lastNumber = numberOf(name);
    const { lines, fault } = await readSpoolFile<Job>(join(folder, name));
    waiting += count(lines);
    for (const { job } of lines) onFound(job);
    if (fault) onFault(join(folder, name), fault);
  }

  async function append(line: string): Promise<void> {
    const file = current ?? { name: nameOf(++lastNumber), bytes: 0 };
    current = null; // until the line is whole, else the next one would continue it
    if (file.bytes === 0) await createDurably(folder, file.name);
    await appendDurably(join(folder, file.name), line, file.bytes);
    const bytes = file.bytes + Buffer.byteLength(line);
    if (bytes < MOST_BYTES_A_FILE) current = { name: file.name, bytes };
  }

  /** The oldest file; nothing is added to it any more. */
  const oldest = () =>
    inTurn(async () => {
      const [name] = await filesIn(folder);
      if (name !== undefined && name === current?.name) current = null;
      return name ?? null;
    });

  return {
    events: () => waiting,
    check: () => probe(folder),
    add: (job, events) =>
      inTurn(async () => {
        await append(`${JSON.stringify({ events, job } satisfies Line<Job>)}\n`);
        waiting += events;
      }),
    drain: async (give) => {
      for (let name = await oldest(); name !== null; name = await oldest()) {
        const file = join(folder, name);
        const { lines, fault } = await readSpoolFile<Job>(file);
        try {
          await give(lines.map(({ job }) => job));
        } catch {
          return false; // the whole file is given again: law 1
        }
        if (fault === 'damaged') await rename(file, `${file}.damaged`);
        else await rm(file);
        waiting = Math.max(0, waiting - count(lines));
      }
      return true;
    },
  };
}

/** Runs one piece of work at a time, in order. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };
}

async function probe(folder: string): Promise<void> {
  const file = join(folder, PROBE);
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile('.');
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rm(file, { force: true });
}

/** A new file survives a power loss only when its name is on disk too. */
async function createDurably(folder: string, name: string): Promise<void> {
  await (await open(join(folder, name), 'wx', 0o600)).close();
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `bytes` is the length before: an incomplete line is cut off again. */
async function appendDurably(file: string, line: string, bytes: number): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(line);
    await handle.sync();
  } catch (error) {
    await handle.truncate(bytes).catch(() => undefined); // if that fails too, readers see a torn line
    throw error;
  } finally {
    await handle.close();
  }
}

/** Numbers, not times: the clock may be set back. */
const nameOf = (number: number) => `${String(number).padStart(15, '0')}${EXTENSION}`;
const numberOf = (name: string) => Number.parseInt(name, 10) || 0;
const filesIn = async (folder: string) =>
  (await readdir(folder)).filter((file) => file.endsWith(EXTENSION)).sort();

const count = (lines: readonly Line<unknown>[]) => lines.reduce((sum, line) => sum + line.events, 0);

/** A last line without its end was never acknowledged. */
async function readSpoolFile<Job>(file: string): Promise<Content<Job>> {
  const text = await readFile(file, 'utf8');
  const [unfinished = '', ...whole] = text.split('\n').reverse();
  const lines: Line<Job>[] = [];
  let fault: SpoolFault | null = unfinished === '' ? null : 'torn';
  for (const line of whole.reverse()) {
    try {
      lines.push(JSON.parse(line) as Line<Job>); // our own line
    } catch {
      fault = 'damaged';
    }
  }
  return { lines, fault };
}
