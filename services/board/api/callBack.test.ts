import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { configOf } from '../../../packages/config/testing/reading.ts';
import { answer, openWait } from '../../../packages/store/testing/waits.ts';
import { type TestBoard, testBoard } from '../testing/testBoard.ts';

const takes = (response: ServerResponse) => void response.end('c0ffee');

describe('a call back from the board', () => {
  let board: TestBoard;
  let orders: string[] = [];
  let answers = takes;
  const tokens = { anna: '', vera: '', admin: '' };
  let threads = 0;

  /** MegaFon's exchange: `makeCall` of its API. */
  const exchange = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const isFine =
      `${request.method} ${request.url}` === 'POST /sys/crm_api.wcgp' &&
      form.get('cmd') === 'makeCall' &&
      form.get('token') === 'the-token';
    if (!isFine) return void response.writeHead(401).end('{"error":"Invalid token"}');
    orders.push(`${form.get('user')} → ${form.get('phone')}`);
    answers(response);
  });

  beforeAll(async () => {
    await new Promise<void>((listening) => exchange.listen(0, '127.0.0.1', listening));
    const api = `http://127.0.0.1:${(exchange.address() as AddressInfo).port}`;
    board = await testBoard(
      configOf(`version: 1
people:
  - { id: anna, name: Анна, telegram: 1 }
  - { id: vera, name: Вера, role: head, telegram: 3, locale: en }
channels:
  - { id: site, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }
  - { id: line, kind: phone, provider: megafon, owner: anna, head: vera, secret: the-crm-token, account: acme.megapbx.ru, token: the-token, api_root: "${api}", accounts: { anna: [ivanova, "101"] } }
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`),
    );
    tokens.anna = await board.tokenOf({ role: 'owner', person: 'anna', name: null });
    tokens.vera = await board.tokenOf({ role: 'head', person: 'vera', name: null });
    tokens.admin = await board.tokenOf({ role: 'admin', person: null, name: 'script' });
  });
  afterAll(async () => {
    exchange.closeAllConnections();
    exchange.close();
    await board[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    orders = [];
    answers = takes;
  });

  /** A client has written, whose number the channel attests. */
  const written = (knows: 'number' | 'nothing' = 'number') => {
    threads += 1;
    const phone = knows === 'number' ? `+7916000000${threads}` : null;
    return openWait(board.store, Date.now() - 60_000, board.rules, {
      channel: 'site',
      thread: `chat-${threads}`,
      author: { id: `c${threads}`, name: 'Иван', phone, email: null },
    });
  };
  const call = (id: string, token = tokens.anna) => board.ask(token, 'POST', `/waits/${id}/call`);
  const see = async (id: string, token = tokens.anna) => (await board.ask(token, 'GET', `/waits/${id}`)).body;

  it('rings whoever asks, then the client, and takes the wait', async () => {
    const wait = await written();
    assert.deepEqual((await see(wait.id)).call_back, { channel: 'line', from: 'ivanova' });
    const called = await call(wait.id);
    assert.deepEqual([called.status, called.body.taken_by], [200, 'anna']);
    assert.deepEqual(orders, ['ivanova → 79160000001']);
    const again = await call(wait.id);
    assert.deepEqual([again.status, again.body.title], [409, 'Called a moment ago']);
    assert.equal(orders.length, 1);
    const { timeline } = await see(wait.id);
    assert.deepEqual(
      timeline
        .filter(({ type }: { type: string }) => type === 'act')
        .map(({ at: _, ...act }: { at: string }) => act),
      [{ type: 'act', action: 'call', by: 'anna', via: 'line' }],
    );
  });

  it('of two who ask at once, one is rung', async () => {
    const wait = await written();
    const both = await Promise.all([call(wait.id), call(wait.id)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    assert.equal(orders.length, 1);
  });

  it('says what the exchange refuses, with the number, and can be asked again', async () => {
    answers = (response) => void response.writeHead(400).end('{"error":"Invalid parameters: [user]"}');
    const wait = await written();
    const refused = await call(wait.id);
    assert.deepEqual(
      [refused.status, refused.type, refused.body.detail],
      [
        502,
        'application/problem+json',
        'МегаФон ВАТС не принимает вызов: Invalid parameters: [user]. Наберите сами: +79160000003',
      ],
    );
    answers = takes;
    assert.equal((await call(wait.id)).status, 200);
  });

  it('says when nobody knows what became of it, and does not ask again', async () => {
    answers = (response) => void response.destroy();
    const wait = await written();
    const unknown = await call(wait.id);
    assert.equal(unknown.status, 502);
    assert.match(
      unknown.body.detail,
      /^Не знаем, набрала ли АТС: .* Если телефон не зазвонит, наберите сами: \+79160000004$/,
    );
    assert.equal((await call(wait.id)).status, 409);
    assert.equal(orders.length, 1);
  });

  it('is not for who has no telephone there, nor for a client without a number, nor after the end', async () => {
    const wait = await written();
    for (const token of [tokens.vera, tokens.admin]) {
      assert.equal((await see(wait.id, token)).call_back, null);
      const refused = await call(wait.id, token);
      assert.deepEqual([refused.status, refused.body.title], [409, 'Cannot be called from here']);
    }
    const nameless = await written('nothing');
    assert.equal((await see(nameless.id)).call_back, null);
    assert.equal((await call(nameless.id)).status, 409);
    await answer(board.store, wait, Date.now(), board.rules);
    assert.equal((await see(wait.id)).call_back, null);
    assert.deepEqual((await call(wait.id)).body.title, 'Already closed');
    assert.deepEqual(orders, []);
  });

  it('goes by the line on which the client rang, and no other', async () => {
    const wait = await openWait(board.store, Date.now() - 60_000, board.rules, {
      kind: 'call',
      channel: 'line',
      thread: '+79160000099',
      call: { id: 'c1', direction: 'in', phase: 'ended', outcome: 'missed', talkSeconds: 0 },
      text: null,
    });
    assert.equal((await call(wait.id)).status, 200);
    await until(() => orders.length === 1, { what: 'the order' });
    assert.deepEqual(orders, ['ivanova → 79160000099']);
  });
});
