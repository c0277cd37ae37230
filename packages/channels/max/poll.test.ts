import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MINUTE } from '@otklik/domain';
import { until } from '@otklik/testing';
import { afterEach, describe, it } from 'vitest';
import { contractConfig } from '../testing/contractConfig.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { maxFeed } from './channel.ts';
import { checkMax } from './check.ts';
import { pollMax } from './poll.ts';

const NOW = Date.parse('2026-11-23T11:00:00Z');
const OURS = 'https://otklik.example.ru/hooks/max';
const ALL = ['message_created', 'message_callback', 'message_removed', 'comment_created', 'comment_removed'];

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Answer = object | number | null;

/** A number is a status. `asked`: method, address and body. */
async function world(
  answer: (path: string, query: URLSearchParams, body: string) => Answer,
  { keys = 'secret: the-secret-of-this-test, ', address = 'public_url: https://otklik.example.ru' } = {},
) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', 'http://max');
    asked.push([request.method, url.pathname + url.search, body].join(' ').trim());
    const said = answer(url.pathname, url.searchParams, body) ?? subscribed(url.pathname);
    response.writeHead(typeof said === 'number' ? said : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(typeof said === 'number' ? {} : said));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const config = contractConfig(`
version: 1
${address}
people: [{ id: olga, name: Ольга }]
channels: [{ id: max, kind: max, owner: olga, token: the-token, ${keys}api_root: "http://127.0.0.1:${(server.address() as AddressInfo).port}" }]
`);
  const channel = config.channels.get('max');
  if (channel?.kind !== 'max') throw new Error('no such channel');
  const look = (from = NOW - 60 * MINUTE) =>
    pollMax(channel, config, { now: () => NOW })({ from, to: NOW }, new AbortController().signal);
  const check = async () =>
    (await checkMax(channel, config)).map(({ level, said }) => `${level}: ${said.en}`);
  return { channel, config, asked, look, check };
}

const subscribed = (path: string): Answer =>
  path === '/subscriptions'
    ? { subscriptions: [{ url: OURS, time: 1, update_types: ALL }] }
    : { messages: [] };
const message = (number: number, at: number, over: object = {}) => ({
  sender: { user_id: 55, is_bot: false },
  recipient: { chat_id: -7, chat_type: 'chat' },
  timestamp: at,
  body: { mid: `mid.${number}`, seq: number, text: 'Есть?' },
  ...over,
});

describe('the subscription of a bot', () => {
  const posted = (asked: readonly string[]) => asked.filter((line) => line.startsWith('POST'));
  const having = (types: string[] | null) => (path: string) =>
    path === '/subscriptions' ? { subscriptions: [{ url: OURS, time: 1, update_types: types }] } : null;

  for (const types of [ALL, null])
    it(`to ${types ? 'all that we read' : 'everything'} is left alone`, async () => {
      const { look, asked } = await world(having(types));
      await look();
      assert.deepEqual(posted(asked), []);
    });

  it('is widened to comments, and keeps what it has besides', async () => {
    const { look, asked } = await world(having(['message_created', 'bot_started']));
    await look();
    assert.deepEqual(posted(asked), [
      `POST /subscriptions {"url":"${OURS}","update_types":["message_created","bot_started","message_callback","message_removed","comment_created","comment_removed"],"secret":"the-secret-of-this-test"}`,
    ]);
  });

  it('that MAX refuses is an outage, although it says so with HTTP 200', async () => {
    const { look } = await world((path, _query, body) =>
      path !== '/subscriptions'
        ? null
        : body === ''
          ? { subscriptions: [] }
          : { success: false, code: 'url.not.allowed', message: 'no' },
    );
    await assert.rejects(look(), /MAX refused: url.not.allowed/);
  });

  it('needs an address', async () => {
    const { look, check } = await world(() => null, { address: '' });
    await assert.rejects(look(), /public_url is not set/);
    assert.match((await check()).join('\n'), /fault: public_url is not set/);
  });
});

describe('the chats that are named', () => {
  it('are read page after page until they are older', async () => {
    const all = Array.from({ length: 450 }, (_, index) => message(index, NOW - index * MINUTE));
    const { look, asked } = await world(
      (path, query) => {
        const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
        return path === '/messages'
          ? {
              messages: all
                .filter(({ timestamp }) => timestamp < before)
                .slice(0, Number(query.get('count'))),
            }
          : null;
      },
      { keys: 'secret: the-secret-of-this-test, chats: ["-7"], ' },
    );
    const { events } = await look(NOW - 220 * MINUTE);
    assert.equal(events.length, 221);
    assert.equal(new Set(events.map(({ id }) => id)).size, 221);
    assert.equal(asked.filter((line) => line.startsWith('GET /messages')).length, 3);
  });

  it('that the bot may not read hide no others, and are named', async () => {
    const { look } = await world(
      (path, query) =>
        path === '/messages' ? (query.get('chat_id') === '-8' ? 403 : { messages: [message(1, NOW)] }) : null,
      { keys: 'secret: the-secret-of-this-test, chats: ["-8", "-7"], ' },
    );
    const { events, gaps = [] } = await look();
    assert.deepEqual(
      events.map(({ id }) => id),
      ['mid.1'],
    );
    assert.match(gaps.map(({ en }) => en).join(), /does not let the bot read -8/);
  });
});

describe('polling MAX', () => {
  const PACE = {
    firstBackoffMs: 10,
    maxBackoffMs: 20,
    random: () => 0.5,
    overlapMs: MINUTE,
    everyMs: 20,
    sweepMs: 0,
  };
  const start = async (answer: Parameters<typeof world>[0], polledAt: number) => {
    const max = await world(answer, { keys: 'chats: ["-7"], ' });
    const own = new TestWorld();
    own.memory.values.set('polled/at', String(polledAt));
    const listener = maxFeed(max.channel, max.config, PACE).start(own);
    closing.push(async () => {
      listener.stop();
      await listener.done;
    });
    return own;
  };

  it('reads once what was said in the named chats since it last polled', async () => {
    const now = Date.now();
    const own = await start(
      (path) => {
        if (path === '/subscriptions') return { subscriptions: [] };
        if (path === '/updates') return { updates: [], marker: 5 };
        return { messages: [message(2, now - 10 * MINUTE), message(1, now - 90 * MINUTE)] };
      },
      now - 60 * MINUTE,
    );
    await until(() => own.state?.caughtUp === true, { what: 'the catch-up' });
    assert.deepEqual(own.eventIds, ['mid.2']);
    assert.deepEqual(own.gaps, []);
    await until(() => Number(own.memory.values.get('polled/at')) >= now, { what: 'the time of this poll' });
  });

  it('says who holds the bot by a webhook', async () => {
    const own = await start(
      (path) =>
        path === '/subscriptions'
          ? { subscriptions: [{ url: 'https://crm.example/max?key=secret', time: 1 }] }
          : path === '/updates'
            ? { updates: [], marker: 5 }
            : null,
      Date.now(),
    );
    await until(() => own.gaps.length > 0, { what: 'the gap' });
    assert.match(own.gaps.join(), /posts to another program \(crm\.example\)/);
  });
});

describe('the check of a bot', () => {
  const bot = (path: string, rest: Answer = null): Answer =>
    path === '/me' ? { user_id: 1, first_name: 'Магазин', username: 'shop_bot', is_bot: true } : rest;
  const keys = 'secret: the-secret-of-this-test, chats: ["-7"], ';

  it('finds nothing where all is set up', async () => {
    const { check } = await world(
      (path) =>
        bot(path, path.endsWith('/members/me') ? { permissions: ['read_all_messages', 'write'] } : null),
      { keys },
    );
    assert.deepEqual(await check(), [
      'fine: the bot shop_bot answers',
      `fine: MAX posts to ${OURS}`,
      'fine: -7: everything is seen',
    ]);
  });

  for (const [what, answer, line] of [
    ['a token that MAX does not take', () => 401, /^fault: MAX does not take the key/],
    [
      'a subscription that lacks comments',
      (path: string) =>
        bot(
          path,
          path === '/subscriptions'
            ? {
                subscriptions: [
                  {
                    url: OURS,
                    time: 1,
                    update_types: ['message_created', 'message_callback', 'message_removed'],
                  },
                ],
              }
            : null,
        ),
      /^gap: MAX does not post comment_created, comment_removed/,
    ],
    [
      'no subscription',
      (path: string) => bot(path, path === '/subscriptions' ? { subscriptions: [] } : null),
      /^gap: the bot does not post to .* yet/,
    ],
    [
      'a bot that is no administrator',
      (path: string) => bot(path, path.endsWith('/members/me') ? { permissions: null } : null),
      /^gap: -7: the bot is no administrator/,
    ],
    [
      'a chat that the bot is not in',
      (path: string) => bot(path, path.endsWith('/members/me') ? 404 : null),
      /^gap: -7: MAX does not let the bot in \(HTTP 404\)/,
    ],
  ] as const)
    it(`finds ${what}`, async () => {
      const { check } = await world(answer, { keys });
      const found = await check();
      assert.ok(
        found.some((each) => line.test(each)),
        found.join('\n'),
      );
    });

  it('finds whoever holds the bot where it is polled', async () => {
    const { check } = await world((path) => bot(path), { keys: '' });
    assert.match((await check()).join('\n'), /fault: the bot posts to another program/);
  });
});
