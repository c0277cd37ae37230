import { inspect } from 'node:util';
import type { FileResult } from './runFile.ts';
import type { Failure } from './tally.ts';

const slowestShown = 10;

/** A failure as a person wants it: where, which test, and what was expected. */
export function failureText(file: string, failure: Failure): string {
  const place = failure.place ? `${file}:${failure.place}` : file;
  const error = failure.error === null ? '' : `\n${indent(errorText(failure.error))}`;
  return `\n✗ ${failure.name}\n  ${place}${error}\n`;
}

/** One line per file, and what a failed file printed. */
export function fileText(result: FileResult): string {
  const mark = result.failed === 0 ? '✓' : '✗';
  const counts =
    result.failed === 0 ? `${result.passed}` : `${result.passed} passed, ${result.failed} failed`;
  const line = `${mark} ${result.file}  ${counts}  ${seconds(result.durationMs)}`;
  const printed = result.output.trim();
  return result.failed === 0 || printed === '' ? line : `${line}\n  it printed:\n${indent(printed)}`;
}

/** The slowest files and, as the last line, `N passed, N failed`. */
export function summaryText(results: readonly FileResult[], totalMs: number): string {
  const slowest = results.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, slowestShown);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  return [
    '',
    `The slowest of ${results.length} files (all took ${seconds(totalMs)}):`,
    ...slowest.map((result) => `${seconds(result.durationMs).padStart(8)}  ${result.file}`),
    '',
    `${passed} passed, ${failed} failed`,
  ].join('\n');
}

/** The runner wraps what the test threw; the cause is what a person wants to see. */
function errorText(error: unknown): string {
  const thrown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 6 });
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
