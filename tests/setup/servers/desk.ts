import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDovecot } from './dovecot.ts';
import { startMariaDb } from './mariaDb.ts';
import { startPostgres } from './postgres.ts';
import { findProgram, type ProgramName } from './programs.ts';
import { startRedis } from './redis.ts';

/** Runs for the whole test run. */
export interface RunningServer {
  /** What a test needs to use it (JSON). */
  readonly access: object;
  stop(): Promise<void>;
}

const SERVERS: Readonly<Record<string, (directory: string) => Promise<RunningServer>>> = {
  postgres: startPostgres,
  redis: startRedis,
  dovecot: startDovecot,
  mariadb: startMariaDb,
};

/** Where tests ask for servers and programs. */
export interface Desk {
  readonly url: string;
  /** With the servers' logs, `NAME.log`. */
  readonly directory: string;
  /** Ends all servers. */
  close(): Promise<void>;
}

/**
 * Opens a desk on loopback. `GET /postgres` starts PostgreSQL once and returns its access; `GET /program/redis`
 * returns a program's path. Failures are status 500, as text.
 */
export async function openDesk(): Promise<Desk> {
  const directory = await mkdtemp(join(tmpdir(), 'otklik-test-'));
  const started = new Map<string, Promise<RunningServer>>();
  const accessTo = async (path: string): Promise<object> => {
    const [, name = '', program = ''] = path.split('/');
    if (name === 'program') return { path: findProgram(program as ProgramName) };
    const start = SERVERS[name];
    if (!start) throw new Error(`There is no server "${name}"`);
    const server = started.get(name) ?? start(directory);
    started.set(name, server);
    return (await server).access;
  };
  const desk = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await accessTo(request.url ?? '/')));
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((listening) => desk.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(desk.address() as AddressInfo).port}`,
    directory,
    close: async () => {
      desk.closeAllConnections();
      desk.close();
      // Whoever asked for a server that failed was told.
      const servers = await Promise.allSettled(started.values());
      await Promise.all(servers.map((each) => each.status === 'fulfilled' && each.value.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
