import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { emptyDatabase } from '@otklik/testing/servers';
import type { PostgresConnection } from 'bullmq';
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
  /** Authenticated, ready, and closed by an administrator, in one packet: as when a server is restarted at that moment. */
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
