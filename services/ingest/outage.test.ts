import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openQueue, openSpool } from '@otklik/queue';
import { createLog, createMetrics } from '@otklik/telemetry';
import { temporaryDirectory, until } from '@otklik/testing';
import { describe, test } from 'vitest';
import type { EventJob } from './spooledQueue.ts';
import { killedRedis, OUTAGES, type Outage } from './testing/outages.ts';
import { message } from './testing/writerWorld.ts';
import { createWriter } from './writer.ts';

for (const { name, open } of OUTAGES) {
  describe(`while ${name}`, () => {
    test('events are taken within two seconds, and all of them reach the engine afterwards (law 8)', async () => {
      await using world = await startWorld(await open());
      await world.write('before-0', 'before-1');
      await until(() => world.engineGot.has('before-1'), { what: 'what came before the outage' });
      await world.outage.begin();
      const slowest = await world.writeOneByOne('during', 20);
      assert.ok(slowest < 2_000, `${slowest} ms`);
      await world.outage.end();
      await world.writeOneByOne('after', 5);
      await until(() => world.engineGot.size === 27, { what: 'all events', timeoutMs: 20_000 });
      await until(() => world.spool.events() === 0, { what: 'nothing left on the disk' });
    });

    test('what waits on the disk reaches the engine in order', async () => {
      await using world = await startWorld(await open());
      await world.outage.begin();
      await world.writeOneByOne('during', 20);
      assert.equal(world.engineGot.size, 0);
      await world.outage.end();
      await until(() => world.engineGot.size === 20, { what: 'all events', timeoutMs: 20_000 });
      const numbers = [...world.engineGot].map((id) => Number(id.split('-')[1]));
      assert.deepEqual(
        numbers.slice(1),
        numbers.slice(1).toSorted((a, b) => a - b),
        'but for the first, whose write the outage broke off',
      );
    });
  });
}

test('of events that were being written when Redis was killed, each that was acknowledged reaches the engine', async () => {
  await using world = await startWorld(await killedRedis());
  const acknowledged: string[] = [];
  let written = 0;
  let stop = false;
  const write = async () => {
    while (!stop) {
      const id = `w-${written++}`;
      await world.write(id);
      acknowledged.push(id);
    }
  };
  const writing = Promise.all(Array.from({ length: 8 }, write));
  try {
    for (let kill = 0; kill < 3; kill++) {
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 200, { what: 'writes', timeoutMs: 20_000 });
      await world.outage.begin();
      await world.outage.end();
    }
  } finally {
    stop = true;
    await writing;
  }
  const missing = () => acknowledged.filter((id) => !world.engineGot.has(id));
  await until(() => missing().length === 0, { what: 'all that was acknowledged', timeoutMs: 20_000 });
});

async function startWorld(outage: Outage) {
  const directory = await temporaryDirectory();
  const log = createLog('silent');
  const queue = openQueue<EventJob>('events', outage.place, () => undefined);
  const spool = await openSpool<EventJob>(join(directory.path, 'spool'), () => undefined);
  const metrics = createMetrics('test');
  const writer = createWriter({ queue, spool, recorded: async () => [], metrics, log });
  const engineGot = new Set<string>();
  const engine = openQueue<EventJob>('events', outage.place, () => undefined);
  const consumer = engine.consume(async (jobs) => {
    for (const { id } of jobs.flat()) engineGot.add(id);
  }, 1);
  const write = async (...ids: string[]) => {
    assert.equal((await writer.write(ids.map((id) => message(id)))).accepted, ids.length);
  };
  return {
    outage,
    spool,
    /** Ids that came out of the queue, in the order of their first appearance. */
    engineGot,
    write,
    /** The slowest, ms. */
    writeOneByOne: async (word: string, count: number) => {
      let slowest = 0;
      for (let number = 0; number < count; number++) {
        const startedAt = performance.now();
        await write(`${word}-${number}`);
        slowest = Math.max(slowest, performance.now() - startedAt);
      }
      return slowest;
    },
    [Symbol.asyncDispose]: async () => {
      await writer.close();
      await consumer.close();
      await queue.close();
      await outage[Symbol.asyncDispose]();
      await directory.remove();
    },
  };
}
