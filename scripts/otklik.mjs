// The one door of every npm script. It runs on any Node from 20 on: it fetches what Otklik itself needs
// (Node 26, pnpm, the dependencies, the built board), once, and then hands over to TypeScript on Node 26.
import { ensureDependencies } from './setup/dependencies.mjs';
import { environment, projectRoot } from './setup/environment.mjs';
import { runToTheEnd, SetupError } from './setup/processes.mjs';
import { findNode } from './setup/toolchain.mjs';
import { ensureWebApp } from './setup/webApp.mjs';

const vitest = 'node_modules/vitest/vitest.mjs';

const commands = {
  start: { program: ['bin/otklik.ts', 'start'], needsWebApp: true },
  cli: { program: ['bin/otklik.ts'], needsWebApp: false },
  dev: { program: ['scripts/dev.ts'], needsWebApp: true },
  // The tests build the board themselves where they need it.
  test: { program: [vitest, 'run'], needsWebApp: false },
  'test:watch': { program: [vitest, 'watch'], needsWebApp: false },
  bench: { program: ['tests/bench/run.ts'], needsWebApp: true },
  check: { program: ['scripts/check.ts'], needsWebApp: false },
};

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (!command) throw new SetupError(`Usage: node scripts/otklik.mjs ${Object.keys(commands).join('|')} …`);
  const node = await findNode();
  await ensureDependencies(node);
  if (command.needsWebApp) await ensureWebApp(node);
  return runToTheEnd(node, [...command.program, ...args], { cwd: projectRoot, env: environment(node) });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
