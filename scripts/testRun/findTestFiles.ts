import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';

const places = ['packages', 'services', 'tests', 'grafana', 'scripts'];

/**
 * Every test file, relative to the root, sorted; with `wanted`, those that lie in one of the named files or folders.
 * @throws when a wanted name matches no test file: a misspelt name must not look like success.
 */
export function findTestFiles(root: string, wanted: readonly string[]): string[] {
  const all = globSync(
    places.map((place) => `${place}/**/*.test.ts`),
    { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path) },
  ).sort();
  if (wanted.length === 0) return all;
  const chosen = wanted.map((name) => ({ name, files: filesIn(all, relative(root, resolve(name))) }));
  for (const { name, files } of chosen) if (files.length === 0) throw new Error(`No test file in ${name}`);
  return [...new Set(chosen.flatMap(({ files }) => files))].sort();
}

function filesIn(all: readonly string[], name: string): string[] {
  return name === '' ? [...all] : all.filter((file) => file === name || file.startsWith(`${name}/`));
}
