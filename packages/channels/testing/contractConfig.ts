import { createServer } from 'node:net';
import { type Config, formatFault, readConfig } from '@otklik/config';

/** The text of an otklik.yaml as the program reads it. */
export function contractConfig(yaml: string, env: Readonly<Record<string, string>> = {}): Config {
  const read = readConfig(yaml, 'otklik.yaml', {
    env,
    readFile: () => {
      throw new Error('no files here');
    },
  });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join('\n'));
  return read.config;
}

/** Below those that a system gives out by itself, so that no passing connection takes it before it is listened on. */
const [FIRST_PORT, PORTS] = [20_000, 10_000];

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}
