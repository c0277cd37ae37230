import { type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 10;

export interface ServerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a server in the foreground, logs to `log`, and waits until `answers`.
 * @throws the end of its log when it ends, or does not answer within a minute.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  { log, answers, ...options }: SpawnOptions & { log: string; answers: () => Promise<boolean> },
): Promise<ServerProcess> {
  const output = openSync(log, 'a');
  const child = spawn(program, args, { ...options, stdio: ['ignore', output, output] });
  closeSync(output);
  let problem = '';
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      problem = error.message;
      resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for (const giveUpAt = Date.now() + START_TIMEOUT_MS; !(await answers()); await pause(POLL_MS)) {
    if (child.exitCode === null && problem === '' && Date.now() < giveUpAt) continue;
    await stop();
    throw new Error(`${program} did not start: ${problem}\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  }
  return { pid: child.pid ?? 0, stop };
}

/** Whether a server on loopback writes something, unasked or to `question`. */
export function saysSomething(port: number, question = ''): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => resolve(true));
    if (question !== '') socket.write(question);
  }).finally(() => socket.destroy());
}
