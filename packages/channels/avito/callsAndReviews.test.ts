import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { foldPolicyOf, foldWaits } from '@otklik/domain';
import { until } from '@otklik/testing';
import { contractConfig } from '../testing/contractConfig.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { avitoFeed } from './channel.ts';

const BEGAN = Math.floor(Date.now() / 1_000) * 1_000 - 300_000;
const rfc = (at: number): string => new Date(at).toISOString();
const PACE = {
  everyMs: 50,
  overlapMs: 900_000,
  sweepMs: 900_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};

const ANSWERS: Readonly<Record<string, object>> = {
  '/token': { access_token: 't', expires_in: 86_400 },
  '/messenger/v2/accounts/111/chats': { chats: [] },
  '/calltracking/v1/getCalls/': {
    calls: [
      {
        callId: 1,
        buyerPhone: '79160000001',
        virtualPhone: '79990000000',
        callTime: rfc(BEGAN),
        talkDuration: 0,
        waitingDuration: 20,
      },
      {
        callId: 2,
        buyerPhone: '79160000002',
        virtualPhone: '79990000000',
        callTime: rfc(BEGAN),
        talkDuration: 60,
        waitingDuration: 9,
      },
    ],
  },
  '/ratings/v1/reviews': {
    reviews: [
      {
        id: 7,
        createdAt: BEGAN / 1_000,
        text: 'Спасибо',
        sender: { name: 'Анна' },
        answer: { createdAt: BEGAN / 1_000 + 120, text: 'И вам' },
      },
      {
        id: 8,
        createdAt: BEGAN / 1_000 - 30 * 86_400,
        text: 'Старый',
        sender: { name: 'Олег' },
        answer: null,
      },
    ],
  },
};

it('calls of Avito’s numbers and reviews become waits with their seconds', async () => {
  const server = createServer((request, response) => {
    const answer = ANSWERS[new URL(request.url ?? '/', 'http://avito').pathname];
    response
      .writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: avito, kind: avito, owner: olga, user_id: "111", client_id: cl, client_secret: the-secret, key: the-key-of-this-test-1, api_root: "http://127.0.0.1:${(server.address() as AddressInfo).port}" }]
`);
  const channel = config.channels.get('avito');
  if (channel?.kind !== 'avito') throw new Error('no such channel');
  const world = new TestWorld();
  const listener = avitoFeed(channel, config, PACE).start(world);
  try {
    await until(() => world.state?.caughtUp === true, { what: 'the first look' });
    const events = world.kept.flatMap((delivery) => delivery.events);
    const waits = [...Map.groupBy(events, ({ thread }) => thread)].flatMap(([thread, each]) =>
      foldWaits(each, foldPolicyOf(config)).map(({ openedAt, missed, end }) => [
        thread,
        openedAt - BEGAN,
        missed && missed.at - BEGAN,
        end?.outcome ?? 'waits',
        end && end.at - BEGAN,
      ]),
    );
    assert.deepEqual(waits, [
      ['+79160000001', 0, 20_000, 'waits', null],
      ['+79160000002', 0, null, 'answered', 9_000],
      ['review/7', 0, null, 'answered', 120_000],
    ]);
    assert.match(world.gaps.join(), /public_url is not set/);
  } finally {
    listener.stop();
    await listener.done;
    server.closeAllConnections();
    server.close();
  }
});
