import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Something that the person at the keyboard can mend. Its message is all they see. */
export class SetupError extends Error {}

/** One line about something that takes time. On stderr, so that a command's own output can be piped. */
export function say(line) {
  console.error(line);
}

let current = null;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!current) process.exit(statusOf(signal));
    // Ctrl-C in a terminal reaches the whole process group: passing it on would deliver it twice.
    const alreadyTold = signal === 'SIGINT' && process.stdin.isTTY;
    if (!alreadyTold) current.kill(signal);
  });
}

/** Runs a program in our place: its output, input, signals and status are ours. Resolves with its exit status. */
export function runToTheEnd(command, args, { cwd, env }) {
  return follow(spawn(command, args, { cwd, env, stdio: 'inherit' }), command);
}

/** Runs a program in silence. Resolves with its exit status and all that it printed. */
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
