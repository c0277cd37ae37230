import assert from 'node:assert/strict';
import { type AddressInfo, connect } from 'node:net';
import { until } from '@otklik/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createServer } from './server.ts';

const TICK_MS = 50;

describe('a server', () => {
  const HURRIED = { headersMs: 100, requestMs: 200, stillMs: 1_000, lookEveryMs: 20 };
  let server: FastifyInstance;
  /** Short limits, except for silence: a busy machine may be silent for a while. */
  let streaming: FastifyInstance;
  const ticking: NodeJS.Timeout[] = [];
  beforeAll(async () => {
    server = createServer(HURRIED);
    streaming = createServer({ ...HURRIED, stillMs: 60_000 });
    server.post('/', async ({ body }) => body);
    streaming.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
      ticking.push(setInterval(() => reply.raw.write(': alive\n\n'), TICK_MS));
    });
    server.get('/stuck', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200);
      reply.raw.flushHeaders();
    });
    for (const each of [server, streaming]) await each.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    for (const each of ticking) clearInterval(each);
    await Promise.all([server.close(), streaming.close()]);
  });

  /** Sends `first`, then a byte now and then until it is cut off. */
  const drip = (first: string) => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1', () =>
      socket.write(first),
    );
    const seen = { text: '', ended: false };
    ticking.push(setInterval(() => socket.writable && first !== '' && socket.write('x'), TICK_MS));
    socket.on('data', (chunk) => {
      seen.text += chunk.toString();
    });
    socket.on('error', () => undefined); // cut off in mid-write
    socket.on('close', () => {
      seen.ended = true;
    });
    return seen;
  };
  const HEAD =
    'POST / HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n';

  it('cuts off headers, bodies and silence that never end', async () => {
    for (const [what, first] of [
      ['headers', HEAD],
      ['a body', `${HEAD}\r\n`],
      ['nothing at all', ''],
      ['an answer that never ends', 'GET /stuck HTTP/1.1\r\nhost: here\r\n\r\n'],
    ] as const) {
      const dripping = drip(first);
      await until(() => dripping.ended, { what: `${what} is cut off` });
      if (first.startsWith('POST')) assert.match(dripping.text, /^HTTP\/1\.1 408/);
    }
  });

  it('leaves a live stream alone, however long it lasts', async () => {
    const leave = new AbortController();
    const { port } = streaming.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/stream`, { signal: leave.signal });
    let heard = 0;
    for await (const chunk of answer.body ?? []) {
      heard += Buffer.from(chunk).toString().split('alive').length - 1;
      if (heard * TICK_MS > 1_000) break; // five times as long as a request may take
    }
    assert.ok(heard * TICK_MS > 1_000);
    leave.abort();
  });
});
