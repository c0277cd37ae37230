import { openDesk } from './servers/desk.ts';
import { installMissingPrograms } from './servers/programs.ts';

/**
 * vitest's globalSetup of projects with servers: opens the desk where tests ask for them, once a run. Workers and the
 * programs that they start find it by OTKLIK_TEST_DESK.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.OTKLIK_TEST_DESK) return undefined;
  await installMissingPrograms();
  const desk = await openDesk();
  process.env.OTKLIK_TEST_DESK = desk.url;
  process.env.OTKLIK_TEST_LOGS = desk.directory;
  return desk.close;
}
