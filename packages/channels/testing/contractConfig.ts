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

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
