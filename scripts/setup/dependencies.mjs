import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, projectRoot } from './environment.mjs';
import { withLock } from './lock.mjs';
import { runQuietly, SetupError, say } from './processes.mjs';
import { hashFiles, isStamped, writeStamp } from './stamp.mjs';
import { findPnpm } from './toolchain.mjs';

const stamp = join(projectRoot, 'node_modules', '.otklik-stamp');

/** Installs from pnpm-lock.yaml when it or a package.json has changed. */
export async function ensureDependencies(node) {
  const hash = dependenciesHash();
  if (isStamped(stamp, hash)) return;
  // Before the lock, which fetching pnpm takes too.
  const pnpm = await findPnpm(node);
  await withLock(async () => {
    if (isStamped(stamp, hash)) return;
    await install(pnpm, node);
    writeStamp(stamp, hash);
  });
}

/** Changes with the wanted packages. */
export function dependenciesHash() {
  const workspace = join(projectRoot, 'pnpm-workspace.yaml');
  return hashFiles([
    join(projectRoot, 'pnpm-lock.yaml'),
    workspace,
    join(projectRoot, '.pnpmfile.cjs'),
    join(projectRoot, 'package.json'),
    ...packagesOf(readFileSync(workspace, 'utf8')).map((directory) => join(directory, 'package.json')),
  ]);
}

/** The folders in `packages:` of pnpm-workspace.yaml; the only pattern that we use is `folder/*`. */
function packagesOf(workspace) {
  const list = /^packages:\n((?:[ \t]+-.*\n)+)/m.exec(workspace)?.[1] ?? '';
  const patterns = list.split('\n').map((line) => line.replace(/^\s*-\s*/, '').replaceAll(/["']/g, ''));
  return patterns
    .filter((pattern) => pattern !== '')
    .flatMap((pattern) => expand(pattern))
    .filter((directory) => existsSync(join(directory, 'package.json')));
}

function expand(pattern) {
  if (!pattern.endsWith('/*')) return [join(projectRoot, pattern)];
  const parent = join(projectRoot, pattern.slice(0, -2));
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .map((name) => join(parent, name));
}

async function install(pnpm, node) {
  say('Installing the dependencies…');
  // CI=true: pnpm may replace node_modules without asking.
  const env = { ...environment(node), CI: 'true' };
  const { status, output } = await runQuietly(pnpm, ['install', '--frozen-lockfile'], {
    cwd: projectRoot,
    env,
  });
  if (status !== 0) throw new SetupError(`Could not install the dependencies, pnpm says:\n${output}`);
}
