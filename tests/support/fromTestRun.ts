const given = new Map<string, unknown>();

/**
 * Access to `postgres`, `redis`, `dovecot`, `mariadb` or `program/NAME`, started once by `npm test`.
 * @throws the reason when it cannot be had, or when the file was run without `npm test`.
 */
export async function fromTestRun<T>(name: string): Promise<T> {
  const known = given.get(name);
  if (known !== undefined) return known as T;
  const desk = process.env.OTKLIK_TEST_DESK;
  if (!desk)
    throw new Error(`No ${name} here: run tests by npm test (one file: npm test -- path/to/file.test.ts)`);
  const response = await fetch(`${desk}/${name}`);
  if (!response.ok) throw new Error(await response.text());
  const access = (await response.json()) as T;
  given.set(name, access);
  return access;
}
