import assert from 'node:assert/strict';
import { createAccess } from '@otklik/store';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openWait } from '../../packages/store/testing/waits.ts';
import { ADMIN, type TestBoard, testBoard } from './testing/testBoard.ts';

const ANNA = { role: 'owner', person: 'anna', name: null } as const;

describe('signing in', () => {
  let board: TestBoard;
  beforeAll(async () => {
    board = await testBoard();
  });
  afterAll(() => board[Symbol.asyncDispose]());

  const link = (life = 60_000) => createAccess(board.store, 'link', ANNA, Date.now() + life);
  const open = (code: string) => board.app.inject({ url: `/sign-in?code=${code}` });
  /** The cookie of a browser that has opened a link. */
  const session = async (): Promise<string> => {
    const [cookie] = (await open(await link())).cookies;
    assert.ok(cookie);
    return `${cookie.name}=${cookie.value}`;
  };
  const ask = (cookie: string, headers: Record<string, string> = {}) =>
    board.app.inject({ url: '/api/v1/me', headers: { cookie, ...headers } });

  it('by a link opens a session in a cookie that no script reads, and leads to the board', async () => {
    const answer = await open(await link());
    assert.deepEqual([answer.statusCode, answer.headers.location], [302, '/']);
    const [cookie] = answer.cookies;
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite?.toLowerCase(), cookie?.path], [true, 'lax', '/']);
    const me = await ask(`${cookie?.name}=${cookie?.value}`);
    assert.deepEqual([me.statusCode, me.json().person, me.json().role], [200, 'anna', 'owner']);
  });

  it('works once, and only in its time', async () => {
    const code = await link();
    const both = await Promise.all([open(code), open(code)]);
    assert.deepEqual(both.map(({ cookies }) => cookies.length).sort(), [0, 1]);
    const again = await open(code);
    assert.deepEqual([again.headers.location, again.cookies], ['/?link=used', []]);
    assert.deepEqual((await open(await link(-1))).cookies, []);
    assert.deepEqual((await open('')).cookies, []);
  });

  it('is on record', async () => {
    await session();
    const { body } = await board.ask(ADMIN, 'GET', '/audit?limit=1');
    assert.deepEqual([body.items[0].actor, body.items[0].action], ['anna', 'sign_in']);
  });

  it('ends by signing out', async () => {
    const cookie = await session();
    const out = await board.app.inject({ method: 'POST', url: '/api/v1/sign-out', headers: { cookie } });
    assert.equal(out.statusCode, 204);
    assert.equal((await ask(cookie)).statusCode, 401);
  });

  it('lets no other site act in somebody’s name', async () => {
    const cookie = await session();
    const wait = await openWait(board.store, Date.now(), board.rules);
    const take = (headers: Record<string, string>) =>
      board.app.inject({
        method: 'POST',
        url: `/api/v1/waits/${wait.id}/take`,
        headers: { cookie, host: 'otklik.example.ru', ...headers },
      });
    for (const origin of ['https://evil.example', 'https://otklik.example.ru.evil.example', 'null'])
      assert.equal((await take({ origin })).statusCode, 403, origin);
    assert.equal((await take({ origin: 'https://otklik.example.ru' })).statusCode, 200);
  });

  it('a bearer token is no session, nor the other way round', async () => {
    const cookie = await session();
    const token = cookie.slice(cookie.indexOf('=') + 1);
    const asBearer = await board.app.inject({
      url: '/api/v1/me',
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(asBearer.statusCode, 401);
    assert.equal((await ask(`otklik_session=${await board.tokenOf(ANNA)}`)).statusCode, 401);
  });
});
