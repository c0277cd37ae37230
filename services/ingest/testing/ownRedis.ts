import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { temporaryDirectory, until } from '@otklik/testing';

export interface OwnRedis extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  /** As a machine that loses its power: nothing is said to anybody. */
  kill(): Promise<void>;
}

/** A Redis of one's own to be killed, with the settings of production (DESIGN §7). */
export async function startOwnRedis(): Promise<OwnRedis> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  let running: ReturnType<typeof spawn> | null = null;
  const start = async () => {
    const settings = [
      ...['--bind', '127.0.0.1', '--port', `${port}`, '--dir', directory.path, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'],
    ];
    running = spawn(process.env.REDIS_SERVER ?? 'redis-server', settings, { stdio: 'ignore' });
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
    [Symbol.asyncDispose]: async () => {
      await kill();
      await directory.remove();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
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
