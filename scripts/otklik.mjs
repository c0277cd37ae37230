// Runs every npm script, on any Node from 20 on. It fetches what Otklik needs (Node 26, pnpm, dependencies, the
// board, the bundle), once, and then starts TypeScript on Node 26.
import { ensureDependencies } from './setup/dependencies.mjs';
import { environment, projectRoot } from './setup/environment.mjs';
import { runToTheEnd, SetupError } from './setup/processes.mjs';
import { ensureProgram } from './setup/program.mjs';
import { findNode } from './setup/toolchain.mjs';
import { ensureWebApp } from './setup/webApp.mjs';

const vitest = 'node_modules/vitest/vitest.mjs';
/** The bundled program. */
const otklik = Symbol('otklik');

const commands = {
  start: { program: [otklik, 'start'], needsWebApp: true },
  cli: { program: [otklik], needsWebApp: false },
  dev: { program: ['scripts/dev.ts'], needsWebApp: true },
  // Tests build what they need.
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
  const [program, ...first] = command.program;
  const file = program === otklik ? await ensureProgram(node) : program;
  return runToTheEnd(node, [file, ...first, ...args], { cwd: projectRoot, env: environment(node) });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
