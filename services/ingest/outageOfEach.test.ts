import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ChannelBase } from '@otklik/config';
import { openQueue, openSpool } from '@otklik/queue';
import { createLog, createMetrics } from '@otklik/telemetry';
import { temporaryDirectory, until } from '@otklik/testing';
import Fastify from 'fastify';
import { describe, test } from 'vitest';
import { AWAY } from '../../packages/channels/testing/awayMemory.ts';
import { createAccept } from './accept.ts';
import { hooks } from './hooks.ts';
import type { EventJob } from './spooledQueue.ts';
import { OUTAGES, type Outage } from './testing/outages.ts';
import { postedChannels, postSample } from './testing/postedChannels.ts';
import { createWriter } from './writer.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const CHANNELS = postedChannels();

for (const { name, open } of OUTAGES)
  describe(`while ${name}`, () => {
    test('each provider has its usual reply within a second, and its client reaches the engine afterwards', async () => {
      await using world = await startWorld(await open());
      const usual = new Map<string, Reply>();
      for (const channel of CHANNELS.channels.values()) usual.set(channel.id, await world.post(channel, NOW));
      for (const [id, { status }] of usual) assert.ok(status >= 200 && status < 300, `${id}: HTTP ${status}`);
      await until(() => world.reached.size === usual.size, { what: 'what came before the outage' });

      world.reached.clear();
      await world.outage.begin();
      for (const channel of CHANNELS.channels.values()) {
        const { ms, ...reply } = await world.post(channel, NOW + 60_000);
        const { status, body } = usual.get(channel.id) as Reply;
        assert.deepEqual(reply, { status, body }, channel.id);
        assert.ok(ms < 1_000, `${channel.id}: ${ms} ms`);
      }
      assert.equal(world.reached.size, 0);
      await world.outage.end();
      await until(() => world.reached.size === usual.size, {
        what: 'a client of each channel',
        timeoutMs: 20_000,
      });
    });
  });

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** The real route, writer, spool and queue; `reached`: channels whose client came out of the queue. */
async function startWorld(outage: Outage) {
  const directory = await temporaryDirectory();
  const queue = openQueue<EventJob>('events', outage.place, () => undefined);
  const spool = await openSpool<EventJob>(join(directory.path, 'spool'), () => undefined);
  const [metrics, log] = [createMetrics('test'), createLog('silent')];
  const writer = createWriter({ queue, spool, recorded: async () => [], metrics, log });
  const reached = new Set<string>();
  const engine = openQueue<EventJob>('events', outage.place, () => undefined);
  const consumer = engine.consume(async (jobs) => {
    for (const { channel, side } of jobs.flat()) if (side === 'client') reached.add(channel);
  }, 1);
  const app = Fastify({ forceCloseConnections: true });
  await app.register(async (scope) =>
    hooks(scope, {
      config: () => CHANNELS,
      accept: createAccept({ writer, staff: { add: async () => undefined }, metrics }),
      memory: () => AWAY,
      setAside: async () => undefined,
      metrics,
      log,
      now: () => NOW + 120_000,
    }),
  );
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    outage,
    reached,
    post: async (channel: ChannelBase, now: number): Promise<Reply> => {
      const startedAt = performance.now();
      const response = await postSample(base, channel, now);
      return { status: response.status, body: await response.text(), ms: performance.now() - startedAt };
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await writer.close();
      await consumer.close();
      await queue.close();
      await engine.close();
      await outage[Symbol.asyncDispose]();
      await directory.remove();
    },
  };
}
