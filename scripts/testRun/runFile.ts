import { run } from 'node:test';
import { createTally, type Failure } from './tally.ts';

export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly durationMs: number;
  /** What the file printed, both streams. */
  readonly output: string;
}

export interface RunOptions {
  /** After this long the file's process is ended and the file has failed. */
  readonly timeoutMs: number;
  /** Ends the run from outside. */
  readonly signal: AbortSignal;
  onFailure(failure: Failure): void;
}

/** Runs one test file in a process of its own. */
export async function runFile(file: string, options: RunOptions): Promise<FileResult> {
  const startedAt = performance.now();
  const tally = createTally(options.onFailure);
  let output = '';
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  for await (const event of run({ files: [file], signal })) {
    if (event.type === 'test:enqueue') tally.enqueue(event.data);
    else if (event.type === 'test:complete') tally.complete(event.data);
    else if (event.type === 'test:stdout' || event.type === 'test:stderr') output += event.data.message;
  }
  tally.close();
  const durationMs = performance.now() - startedAt;
  return { file, passed: tally.passed, failed: tally.failed, durationMs, output };
}
