import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;
const pollMs = 10;
/** Each test that asks gets a numbered database of its own. */
const databases = 1024;

/**
 * A Redis that keeps what it acknowledged, as in production (DESIGN §7), on a free port of loopback.
 * @throws when it has not answered after ten seconds, with what it printed.
 */
export async function startRedis(program: string, directory: string): Promise<RedisServer> {
  const port = await freePort();
  const server = spawn(program, settings(port, directory), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<void>((resolve) => {
    server.once('close', () => resolve());
    server.once('error', (error) => {
      output += error.message;
      resolve();
    });
  });
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
  };
  for (const giveUpAt = Date.now() + startTimeoutMs; !(await answers(port)); await pause(pollMs)) {
    if (server.exitCode === null && server.pid !== undefined && Date.now() < giveUpAt) continue;
    await stop();
    throw new Error(`${program} did not start:\n${output.trim()}`);
  }
  return { url: `redis://127.0.0.1:${port}`, stop };
}

function settings(port: number, directory: string): string[] {
  return [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', ''],
    ...['--databases', String(databases), '--loglevel', 'warning'],
  ];
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', (reply) => resolve(reply.toString().startsWith('+PONG')));
    socket.write('PING\r\n');
  }).finally(() => socket.destroy());
}
