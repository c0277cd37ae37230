import type { EventData } from 'node:test';

/** One thing that went wrong in a test file. */
export interface Failure {
  /** The test's name with its suite's before it; for a file as a whole, what is wrong with the file. */
  readonly name: string;
  /** `line:column` in the file, or null for the file as a whole. */
  readonly place: string | null;
  readonly error: unknown;
}

export interface Tally {
  /** Leaf tests: a suite, or a test that only holds others, is not counted. */
  readonly passed: number;
  readonly failed: number;
  enqueue(event: EventData.TestEnqueue): void;
  complete(event: EventData.TestComplete): void;
  /** Call once when the file has ended: finds tests that were announced and never ran, and files without any. */
  close(): void;
}

/**
 * Counts one file's tests by the rule of `npm test`: nothing is skipped in silence, so skipped and todo count as
 * failed, and so does a file that crashes, ends early or holds no test.
 */
export function createTally(onFailure: (failure: Failure) => void): Tally {
  const running = new Map<number, string>();
  const parents = new Set<number>();
  let passed = 0;
  let failed = 0;

  const fail = (failure: Failure) => {
    failed++;
    onFailure(failure);
  };

  return {
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
    enqueue(event) {
      if (isWholeFile(event)) return;
      running.set(event.testId, event.name);
      if (event.parentId) parents.add(event.parentId);
    },
    complete(event) {
      const place = isWholeFile(event) ? null : `${event.line}:${event.column}`;
      const holdsTests = isWholeFile(event) || event.details.type === 'suite' || parents.has(event.testId);
      if (!isWholeFile(event)) running.delete(event.testId);
      const error = whatWentWrong(event);
      if (error !== null && !(holdsTests && isOnlyItsTests(error))) {
        fail({ name: isWholeFile(event) ? 'the file as a whole' : fullName(event), place, error });
      } else if (!holdsTests) passed++;
    },
    close() {
      if (passed + failed === 0) fail({ name: 'the file holds no test', place: null, error: null });
      if (failed > 0) return;
      for (const name of running.values()) fail({ name: `${name}: never ended`, place: null, error: null });
    },
  };
}

/** The runner also reports each file as if it were a test; tests inside carry the file that they were started from. */
function isWholeFile(event: EventData.TestEnqueue | EventData.TestComplete): boolean {
  return !('entryFile' in event) || event.entryFile === undefined;
}

function fullName(event: EventData.TestComplete): string {
  const parent = 'classname' in event.details ? `${event.details.classname} › ` : '';
  return `${parent}${event.name}`;
}

function whatWentWrong(event: EventData.TestComplete): unknown {
  if (event.skip !== undefined) return 'skipped: mend it or delete it';
  if (event.todo !== undefined) return 'todo: write it or delete it';
  return event.details.passed ? null : (event.details.error ?? 'failed');
}

/** A suite or file that fails because a test in it failed: that test has been told already. */
function isOnlyItsTests(error: unknown): boolean {
  return error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed';
}
