import assert from 'node:assert/strict';
import { recordEvents, settleHandles } from '@otklik/store';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { asBeforeAttests } from '../../../packages/store/testing/asBeforeAttests.ts';
import { message } from '../../../packages/store/testing/waits.ts';
import { ADMIN, type Answer, type TestBoard, testBoard } from '../testing/testBoard.ts';
import { maskEmail, maskPhone } from './presentClients.ts';

const NOW = Date.now();
const IVAN = { id: null, name: 'Иван Петров', phone: null, email: null };

describe('clients on the board', () => {
  let board: TestBoard;
  beforeAll(async () => {
    board = await testBoard();
  });
  afterAll(() => board[Symbol.asyncDispose]());

  const get = (path: string, token = ADMIN) => board.ask(token, 'GET', path);
  const post = (path: string, body?: object, token = ADMIN) => board.ask(token, 'POST', path, body);
  const write = (channel: string, thread: string, more: object = {}) =>
    recordEvents(
      board.store,
      [message('client', NOW - 60_000, { channel, thread, author: { ...IVAN, ...more } })],
      board.rules,
      Date.now(),
    );
  const open = async (): Promise<Answer[]> => (await get('/waits?state=open')).body.items;

  it('suggests, joins, takes back; each with who and when in the audit log', async () => {
    await write('site', 'chat-1');
    await write('line', 'chat-2');
    const [suggestion] = (await get('/clients/suggestions')).body.items;
    assert.deepEqual([suggestion.reason, suggestion.value], ['same_name', 'Иван Петров']);
    const pair = { a: suggestion.a.id, b: suggestion.b.id };
    const joined = await post('/clients/join', pair);
    assert.equal(joined.status, 200);
    assert.equal((await open()).length, 1);
    assert.deepEqual((await get('/clients/suggestions')).body.items, []);
    const [join] = (await get('/clients/joins')).body.items;
    assert.deepEqual(
      [join.id, join.reason, join.by, join.undone_at],
      [joined.body.id, 'person', 'admin', null],
    );
    assert.deepEqual([...join.a.channels, ...join.b.channels].sort(), ['line', 'site']);
    assert.equal((await post('/clients/join', pair)).status, 404); // one of them is gone into the other
    assert.equal((await post(`/clients/joins/${join.id}/undo`)).status, 204);
    assert.equal((await post(`/clients/joins/${join.id}/undo`)).status, 409);
    assert.equal((await open()).length, 2);
    assert.deepEqual((await get('/clients/suggestions')).body.items, []);
    const actions = (await get('/audit')).body.items.map(({ action }: { action: string }) => action);
    assert.deepEqual(actions.slice(0, 2), ['undo_join', 'join_clients']);
  });

  it('shows numbers and addresses only so far as to tell them apart', async () => {
    await write('site', 'chat-3', { phone: '+79990001122', email: 'ivan@example.ru' });
    await write('line', '+79990001122', { phone: '+79990001122' });
    const [join] = (await get('/clients/joins')).body.items;
    assert.deepEqual([join.reason, join.value], ['phone', '+7…1122']);
    assert.deepEqual(
      [join.a, join.b].map(({ phone, email }: Answer) => [phone, email]).sort(),
      [
        ['+7…1122', 'i…@example.ru'],
        ['+7…1122', null],
      ].sort(),
    );
    assert.equal(maskPhone(null), null);
    assert.equal(maskEmail(null), null);
  });

  it('lists what typed numbers have joined before, for a head to confirm or undo', async () => {
    const number = '+79990003344';
    await write('site', 'chat-6', { name: 'Первый', phone: number });
    await write('line', number, { name: 'Вторая', phone: number });
    await write('line', '+79990005566', { name: 'Третья', typed: { phone: number, email: null } });
    const { items } = (await get('/clients/suggestions')).body;
    assert.deepEqual(
      items.map(({ reason, value }: Answer) => [reason, value]),
      [['typed_handle', '+7…3344']],
    );
    assert.ok(
      [items[0].a, items[0].b].some(({ phone, typed_phone }: Answer) => !phone && typed_phone === '+7…3344'),
    );
    await asBeforeAttests(board.store);
    assert.ok((await settleHandles(board.store, ['line'], NOW)) > 0);
    const review = async () =>
      (await get('/clients/joins?review=true')).body.items.filter(({ value }: Answer) => value === '+7…3344');
    const [join] = await review();
    assert.deepEqual([join.reason, join.value, join.to_review], ['phone', '+7…3344', true]);
    const vera = await board.tokenOf({ role: 'head', person: 'vera', name: null });
    const anna = await board.tokenOf({ role: 'owner', person: 'anna', name: null });
    assert.equal((await post(`/clients/joins/${join.id}/confirm`, undefined, anna)).status, 403);
    assert.equal((await post(`/clients/joins/${join.id}/confirm`, undefined, vera)).status, 204);
    assert.deepEqual(await review(), []);
    assert.equal((await get('/audit')).body.items[0].action, 'confirm_join');
    await post('/clients/dismiss', { a: items[0].a.id, b: items[0].b.id });
  });

  it('is for heads within their channels, and for admins', async () => {
    await write('site', 'chat-4', { name: 'Мария Иванова' });
    await write('line', 'chat-5', { name: 'Мария Иванова' });
    const [pair] = (await get('/clients/suggestions')).body.items;
    const asked = { a: pair.a.id, b: pair.b.id };
    for (const [role, person, status] of [
      ['owner', 'anna', 403],
      ['ops', null, 403],
      ['head', 'vera', 404],
    ] as const) {
      const token = await board.tokenOf({ role, person, name: null });
      assert.equal((await post('/clients/join', asked, token)).status, status, role);
      assert.equal((await post('/clients/dismiss', asked, token)).status, status, role);
      if (status === 403) assert.equal((await get('/clients/suggestions', token)).status, 403);
      else assert.deepEqual((await get('/clients/suggestions', token)).body.items, []);
    }
    assert.equal((await post('/clients/dismiss', asked)).status, 204);
    assert.deepEqual((await get('/clients/suggestions')).body.items, []);
    assert.equal((await post('/clients/join', { a: asked.a, b: asked.a })).status, 409);
  });
});
