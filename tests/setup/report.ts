import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

const SLOWEST_SHOWN = 10;
/** Characters of a server's log that are shown of a failed file. */
const LOG_SHOWN = 4_000;

/**
 * Ends a run with its ten slowest files and `N passed, N failed`. Nothing is skipped silently: a test that is skipped
 * or has no body counts as failed, as does an error outside of tests. A failed file shows what the servers printed
 * meanwhile.
 */
export default class Report implements Reporter {
  #vitest: Vitest | undefined;
  readonly #logs = new Map<TestModule, Map<string, number>>();

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestModuleStart(module: TestModule): void {
    this.#logs.set(module, logSizes());
  }

  onTestModuleEnd(module: TestModule): void {
    if (module.state() !== 'failed') return;
    for (const [file, size] of logSizes()) {
      const text = readFileSync(file, 'utf8').slice(this.#logs.get(module)?.get(file) ?? 0, size);
      if (text.trim() === '') continue;
      console.log(`${module.relativeModuleId}: meanwhile ${file} says\n${text.trim().slice(-LOG_SHOWN)}\n`);
    }
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const pattern = this.#vitest?.getGlobalTestNamePattern();
    const { passed, failed } = countOf(modules, unhandled, pattern);
    const slowest = modules
      .map((module) => ({ file: module.relativeModuleId, ms: module.diagnostic().duration }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, SLOWEST_SHOWN);
    if (modules.length > 1) {
      console.log(`\nThe slowest of ${modules.length} files:`);
      for (const { file, ms } of slowest) console.log(`${(ms / 1_000).toFixed(1).padStart(7)} s  ${file}`);
    }
    console.log(`\n${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  }
}

export function countOf(
  modules: readonly TestModule[],
  unhandled: readonly unknown[],
  pattern: RegExp | undefined,
): { passed: number; failed: number } {
  let passed = 0;
  let failed = unhandled.length;
  for (const module of modules) {
    const wanted = [...module.children.allTests()].filter((test) => isWanted(test, pattern));
    passed += wanted.filter((test) => test.result().state === 'passed').length;
    failed += wanted.filter((test) => test.result().state !== 'passed').length;
    // A file that did not load, has no test, or whose hooks failed.
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
  }
  // A misspelt file or name must not look like success.
  return passed + failed === 0 ? { passed, failed: 1 } : { passed, failed };
}

/** With `-t NAME` vitest marks the others as skipped. */
function isWanted(test: TestCase, pattern: RegExp | undefined): boolean {
  return pattern === undefined || pattern.test(test.fullName);
}

function logSizes(): Map<string, number> {
  const folder = process.env.OTKLIK_TEST_LOGS;
  if (!folder) return new Map();
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log') && name !== 'postgres.setup.log');
  return new Map(logs.map((name) => [join(folder, name), statSync(join(folder, name)).size]));
}
