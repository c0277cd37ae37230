import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** From `owner.json`. */
export interface FolderOwner {
  readonly pid: number;
  /** The system's start time of the process, as pids are reused. */
  readonly began: string;
  /** `start`, or a command. */
  readonly does: string;
  /** Of its board or hooks, once it listens. */
  readonly address: string | null;
  /** Port of its database in this folder; `elsewhere`: it uses another. */
  readonly database: number | 'starting' | 'elsewhere';
  readonly ending: boolean;
}

export interface HeldFolder {
  /** Updates `owner.json`. */
  tell(more: Partial<Pick<FolderOwner, 'address' | 'database' | 'ending'>>): void;
  release(): void;
}

/** `owner`: null until the holder has written who it is. */
export interface TakenFolder {
  readonly owner: FolderOwner | null;
}

/** Takes a data folder for this process, or says who has it. The system releases the lock however the process ends. */
export function holdFolder(dir: string, does: string): HeldFolder | TakenFolder {
  mkdirSync(dir, { recursive: true, mode: 0o711 }); // others may pass through, not list: PostgreSQL runs as another user
  const unlock = lock(join(dir, 'lock'));
  if (unlock === null) return { owner: ownerOf(dir) };
  // Where locks do not work (some network disks), `owner.json` decides.
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

/** The live holder. */
function ownerOf(dir: string): FolderOwner | null {
  let owner: FolderOwner;
  try {
    owner = JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')) as FolderOwner; // written by `tell`
  } catch {
    return null; // nobody, or half-written by a dead process
  }
  return beginningOf(owner.pid) === owner.began ? owner : null;
}

const SQLITE_BUSY = 5;
const SQLITE_CANNOT_OPEN = 14;

/**
 * Node has no flock; SQLite locks on every system, by an open transaction on an empty file. Returns the release; null:
 * another process holds it.
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

/** Start of a process, unique across boots. */
function beginningOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    // The program's name may hold anything; then come the fields from the third on. The 22nd is the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s/s, '')
      .split(' ');
    if (fields[0] === 'Z') return null; // a zombie
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return null;
  }
}
