import { createServer } from 'node:net';

/** Below the range that systems use for outgoing connections: none of them takes it before it is listened on. */
const [FIRST_PORT, PORTS] = [20_000, 10_000];

/** A port of loopback without a listener. */
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
