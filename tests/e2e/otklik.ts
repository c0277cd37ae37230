import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory, until } from '@otklik/testing';
import { freshDatabase } from '@otklik/testing/servers';
import { Webhook } from 'standardwebhooks';
import { PROGRAM } from './program.ts';

const END_WITH_PARENT = new URL('endWithParent.ts', import.meta.url).href;
const ADMIN = 'the-admin-token-of-this-test';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** A notice to notify.webhook, verified by the reference library. */
export interface Arrived {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Receives `notify.webhook`. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
  readonly arrived: Arrived[];
  /** About steps of one client, in the order of arrival. */
  steps(client: string): Arrived[];
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const secret = newSecret();
  const arrived: Arrived[] = [];
  const server: Server = createServer((request, response) => {
    const at = Date.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      new Webhook(secret).verify(body, request.headers as Record<string, string>);
      const { type, data } = JSON.parse(body) as Pick<Arrived, 'type' | 'data'>;
      arrived.push({ id: String(request.headers['webhook-id']), at, type, data });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    secret,
    arrived,
    steps: (client) => arrived.filter(({ type, data }) => type === 'wait.step' && data.client === client),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The real program on its own database. */
export interface Otklik {
  readonly base: string;
  /** For what cannot be done from outside; empty when embedded. */
  readonly databaseUrl: string;
  /** Both streams. */
  printed(): string;
  /** Sends signed events to a channel. */
  send(
    channel: string,
    events: object | object[],
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  api<T>(path: string, init?: { method?: string; body?: object }): Promise<{ status: number; body: T }>;
  /** Writes another otklik.yaml, as an editor does; does not wait until it is in force. */
  edit(config: string): void;
  readonly configFile: string;
  /** As a power cut. */
  kill9(): Promise<void>;
  /** As a service manager: it finishes what it holds. */
  end(): Promise<void>;
  /** On the same database and configuration; does not wait until it is ready. */
  launch(): void;
  /** `launch`, and waits until it is ready. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export interface Company {
  /** otklik.yaml; `{{SECRET}}` is the channels' secret. */
  readonly config: string;
  readonly env?: Record<string, string>;
  /** After `start` on the command line. */
  readonly args?: readonly string[];
  /** The embedded PostgreSQL, not the test server's. */
  readonly embedded?: boolean;
}

/** Most stories begin before the program does, so their channels must have been watched. */
const watchedLongSince = (config: string): string =>
  config.includes('enforce_from') ? config : `${config.trimEnd()}\nenforce_from: 2026-01-01\n`;

export async function startOtklik(company: Company): Promise<Otklik> {
  const temporary = await temporaryDirectory();
  const folder = temporary.path;
  const database = company.embedded ? null : await freshDatabase();
  const secret = newSecret();
  const configFile = join(folder, 'otklik.yaml');
  writeFileSync(configFile, watchedLongSince(company.config));
  const env = {
    ...process.env,
    LOG_LEVEL: 'warn',
    PORT: '0',
    HOST: '127.0.0.1',
    OTKLIK_CONFIG: configFile,
    OTKLIK_DATA_DIR: join(folder, 'data'),
    OTKLIK_ADMIN_TOKEN: ADMIN,
    SITE_SECRET: secret,
    DATABASE_URL: database?.url ?? '',
    REDIS_URL: '',
    ...company.env,
  };
  let child: ChildProcess;
  let output = '';
  let base = '';
  const launch = () => {
    output = '';
    child = spawn(
      process.execPath,
      ['--import', END_WITH_PARENT, PROGRAM, 'start', ...(company.args ?? [])],
      {
        env,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        console.log(text.trimEnd()); // shown when the test fails
      });
    }
  };
  const start = async () => {
    launch();
    await until(
      () => {
        base = /is ready: (\S+)/.exec(output)?.[1] ?? '';
        return base !== '' || child.exitCode !== null;
      },
      { timeoutMs: 20_000, what: 'Otklik is ready' },
    );
    if (child.exitCode !== null) throw new Error(`Otklik ended with ${child.exitCode}:\n${output}`);
  };
  const ended = () =>
    new Promise<void>((resolve) =>
      child.exitCode !== null || child.signalCode !== null ? resolve() : child.once('exit', () => resolve()),
    );
  const end = async () => {
    child.kill('SIGTERM');
    await ended();
  };
  await start();
  return {
    get base() {
      return base;
    },
    databaseUrl: database?.url ?? '',
    printed: () => output,
    async send(channel, events) {
      const body = JSON.stringify(events);
      const id = `msg_${randomUUID()}`;
      const at = new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      };
      const response = await fetch(`${base}/hooks/${channel}`, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async api<T>(path: string, init: { method?: string; body?: object } = {}) {
      const response = await fetch(`${base}/api/v1${path}`, {
        method: init.method ?? 'GET',
        headers: {
          authorization: `Bearer ${ADMIN}`,
          ...(init.body && { 'content-type': 'application/json' }),
        },
        ...(init.body && { body: JSON.stringify(init.body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
    },
    configFile,
    edit: (config) => {
      writeFileSync(`${configFile}.new`, config);
      renameSync(`${configFile}.new`, configFile);
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await ended();
    },
    end,
    launch,
    startAgain: start,
    stop: async () => {
      await end();
      await database?.drop();
      await temporary.remove();
    },
  };
}

/** Presses the button of a one-time link; returns the answer, with its cookie. */
export function enterBy(link: string): Promise<Response> {
  const { origin, searchParams } = new URL(link);
  const body = new URLSearchParams({ code: searchParams.get('code') ?? '' });
  return fetch(`${origin}/sign-in`, { method: 'POST', redirect: 'manual', body });
}

let count = 0;

/** `at`: milliseconds since the epoch. */
export function message(side: 'client' | 'employee' | 'bot', thread: string, at: number, more: object = {}) {
  count += 1;
  const from =
    side === 'client'
      ? { side, id: thread, name: thread }
      : { side, id: side === 'employee' ? 'anna' : null };
  return {
    id: `e-${count}-${randomUUID()}`,
    thread,
    kind: 'message',
    at: new Date(at).toISOString(),
    from,
    text: 'Здравствуйте!',
    ...more,
  };
}
