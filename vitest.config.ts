import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import LongestFirst from './tests/setup/longestFirst.ts';
import { type ProjectName, testFiles } from './tests/setup/projects.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const filesOf = testFiles(root);

interface ProjectOptions {
  /** A test or hook that takes longer has failed, in seconds. */
  readonly limit: number;
  /** Projects with the same number run beside each other, the lower numbers first. */
  readonly turn: number;
  readonly globalSetup?: string[];
  /** How many of its files run at a time; left out: as many as there are workers. */
  readonly maxWorkers?: number;
}

const SERVERS = './tests/setup/servers.ts';
const PROGRAM = './tests/setup/program.ts';

const PROJECTS: Readonly<Record<ProjectName, ProjectOptions>> = {
  // Nothing but functions.
  unit: { limit: 30, turn: 0 },
  // Real servers and providers on loopback.
  services: { limit: 120, turn: 0, globalSetup: [SERVERS] },
  // The board in Chromium.
  browser: { limit: 90, turn: 0, globalSetup: [SERVERS] },
  // Thousands of destroyed bodies.
  fuzz: { limit: 120, turn: 0 },
  // A month of a company in virtual time: one flow that leaves a core free.
  month: { limit: 600, turn: 1, globalSetup: [SERVERS] },
  // Frozen and vanished servers: most of it is waiting.
  faults: { limit: 400, turn: 1, globalSetup: [PROGRAM, SERVERS] },
  // A hundred starts of the whole program, which take all that the machine has.
  kills: { limit: 600, turn: 2, globalSetup: [PROGRAM, SERVERS] },
  // The whole program as a person starts it, beside the kills.
  e2e: { limit: 120, turn: 2, globalSetup: [PROGRAM, SERVERS] },
  // What is held to seconds has the machine to itself: a busy neighbour is no fault of the program.
  punctual: { limit: 60, turn: 3, globalSetup: [PROGRAM, SERVERS], maxWorkers: 1 },
};

export default defineConfig({
  test: {
    // As in production: native Node strips the types and resolves imports, vite transforms nothing.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    pool: 'threads',
    // Files of one worker share the loaded modules: loading them is most of what a short file takes.
    isolate: false,
    // One more than the cores that this is measured on: much of it is waiting.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // The tests of one file that say so run beside each other, all of them.
    maxConcurrency: 50,
    silent: 'passed-only',
    reporters: ['default', './tests/setup/report.ts'],
    projects: Object.entries(PROJECTS).map(([name, { limit, turn, ...options }]) => ({
      test: {
        name,
        include: filesOf[name as ProjectName],
        testTimeout: limit * 1_000,
        hookTimeout: limit * 1_000,
        sequence: { groupOrder: turn },
        ...options,
      },
    })),
  },
});
