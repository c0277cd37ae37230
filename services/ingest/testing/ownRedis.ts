import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort, temporaryDirectory, until } from '@otklik/testing';
import { fromTestRun } from '@otklik/testing/servers';

export interface OwnRedis extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  /** As by a power loss. */
  kill(): Promise<void>;
  /** Stops it with its connections open, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

/** A Redis to be killed, with the settings of production. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  const { path: program } = await fromTestRun<{ path: string }>('program/redis');
  let running: ReturnType<typeof spawn> | null = null;
  const start = async () => {
    const settings = [
      ...['--bind', '127.0.0.1', '--port', `${port}`, '--dir', directory.path, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'],
    ];
    running = spawn(program, settings, { stdio: 'ignore' });
    await until(() => answers(port), { what: 'Redis answers', timeoutMs: 10_000 });
  };
  const kill = async () => {
    if (!running) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    running = null;
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    freeze: () => running?.kill('SIGSTOP'),
    thaw: () => running?.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await kill();
      await directory.remove();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    socket.write('PING\r\n');
    const [reply] = await once(socket, 'data');
    return String(reply).startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}
