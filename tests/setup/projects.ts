import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type ProjectName = keyof typeof EMPTY;

const EMPTY = {
  unit: [],
  services: [],
  browser: [],
  month: [],
  fuzz: [],
  e2e: [],
  kills: [],
  faults: [],
  punctual: [],
};

const PLACES = ['bin', 'packages', 'services', 'tests', 'grafana', 'scripts'];

/** By the file's name. The first match counts. */
const NAMES: readonly (readonly [name: RegExp, project: ProjectName])[] = [
  [/^tests\/(e2e|faults)\/.*\.punctual\.test\.ts$/, 'punctual'],
  [/^tests\/e2e\//, 'e2e'],
  [/^tests\/faults\/kills\.test\.ts$/, 'kills'],
  [/^tests\/faults\//, 'faults'],
  [/^tests\/month\/month\.test\.ts$/, 'month'],
  [/(^|\/|\.)fuzz\.test\.ts$/, 'fuzz'],
];

/** Other files by what they import, themselves or through test helpers. The first match counts. */
const NEEDS: readonly (readonly [modules: readonly string[], project: ProjectName])[] = [
  [['playwright-core'], 'browser'],
  [
    [
      '@otklik/testing/servers',
      'node:http',
      'node:net',
      'node:child_process',
      'smtp-server',
      'fastify',
      'vite',
    ],
    'services',
  ],
];

/** All test files by project, relative to `root`, sorted. */
export function testFiles(root: string): Record<ProjectName, string[]> {
  const files: Record<ProjectName, string[]> = structuredClone(EMPTY);
  const found = globSync(
    PLACES.map((place) => `${place}/**/*.test.ts`),
    { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path) },
  );
  const imports = importsReader();
  for (const file of found.sort()) files[projectOf(root, file, imports)].push(file);
  return files;
}

function projectOf(root: string, file: string, imports: (file: string) => readonly string[]): ProjectName {
  const named = NAMES.find(([name]) => name.test(file));
  if (named) return named[1];
  const modules = new Set<string>();
  const seen = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const name of imports(path)) {
      if (!name.startsWith('.')) modules.add(name);
      else if (isOfTests(join(dirname(path), name))) follow(join(dirname(path), name));
    }
  };
  follow(join(root, file));
  return NEEDS.find(([needed]) => needed.some((module) => modules.has(module)))?.[1] ?? 'unit';
}

/** Imports of the program itself say nothing about the needs of a test. */
const isOfTests = (path: string): boolean => /\/(testing|tests)\/|Fixture\.ts$/.test(path);

/** The runtime imports of a TypeScript file, each file read once. */
function importsReader(): (file: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const before = known.get(file);
    if (before) return before;
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const names = [
      ...text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from '([^']+)'|^import '([^']+)'/gm),
    ].map(([, from, bare]) => from ?? bare ?? '');
    known.set(file, names);
    return names;
  };
}
