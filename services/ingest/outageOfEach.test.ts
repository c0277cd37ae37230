import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { channelOf } from '@otklik/channels';
import type { ChannelConfig } from '@otklik/config';
import { openQueue, openSpool } from '@otklik/queue';
import { createLog, createMetrics } from '@otklik/telemetry';
import { temporaryDirectory, until } from '@otklik/testing';
import Fastify from 'fastify';
import { AWAY } from '../../packages/channels/testing/awayMemory.ts';
import { contractConfig } from '../../packages/channels/testing/contractConfig.ts';
import { hooks } from './hooks.ts';
import { createTake } from './take.ts';
import { OUTAGES, type Outage } from './testing/outages.ts';
import { createWriter, type EventJob } from './writer.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const KEY = 'the-key-in-the-address';
const SECRET = 'the-secret-of-this-test';

/** One channel of each kind to which is posted and whose reading asks nothing of the database. */
const CHANNELS = contractConfig(`
version: 1
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels:
  - { id: mango, kind: phone, provider: mango, owner: olga, account: a-key, secret: ${SECRET} }
  - { id: zadarma, kind: phone, provider: zadarma, owner: olga, account: a-key, secret: ${SECRET} }
  - { id: uis, kind: phone, provider: uis, owner: olga, key: ${KEY} }
  - { id: megafon, kind: phone, provider: megafon, owner: olga, secret: ${SECRET} }
  - { id: beeline, kind: phone, provider: beeline, owner: olga, key: ${KEY}, token: ${SECRET} }
  - { id: sipuni, kind: phone, provider: sipuni, owner: olga, key: ${KEY} }
  - { id: onlinepbx, kind: phone, provider: onlinepbx, owner: olga, key: ${KEY}, account: pbx.example.ru, token: ${SECRET} }
  - { id: twilio, kind: phone, provider: twilio, owner: olga, account: ACtest, secret: ${SECRET} }
  - { id: avito, kind: avito, owner: olga, user_id: "111", client_id: cl, client_secret: ${SECRET}, key: ${KEY} }
  - { id: vk, kind: vk, owner: olga, group_id: "1", token: the-token, secret: ${SECRET}, confirmation: abc }
  - { id: max, kind: max, owner: olga, token: the-token, secret: ${SECRET} }
  - { id: messenger, kind: meta, platform: messenger, owner: olga, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know }
  - { id: instagram, kind: meta, platform: instagram, owner: olga, account_id: "901", app_secret: ${SECRET}, verify_token: only-we-know }
  - { id: ok, kind: ok, owner: olga, token: the-token, key: ${KEY} }
  - { id: jivo, kind: jivo, owner: olga, key: ${KEY} }
  - { id: sms, kind: sms, owner: olga, key: ${KEY} }
  - { id: script, kind: webhook, owner: olga, secret: ${SECRET} }
`);

for (const { name, open } of OUTAGES)
  suite(`while ${name}`, () => {
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

/** The real route, writer, spool and queue; `reached` are the channels whose client came out of the queue. */
async function startWorld(outage: Outage) {
  const directory = await temporaryDirectory();
  const queue = openQueue<EventJob>('events', outage.place, () => undefined);
  const spool = await openSpool<EventJob>(join(directory.path, 'spool'), () => undefined);
  const [metrics, log] = [createMetrics('test'), createLog('silent')];
  const writer = createWriter({ queue, spool, known: async () => [], metrics, log, now: () => NOW });
  const reached = new Set<string>();
  const engine = openQueue<EventJob>('events', outage.place, () => undefined);
  const consumer = engine.consume(async (jobs) => {
    for (const { channel, side } of jobs.flat()) if (side === 'client') reached.add(channel);
  }, 1);
  const app = Fastify({ forceCloseConnections: true });
  await app.register(async (scope) =>
    hooks(scope, {
      config: () => CHANNELS,
      take: createTake({ writer, staff: { add: async () => undefined }, metrics }),
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
    post: async (channel: ChannelConfig, now: number): Promise<Reply> => {
      const sample = channelOf(channel).sample?.(channel, { config: CHANNELS, now });
      assert.ok(sample, channel.id);
      const { method, path, headers, body } = sample;
      const startedAt = performance.now();
      const response = await fetch(`${base}/hooks/${channel.id}${path}`, {
        method,
        headers,
        ...(method === 'POST' && { body }),
      });
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
