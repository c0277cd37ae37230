import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { until } from '@otklik/testing';
import { emptyDatabase } from '@otklik/testing/servers';
import { type PostgresConnection, Queue, Worker } from 'bullmq';
import { it } from 'vitest';
import { createHeardBackend } from './postgresBackend.ts';

it('a connection of the queue that breaks as it migrates, waits or closes ends nothing', async () => {
  const database = await emptyDatabase();
  try {
    const options = {
      connection: { connectionString: database.url, schema: 'heard', migrate: true, max: 2 },
    };
    const backend = createHeardBackend('jobs', options, { withBlockingConnection: true });
    backend.on('error', () => undefined);
    await backend.waitUntilReady();
    const { connection } = backend as unknown as { connection: PostgresConnection };
    const client = await connection.pool.connect();
    const emit = (emitter: unknown) => (emitter as NodeJS.EventEmitter).emit('error', new Error('broken'));
    assert.ok(emit(client), 'somebody hears it');
    client.release(true);
    const listening = await connection.getListenClient();
    const closed = backend.close();
    assert.ok(emit(listening), 'somebody hears it');
    await closed;
  } finally {
    await database.drop();
  }
});

it('a listening connection that breaks as soon as it stands ends nothing, and is made anew', async () => {
  /** Authenticated, ready and closed by an administrator in one packet: a server that is restarted at that moment. */
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const fatal = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0'));
  const brief = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I')), fatal];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat(brief)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  try {
    const options = { connection: { connectionString: `postgres://otklik@127.0.0.1:${port}/otklik` } };
    const backend = createHeardBackend('jobs', options);
    backend.on('error', () => undefined);
    const { connection } = backend as unknown as { connection: PostgresConnection };
    const invalidated = once(connection, 'listenerinvalidated');
    const first = await connection.getListenClient();
    await invalidated;
    assert.notEqual(await connection.getListenClient(), first);
    assert.equal(connections, 2);
    await backend.close();
  } finally {
    server.close();
  }
});

it('a worker that hears nothing after an error asks by itself', async () => {
  const database = await emptyDatabase();
  const connection = { connectionString: database.url, schema: 'deaf', migrate: true, max: 2 };
  const done: unknown[] = [];
  const handle = async ({ data }: { data: unknown }) => void done.push(data);
  const worker = new Worker(
    'jobs',
    handle,
    { connection, drainDelay: 1, runRetryDelay: 50 },
    createHeardBackend,
  );
  const queue = new Queue('jobs', { connection }, createHeardBackend);
  try {
    worker.on('error', () => undefined);
    queue.on('error', () => undefined);
    await Promise.all([worker.waitUntilReady(), queue.waitUntilReady()]);
    const { backend } = worker as unknown as {
      backend: { connection: PostgresConnection; waitForJob(seconds: number): Promise<unknown> };
    };
    await (await backend.connection.getListenClient()).query('unlisten *');
    const waits: number[] = [];
    const wait = backend.waitForJob.bind(backend);
    backend.waitForJob = (seconds) => {
      waits.push(seconds);
      return waits.length === 1 ? Promise.reject(new Error('broken')) : wait(seconds);
    };
    await until(() => waits.length === 2, { what: 'the wait after the error' });
    assert.ok(Number(waits[1]) <= 1, `it asks again after ${waits[1]} s`);
    await queue.add('job', 'after the error');
    await until(() => done.length > 0, { what: 'the job' });
  } finally {
    await Promise.all([worker.close(), queue.close()]);
    await database.drop();
  }
});
