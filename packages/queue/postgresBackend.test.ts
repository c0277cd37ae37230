import assert from 'node:assert/strict';
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
