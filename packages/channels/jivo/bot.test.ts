import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';

const KEY = 'the-key-of-this-test-1';
const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`) / 1_000;

/** By jivo.ru/docs/bot/; AGENT_JOINED and AGENT_MESSAGE by name only. */
const told = (event: string, chat: number, time: string, more: object = {}) => ({
  event,
  id: `${event}-${chat}-${time}`,
  site_id: '123456',
  client_id: '42',
  chat_id: String(chat),
  agents_online: true,
  sender: { id: 42, name: 'Пётр', url: 'https://example.ru', has_contacts: false },
  message: { type: 'TEXT', text: 'Есть?', timestamp: at(time) },
  channel: { id: '12345678', type: 'widget' },
  ...more,
});
const agent = { agent: { id: 7, name: 'Ольга', email: 'olga@example.ru' } };

describe('the silent bot of Jivo', () => {
  let root = '';
  let asked: { path: string; body: Record<string, string> }[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) as never });
    response.writeHead(status).end('{}');
  });
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
    status = 200;
  });
  const world = (keys = 'accepted: waits') =>
    new HookDeps(`kind: jivo, key: ${KEY}, bot_provider: the-provider, bot_root: "${root}", ${keys}`);
  const post = (jivo: HookDeps, body: object) => jivo.post(body, { path: `/${KEY}` });

  it('opens a wait at the client’s first words and invites an agent, once', async () => {
    const jivo = world();
    assert.equal(await post(jivo, told('CLIENT_MESSAGE', 1, '10:00:00')), 200);
    assert.equal(await post(jivo, told('CLIENT_MESSAGE', 1, '10:00:20')), 200);
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 waits']);
    assert.equal(jivo.events[0]?.author.name, 'Пётр');
    assert.deepEqual(
      asked.map(({ path, body: { event, chat_id, client_id } }) => [path, event, chat_id, client_id]),
      [[`/webhooks/the-provider/${KEY}`, 'INVITE_AGENT', '1', '42']],
    );
  });

  it('closes the wait by an agent’s words, at their second', async () => {
    const jivo = world();
    await post(jivo, told('CLIENT_MESSAGE', 2, '10:00:00'));
    await post(jivo, told('AGENT_JOINED', 2, '10:00:10', agent));
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 waits']);
    await post(jivo, told('AGENT_MESSAGE', 2, '10:00:30', agent));
    await post(jivo, told('CLIENT_MESSAGE', 2, '10:01:00'));
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 answered 10:00:30', 'visitor-42 10:01:00 waits']);
    const answer = jivo.events.find(({ side }) => side === 'employee');
    assert.deepEqual([answer?.author.id, answer?.author.email], ['7', 'olga@example.ru']);
    assert.equal(asked.length, 1, 'in a chat that an agent has joined nobody is invited');
  });

  it('takes an agent’s joining for the answer until their words are told, where the channel says so', async () => {
    const jivo = world('accepted: answers');
    await post(jivo, told('CLIENT_MESSAGE', 3, '10:00:00'));
    await post(jivo, told('AGENT_JOINED', 3, '10:00:10', agent));
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 answered 11:00:00']);
    await post(jivo, told('AGENT_MESSAGE', 3, '10:00:30', agent));
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 answered 10:00:30']);
  });

  it('knows the messages again when the chat is over', async () => {
    const jivo = world();
    await post(jivo, told('CLIENT_MESSAGE', 4, '10:00:00'));
    await post(jivo, told('AGENT_MESSAGE', 4, '10:00:00', agent));
    const messages = [
      { type: 'visitor', timestamp: at('10:00:00'), message: 'Есть?' },
      { type: 'agent', timestamp: at('10:00:00'), message: 'Да', agent_id: 7 },
    ];
    const over = { event_name: 'chat_finished', chat_id: 4, visitor: { number: '42' }, chat: { messages } };
    await jivo.post(over, { path: `?key=${KEY}` });
    assert.equal(new Set(jivo.events.map(({ id }) => id)).size, 2);
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 answered 10:00:00']);
  });

  it('lets a client wait whom no agent can take, and invites again at their next words', async () => {
    const jivo = world();
    await post(jivo, told('CLIENT_MESSAGE', 5, '10:00:00'));
    await post(jivo, told('AGENT_UNAVAILABLE', 5, '10:00:01'));
    await post(jivo, told('CLIENT_MESSAGE', 5, '10:01:00'));
    await post(jivo, told('CHAT_CLOSED', 5, '10:02:00'));
    assert.deepEqual([jivo.waits(), jivo.faults], [['visitor-42 10:00:00 waits'], []]);
    assert.equal(asked.length, 2);
  });

  it('says no success when it cannot invite, so that Jivo hands the client over; what was said is kept', async () => {
    status = 500;
    const jivo = world();
    assert.equal(await post(jivo, told('CLIENT_MESSAGE', 6, '10:00:00')), 503);
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 waits']);
    status = 200;
    assert.equal(await post(jivo, told('CLIENT_MESSAGE', 6, '10:00:00')), 200);
    assert.equal(asked.length, 2);
    const without = new HookDeps(`kind: jivo, key: ${KEY}`);
    assert.equal(await post(without, told('CLIENT_MESSAGE', 7, '10:00:00')), 503);
  });

  it('is refused without its token, and keeps aside what it does not know', async () => {
    const jivo = world();
    assert.equal(
      await jivo.post(told('CLIENT_MESSAGE', 8, '10:00:00'), { path: '/another-key-of-16-x' }),
      401,
    );
    assert.equal(await jivo.post(told('CLIENT_MESSAGE', 8, '10:00:00')), 401);
    assert.equal(await post(jivo, told('TELEPATHY', 8, '10:00:00')), 200);
    assert.deepEqual([jivo.events.length, jivo.faults.length, asked.length], [0, 1, 0]);
  });
});
