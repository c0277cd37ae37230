import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dependenciesHash } from './dependencies.mjs';
import { environment, projectRoot } from './environment.mjs';
import { withLock } from './lock.mjs';
import { runQuietly, SetupError, say } from './processes.mjs';
import { hashFiles, isStamped, writeStamp } from './stamp.mjs';

const web = join(projectRoot, 'services', 'board', 'web');
const dist = join(web, 'dist');
const stamp = join(dist, '.otklik-stamp');
/** Ignored by everything, and on the same disk as dist. */
const building = join(web, 'node_modules', '.building');

/** Builds services/board/web/dist when its sources or dependencies have changed. */
export async function ensureWebApp(node) {
  const hash = `${hashFiles(sourcesIn(web))} ${dependenciesHash()}`;
  if (isStamped(stamp, hash)) return;
  await withLock(async () => {
    if (isStamped(stamp, hash)) return;
    await build(node);
    writeStamp(stamp, hash);
  });
}

function sourcesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => isSource(file))
    .sort();
}

function isSource(file) {
  const inside = file.slice(web.length + 1);
  return !/^(node_modules|dist)\//.test(inside) && !/\.test\.tsx?$/.test(inside);
}

async function build(node) {
  say('Building the board…');
  const vite = join(web, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--outDir', building, '--emptyOutDir', '--logLevel', 'warn'];
  const { status, output } = await runQuietly(node, args, { cwd: web, env: environment(node) });
  if (status !== 0) throw new SetupError(`Could not build the board, vite says:\n${output}`);
  rmSync(dist, { recursive: true, force: true });
  renameSync(building, dist);
}
