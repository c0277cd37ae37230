import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { contractConfig } from '../testing/contractConfig.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { maxFeed } from './channel.ts';

const PACE = {
  everyMs: 20,
  overlapMs: 60_000,
  sweepMs: 3_600_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};
const AT = 1_795_417_200_000;
const ODD = { update_type: 'message_created', timestamp: AT, message: { recipient: 'nobody' } };

it('polling reads again what it put aside: what is understood is a turn of then, the rest is put aside anew', async () => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://max');
    const isNew = url.pathname === '/updates' && !url.searchParams.has('marker');
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ subscriptions: [], messages: [], updates: isNew ? [ODD] : [], marker: 1 }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: max, kind: max, token: the-token, staff: ["77"], owner: olga, api_root: "${apiRoot}" }]
`);
  const channel = config.channels.get('max');
  assert.equal(channel?.kind, 'max');
  const world = new TestWorld();
  const listener = maxFeed(channel, config, PACE).start(world);
  try {
    await until(() => world.quarantined.length === 1, { what: 'it is put aside' });
    const message = {
      sender: { user_id: 501, is_bot: false, first_name: 'Иван' },
      recipient: { chat_id: 1, chat_type: 'dialog' },
      timestamp: AT,
      body: { mid: 'mid.1', seq: 1, text: 'Цена?', attachments: [] },
    };
    await listener.readAgain?.([
      { body: ODD, at: AT + 500 },
      { body: { ...ODD, message }, at: AT + 500 },
    ]);
    assert.deepEqual(
      world.quarantined.map(({ body }) => body),
      [ODD, ODD],
    );
    const [event] = world.kept.flatMap(({ events }) => events);
    assert.deepEqual(world.texts, ['Цена?']);
    assert.deepEqual([event?.side, event?.at, event?.receivedAt], ['client', AT, AT + 500]);
  } finally {
    listener.stop();
    await listener.done;
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});
