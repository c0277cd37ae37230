import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MINUTE } from '@otklik/domain';
import { it } from 'vitest';
import { contractConfig } from '../testing/contractConfig.ts';
import { pollOk } from './poll.ts';

const NOW = Date.parse('2026-11-23T11:00:00Z');

/** https://apiok.ru/en/dev/graph_api/methods/graph.chat/graph.chat.messages/get */
const message = (number: number) => ({
  sender: { user_id: 'user:55' },
  recipient: { chat_id: 'chat:C1' },
  message: { text: 'Есть?', seq: number, mid: `mid:${number}` },
  timestamp: NOW - Math.floor(number / 2) * MINUTE,
});

it('a chat is read page after page until it is older, and that comments are not seen is said', async () => {
  const all = Array.from({ length: 300 }, (_, index) => message(index));
  let asked = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://ok');
    const [later, earlier, count] = ['from', 'to', 'count'].map((name) => Number(searchParams.get(name)));
    if (pathname === '/graph/me/messages') asked += 1;
    const said = all.filter(({ timestamp }) => timestamp <= (later ?? 0) && timestamp >= (earlier ?? 0));
    const answer =
      pathname === '/graph/me/chats'
        ? { chats: [{ chat_id: 'chat:C1', lastEventTime: NOW }] }
        : { messages: said.slice(0, count), subscriptions: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: ok, kind: ok, owner: olga, token: the-token, key: the-key-of-this-test-1, api_root: "http://127.0.0.1:${(server.address() as AddressInfo).port}" }]
`);
    const channel = config.channels.get('ok');
    if (channel?.kind !== 'ok') throw new Error('no such channel');
    const look = pollOk(channel, config, { now: () => NOW });
    const { events, gaps = [] } = await look(
      { from: NOW - 120 * MINUTE, to: NOW },
      new AbortController().signal,
    );
    assert.equal(events.length, 242);
    assert.equal(new Set(events.map(({ id }) => id)).size, 242);
    assert.equal(asked, 3);
    assert.match(
      gaps.map(({ en }) => en).join(),
      /comments under the group’s topics and photos are not seen/,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
