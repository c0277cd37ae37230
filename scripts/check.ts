// npm run check: all that needs no running program, in seconds. `-- --fix` repairs what a machine can.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './checks/check.ts';
import { commandCheck, execute, projectRoot } from './checks/command.ts';
import { generatedFilesCheck, writeGeneratedFiles } from './checks/generated.ts';

const folders = ['bin', 'packages', 'services', 'tests', 'scripts', 'grafana'].filter((folder) =>
  existsSync(join(projectRoot, folder)),
);

/** For incremental runs. */
const cache = '.cache';
const kept = (name: string) => ['--incremental', '--tsBuildInfoFile', `${cache}/${name}.tsbuildinfo`];

const checks: readonly Check[] = [
  commandCheck('format and lint', 'biome', ['ci', '--colors=off', '--error-on-warnings', '.']),
  commandCheck('types', 'tsc', ['-p', 'tsconfig.json', '--noEmit', ...kept('types')]),
  commandCheck('types of the web app', 'tsc', ['-p', 'services/board/web', '--noEmit', ...kept('webTypes')]),
  commandCheck(
    'direction of imports',
    'depcruise',
    ['--config', '.dependency-cruiser.mjs', '--cache', `${cache}/imports`, ...folders],
    hasSeenTheCode,
  ),
  commandCheck('no unused code', 'knip', [
    '--no-progress',
    '--no-config-hints',
    '--cache',
    '--cache-location',
    `${cache}/knip`,
  ]),
  generatedFilesCheck,
];

/** Without a TypeScript that it can use, dependency-cruiser skips .ts files silently. */
function hasSeenTheCode(output: string): boolean {
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  return modules > 100;
}

async function passes({ name, run }: Check): Promise<boolean> {
  const startedAt = performance.now();
  const finding = await run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${finding.ok ? 'ok    ' : 'failed'}  ${name}  ${seconds} s`);
  if (!finding.ok) console.log(finding.report.replaceAll(/^/gm, '        '));
  return finding.ok;
}

if (process.argv.includes('--fix')) {
  await writeGeneratedFiles();
  const { status, output } = await execute('biome', ['check', '--write', '.']);
  if (status !== 0) console.log(output);
}
const results = await Promise.all(checks.map(passes));
const failed = results.filter((ok) => !ok).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
