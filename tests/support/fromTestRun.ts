/**
 * The address of something that `npm test` started.
 * @throws when the test file was run without it.
 */
export function fromTestRun(variable: string): string {
  const value = process.env[variable];
  if (value) return value;
  throw new Error(
    `${variable} is not set: run tests by npm test (one file: npm test -- path/to/file.test.ts)`,
  );
}
