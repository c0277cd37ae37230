import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Link extends AsyncDisposable {
  /** To use instead of the server's. */
  readonly url: string;
  /** As if the server were gone: connections break, new ones are refused. */
  cut(): void;
  /** As if the server hung: connections stand, nothing passes. */
  freeze(): void;
  mend(): void;
}

/** A proxy to a server that can be cut and frozen. */
export async function openLink(serverUrl: string): Promise<Link> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let state: 'sound' | 'cut' | 'frozen' = 'sound';
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    hold(near);
    if (state !== 'sound') return void (state === 'cut' ? near.destroy() : near.pause());
    const far = connect({ host: target.hostname, port: Number(target.port) });
    hold(far);
    near.pipe(far);
    far.pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      breakAll();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    mend: () => {
      state = 'sound';
      breakAll();
    },
    [Symbol.asyncDispose]: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
