import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dependenciesHash } from './dependencies.mjs';
import { environment, projectRoot } from './environment.mjs';
import { withLock } from './lock.mjs';
import { runQuietly, SetupError, say } from './processes.mjs';
import { hashFiles, isStamped, writeStamp } from './stamp.mjs';

const bundler = join(projectRoot, 'scripts', 'bundle.ts');
const bundles = join(projectRoot, 'node_modules', '.cache', 'program');
const sources = ['bin', 'packages', 'services'];
/** A running program may still load parts of its bundle. */
const kept = 4;

/**
 * Bundles the program when its sources or dependencies have changed; returns the file to start. Loading two thousand
 * modules one by one takes half of a start.
 */
export async function ensureProgram(node) {
  const hash = hashFiles([bundler, ...sources.flatMap((folder) => sourcesIn(join(projectRoot, folder)))]);
  // Modules know their location, so a moved checkout is bundled anew.
  const stampText = `${hash} ${dependenciesHash()} ${projectRoot}`;
  const folder = join(bundles, hash.slice(0, 16));
  const stamp = join(folder, '.otklik-stamp');
  if (!isStamped(stamp, stampText)) {
    await withLock(async () => {
      if (isStamped(stamp, stampText)) return;
      await bundle(node, folder);
      writeStamp(stamp, stampText);
      removeOld();
    });
  }
  return join(folder, 'otklik.mjs');
}

function sourcesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](node_modules|dist|testing|web)[\\/]/.test(file.slice(projectRoot.length)))
    .sort();
}

async function bundle(node, folder) {
  say('Bundling the program…');
  rmSync(folder, { recursive: true, force: true });
  const { status, output } = await runQuietly(node, [bundler, folder], {
    cwd: projectRoot,
    env: environment(node),
  });
  if (status !== 0) throw new SetupError(`Could not bundle the program, rolldown says:\n${output}`);
}

function removeOld() {
  if (!existsSync(bundles)) return;
  const byAge = readdirSync(bundles)
    .map((name) => join(bundles, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of byAge.slice(kept)) rmSync(folder, { recursive: true, force: true });
}
