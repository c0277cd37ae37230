import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Who uses a data folder now, as they say themselves in `owner.json`. */
export interface FolderOwner {
  readonly pid: number;
  /** When that process began, as the system counts it: a pid that has been given to another program is no owner. */
  readonly began: string;
  /** `start`, or the name of a command. */
  readonly does: string;
  /** Where its board or its hooks are; null until it listens. */
  readonly address: string | null;
  /** The port of the database that it runs in this folder, unless that is still starting or another is used. */
  readonly database: number | 'starting' | 'elsewhere';
  /** Whether it is about to end. */
  readonly ending: boolean;
}

/** A data folder that is ours. */
export interface HeldFolder {
  /** Tells others more about us. */
  tell(more: Partial<Pick<FolderOwner, 'address' | 'database' | 'ending'>>): void;
  release(): void;
}

/** Whoever has it now; `owner` is null while they have not yet said who they are. */
export interface TakenFolder {
  readonly owner: FolderOwner | null;
}

/**
 * Takes a data folder for this process alone, or says who has it. It holds a lock that the system itself lets go of when
 * the process ends, however it ends, and writes into `owner.json` who it is.
 */
export function holdFolder(dir: string, does: string): HeldFolder | TakenFolder {
  mkdirSync(dir, { recursive: true, mode: 0o711 }); // others may pass through, not look: PostgreSQL runs as another user
  const unlock = lock(join(dir, 'lock'));
  if (unlock === null) return { owner: ownerOf(dir) };
  // Where the lock is worth nothing (some network disks) the owner's word is all there is.
  const before = ownerOf(dir);
  if (before !== null) {
    unlock();
    return { owner: before };
  }
  const file = join(dir, 'owner.json');
  let said: FolderOwner = {
    pid: process.pid,
    began: beginningOf(process.pid) ?? '',
    does,
    address: null,
    database: 'starting',
    ending: false,
  };
  const tell: HeldFolder['tell'] = (more) => {
    said = { ...said, ...more };
    writeFileSync(`${file}.new`, `${JSON.stringify(said)}\n`, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  };
  tell({});
  return {
    tell,
    release: () => {
      rmSync(file, { force: true });
      unlock();
    },
  };
}

/** The process that has the folder, if it is alive. */
function ownerOf(dir: string): FolderOwner | null {
  let owner: FolderOwner;
  try {
    owner = JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')) as FolderOwner; // written by `tell`
  } catch {
    return null; // nobody, or written half-way by one who died
  }
  return beginningOf(owner.pid) === owner.began ? owner : null;
}

const SQLITE_BUSY = 5;
const SQLITE_CANNOT_OPEN = 14;

/**
 * Node has no flock. SQLite has one that works on every system: an empty file, held by an open transaction. Returns how to
 * let go of it, or null when another process holds it.
 */
function lock(file: string): (() => void) | null {
  let held: DatabaseSync | null = null;
  try {
    held = new DatabaseSync(file, { timeout: 0 });
    held.exec('begin exclusive');
    const { close } = held;
    return close.bind(held);
  } catch (error) {
    held?.close();
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null;
    if (code === SQLITE_BUSY) return null;
    if (code === SQLITE_CANNOT_OPEN)
      throw new Error(`Nothing can be written to ${file}. Give the folder to the user that Otklik runs as.`, {
        cause: error,
      });
    return () => undefined;
  }
}

/** When a process began, in a form that no other process of any boot has; null when there is none. */
function beginningOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    // After the program's name, which may hold anything, come the fields from the third on; the 22nd is the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s/s, '')
      .split(' ');
    if (fields[0] === 'Z') return null; // it has ended and waits for its parent
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return null;
  }
}
