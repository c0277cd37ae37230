// npm test: starts what the tests need, runs every test file, two at a time, and says `N passed, N failed`.
// Arguments are files or folders: `npm test -- packages/domain`.
import { fileURLToPath } from 'node:url';
import { findTestFiles } from './testRun/findTestFiles.ts';
import { failureText, fileText, summaryText } from './testRun/report.ts';
import { type FileResult, runFile } from './testRun/runFile.ts';
import { startSurroundings } from './testRun/surroundings.ts';

const concurrency = 2;
/** A file that hangs is ended. The longest that do not (a hundred kills and restarts) take over three minutes on a slow machine. */
const fileTimeoutMs = 600_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}

/** What holds the product to its promises in seconds gets the machine to itself: a busy neighbour is no fault of it. */
const runsAlone = (file: string) => /^tests\/(e2e|faults)\//.test(file);

async function runFiles(files: readonly string[], concurrency: number): Promise<FileResult[]> {
  const waiting = [...files];
  const results: FileResult[] = [];
  const worker = async () => {
    for (let file = waiting.shift(); file && !interrupted.signal.aborted; file = waiting.shift()) {
      const result = await runFile(file, {
        timeoutMs: fileTimeoutMs,
        signal: interrupted.signal,
        onFailure: (failure) => console.log(failureText(file, failure)),
      });
      console.log(fileText(result));
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

async function main(wanted: readonly string[]): Promise<boolean> {
  const startedAt = performance.now();
  process.chdir(root);
  const files = findTestFiles(root, wanted);
  const surroundings = await startSurroundings(console.log);
  try {
    Object.assign(process.env, surroundings.env);
    const together = await runFiles(
      files.filter((file) => !runsAlone(file)),
      concurrency,
    );
    const results = [...together, ...(await runFiles(files.filter(runsAlone), 1))];
    console.log(summaryText(results, performance.now() - startedAt));
    const all = results.length === files.length && files.length > 0;
    return all && results.every((result) => result.failed === 0);
  } finally {
    await surroundings.stop();
  }
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
