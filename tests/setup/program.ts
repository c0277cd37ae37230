import { ensureProgram } from '../../scripts/setup/program.mjs';
import { ensureWebApp } from '../../scripts/setup/webApp.mjs';

/** vitest's globalSetup of projects that start the whole program: builds the bundle and the board. */
export default async function setup(): Promise<void> {
  await ensureWebApp(process.execPath);
  await ensureProgram(process.execPath);
}
