import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A problem that the person can solve; they see only its message. */
export class SetupError extends Error {}

/** Progress, on stderr so that a command's output can be piped. */
export function say(line) {
  console.error(line);
}

let current = null;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!current) process.exit(statusOf(signal));
    // A terminal sends Ctrl-C to the whole process group already.
    const alreadyTold = signal === 'SIGINT' && process.stdin.isTTY;
    if (!alreadyTold) current.kill(signal);
  });
}

/** Runs a program in our place: with our streams and signals. Resolves with its exit status. */
export function runToTheEnd(command, args, { cwd, env }) {
  return follow(spawn(command, args, { cwd, env, stdio: 'inherit' }), command);
}

/** Resolves with the exit status and all output. */
export async function runQuietly(command, args, { cwd, env }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const status = await follow(child, command);
  return { status, output: output.trim() };
}

function follow(child, command) {
  current = child;
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      current = null;
      reject(new SetupError(`Cannot run ${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      current = null;
      resolve(signal ? statusOf(signal) : code);
    });
  });
}

function statusOf(signal) {
  return 128 + constants.signals[signal];
}
