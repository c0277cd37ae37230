import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'vitest';
import { contractConfig } from '../../testing/contractConfig.ts';
import { TestMemory } from '../../testing/testMemory.ts';
import { contextOf } from '../exchange.ts';
import { listMangoCalls } from './list.ts';

const CLIENT = '79160000001';
const BEGAN = 1_795_417_200;

/** Columns: start, finish, answer, from_extension, from_number, to_extension, to_number, reason, entry. */
async function listed(rows: readonly (readonly (string | number)[])[]) {
  const server = createServer((request, response) => {
    const isOrder = request.url === '/vpbx/stats/request';
    request.resume();
    response.end(
      isOrder ? '{"key":"list-1"}' : rows.map((row) => [...row, '74951234567'].join(';')).join('\r\n'),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as AddressInfo;
    const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, provider: mango, account: k-k-k, secret: s-s-s-s, api_root: "http://127.0.0.1:${port}" }]
`);
    const channel = config.channels.get('line');
    if (channel?.kind !== 'phone') throw new Error('no such channel');
    const span = { from: BEGAN * 1_000, to: BEGAN * 1_000 + 600_000 };
    const { facts } = await listMangoCalls(channel)(
      span,
      contextOf(channel, config),
      new AbortController().signal,
      new TestMemory(),
    );
    return facts.map(({ direction, phase, employee, at, outcome }) =>
      [direction, phase, employee, (at ?? 0) / 1_000 - BEGAN, outcome].join(' ').trim(),
    );
  } finally {
    server.close();
  }
}

const OWN = ['', CLIENT, '101', ''] as const;
const PUT_THROUGH = ['101', '', '', CLIENT] as const;

test('a call that was ordered is one out to the client: that our own telephone was picked up is no talk', async () => {
  const own = [BEGAN, BEGAN + 11, BEGAN + 10, ...OWN, 1000, 'e2'];
  assert.deepEqual(await listed([own, [BEGAN + 12, BEGAN + 90, BEGAN + 30, ...PUT_THROUGH, 1110, 'e2']]), [
    'out ringing 101 12',
    'out answered 101 30',
    'out ended 101 90 answered',
  ]);
  assert.deepEqual(await listed([own, [BEGAN + 12, BEGAN + 42, 0, ...PUT_THROUGH, 1121, 'e2']]), [
    'out ringing 101 12',
    'out ended 101 42 no_answer',
  ]);
});

test('a client’s own call stays theirs', async () => {
  assert.deepEqual(await listed([[BEGAN, BEGAN + 60, BEGAN + 10, ...OWN, 1110, 'e1']]), [
    'in ringing  0',
    'in answered 101 10',
    'in ended 101 60 answered',
  ]);
});

test('as long as the client of an ordered call talks, our own telephone stands in the list alone: nothing is told of it', async () => {
  assert.deepEqual(await listed([[BEGAN, BEGAN + 11, BEGAN + 10, ...OWN, 1000, 'e2']]), []);
});

test('a client whom a colleague put through stays one who called', async () => {
  assert.deepEqual(
    await listed([
      [BEGAN, BEGAN + 30, BEGAN + 10, ...OWN, 1000, 'e1'],
      [BEGAN + 31, BEGAN + 60, BEGAN + 40, '', CLIENT, '102', '', 1110, 'e1'],
    ]),
    [
      'in ringing  0',
      'in answered 101 10',
      'in ended 101 30 answered',
      'in ringing  31',
      'in answered 102 40',
      'in ended 102 60 answered',
    ],
  );
});
