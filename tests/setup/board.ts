import { ensureWebApp } from '../../scripts/setup/webApp.mjs';

/** vitest's globalSetup of projects that start the whole program: it serves the built board. */
export default async function setup(): Promise<void> {
  await ensureWebApp(process.execPath);
}
