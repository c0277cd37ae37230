import assert from 'node:assert/strict';
import { createLog, createMetrics } from '@otklik/telemetry';
import Fastify from 'fastify';
import { test } from 'vitest';
import { AWAY } from '../../packages/channels/testing/awayMemory.ts';
import { hooks } from './hooks.ts';
import { postedChannels, postSample } from './testing/postedChannels.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
/** Documented to repeat what got no 2xx. */
const REPEATING = ['instagram', 'max', 'messenger', 'ok', 'script', 'tawk', 'vk'];

test('only whoever repeats a request is asked to wait; of all others nothing is turned away (law 8)', async () => {
  const config = postedChannels({ rate: 1 });
  const app = Fastify();
  await app.register(async (scope) =>
    hooks(scope, {
      config: () => config,
      accept: async ({ events }) => ({ accepted: events.length, duplicates: 0, fresh: events }),
      memory: () => AWAY,
      setAside: async () => undefined,
      metrics: createMetrics('test'),
      log: createLog('silent'),
      now: () => NOW,
    }),
  );
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    const turnedAway: string[] = [];
    for (const channel of config.channels.values()) {
      assert.ok((await postSample(base, channel, NOW)).ok, channel.id);
      const again = await postSample(base, channel, NOW);
      if (again.status === 429) turnedAway.push(channel.id);
      else assert.ok(again.ok, channel.id);
    }
    assert.deepEqual(turnedAway.sort(), REPEATING);
  } finally {
    await app.close();
  }
});
