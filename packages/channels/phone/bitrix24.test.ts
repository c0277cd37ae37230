import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { foldPolicyOf, foldWaits } from '@otklik/domain';
import { until } from '@otklik/testing';
import { contractConfig } from '../testing/contractConfig.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { feedOf } from './channel.ts';

const BEGAN = Math.floor(Date.now() / 1_000) * 1_000 - 300_000;
const PACE = {
  everyMs: 50,
  overlapMs: 900_000,
  sweepMs: 900_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};

/** Two pages, as Bitrix24 gives them: dates with the portal's offset, numbers now and then as texts. */
const row = (
  call: string,
  type: string,
  afterMs: number,
  duration: number,
  code: string,
  over: object = {},
) => ({
  ID: '1',
  CALL_ID: call,
  CALL_TYPE: type,
  PHONE_NUMBER: '79160000001',
  PORTAL_NUMBER: '74951234567',
  PORTAL_USER_ID: '7',
  CALL_DURATION: String(duration),
  CALL_START_DATE: new Date(BEGAN + afterMs + 3 * 3_600_000).toISOString().replace(/\.000Z$/, '+03:00'),
  CALL_FAILED_CODE: code,
  ...over,
});
const PAGES = [
  { result: [row('in.1', '2', 0, 20, '304'), row('out.1', '1', 60_000, 0, '603-S')], next: 50 },
  { result: [row('in.2', '2', 120_000, 40, '200'), row('callback', '4', 200_000, 30, '200')] },
];

it('a line by Bitrix24’s statistics: missed, dialled in vain, rung again and answered', async () => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { FILTER, start } = JSON.parse(Buffer.concat(chunks).toString()) as {
      FILTER: object;
      start: number;
    };
    const isRight =
      request.url === '/rest/1/the-secret/voximplant.statistic.get.json' && '>=CALL_START_DATE' in FILTER;
    response.writeHead(isRight ? 200 : 403).end(JSON.stringify(PAGES[start === 0 ? 0 : 1]));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, provider: bitrix24, owner: olga, token: "http://127.0.0.1:${(server.address() as AddressInfo).port}/rest/1/the-secret/" }]
`);
  const channel = config.channels.get('line');
  if (channel?.kind !== 'phone') throw new Error('no such channel');
  const world = new TestWorld();
  const listeners = feedOf(channel, config, PACE).map((feed) => feed.start(world));
  try {
    await until(() => world.state?.caughtUp === true, { what: 'the first look' });
    const waits = foldWaits(
      world.kept.flatMap(({ events }) => events),
      foldPolicyOf(config),
    );
    assert.deepEqual(
      waits.map(({ openedAt, missed, end }) => [
        openedAt - BEGAN,
        missed && missed.at - BEGAN,
        end?.outcome,
        end && end.at - BEGAN,
      ]),
      [
        [0, 20_000, 'attempted', 60_000],
        [120_000, null, 'answered', 120_000],
      ],
    );
  } finally {
    for (const listener of listeners) listener.stop();
    await Promise.all(listeners.map(({ done }) => done));
    server.closeAllConnections();
    server.close();
  }
});
