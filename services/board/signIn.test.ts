import assert from 'node:assert/strict';
import { createAccess } from '@otklik/store';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openWait } from '../../packages/store/testing/waits.ts';
import { ADMIN, type TestBoard, testBoard } from './testing/testBoard.ts';

const ADMIN_ACCESS = { role: 'admin', person: null, name: 'admin' } as const;
const ANNA = { role: 'owner', person: 'anna', name: null } as const;

describe('signing in', () => {
  let board: TestBoard;
  beforeAll(async () => {
    board = await testBoard();
  });
  afterAll(() => board[Symbol.asyncDispose]());

  const link = (life = 60_000) => createAccess(board.store, 'link', ANNA, Date.now() + life);
  const page = (code: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    board.app.inject({ method, url: `/sign-in?code=${code}`, headers });
  /** What the page's button does. */
  const open = (code: string, headers: Record<string, string> = {}) =>
    board.app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams({ code }).toString(),
    });
  /** The cookie of a browser that has opened a link. */
  const session = async (): Promise<string> => {
    const [cookie] = (await open(await link())).cookies;
    assert.ok(cookie);
    return `${cookie.name}=${cookie.value}`;
  };
  const ask = (cookie: string, headers: Record<string, string> = {}) =>
    board.app.inject({ url: '/api/v1/me', headers: { cookie, ...headers } });

  it('by a link shows whom it signs in and a button, which opens a session in a cookie that no script reads', async () => {
    const code = await link();
    const shown = await page(code);
    assert.deepEqual([shown.statusCode, shown.cookies], [200, []]);
    assert.match(shown.body, /<h1>Войти: Анна<\/h1>/);
    const [, field] = /name="code" value="([^"]+)"/.exec(shown.body) ?? [];
    const answer = await open(field ?? '');
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/']);
    const [cookie] = answer.cookies;
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite?.toLowerCase(), cookie?.path], [true, 'lax', '/']);
    const me = await ask(`${cookie?.name}=${cookie?.value}`);
    assert.deepEqual([me.statusCode, me.json().person, me.json().role], [200, 'anna', 'owner']);
  });

  it('is not used up by whoever only looks: HEAD, previews of messengers, scanners of mail', async () => {
    const code = await link();
    await page(code, {}, 'HEAD');
    for (const agent of [
      'TelegramBot (like TwitterBot)',
      'WhatsApp/2.23',
      'Slackbot-LinkExpanding 1.0',
      'Mozilla/5.0',
    ])
      assert.deepEqual((await page(code, { 'user-agent': agent })).cookies, [], agent);
    assert.equal((await open(code)).statusCode, 303);
  });

  it('works once, and only in its time; else it says what to do, in the reader’s language', async () => {
    const code = await link();
    const both = await Promise.all([open(code), open(code)]);
    assert.deepEqual(both.map(({ cookies }) => cookies.length).sort(), [0, 1]);
    const late = await link(-1);
    const stories = [
      [code, 410, /По этой ссылке уже вошли/],
      [late, 410, /Срок ссылки истёк/],
      ['', 404, /Такой ссылки нет/],
      ['never-made', 404, /Такой ссылки нет/],
    ] as const;
    for (const [used, status, words] of stories)
      for (const answer of [await page(used), await open(used)]) {
        assert.deepEqual([answer.statusCode, answer.cookies], [status, []]);
        assert.match(answer.body, words);
        assert.match(answer.body, /npm run otklik -- sign-in/);
      }
    assert.match((await page(code)).body, /sign-in --person anna/);
    const english = await createAccess(board.store, 'link', ADMIN_ACCESS, Date.now() - 1);
    const { body } = await page(english, { 'accept-language': 'en-GB,en;q=0.9' });
    assert.match(body, /<html lang="en">[\s\S]*This link has expired/);
  });

  it('a used link leads whoever is in already to the board', async () => {
    const code = await link();
    const [cookie] = (await open(code)).cookies;
    const again = await page(code, { cookie: `${cookie?.name}=${cookie?.value}` });
    assert.deepEqual([again.statusCode, again.headers.location], [302, '/']);
  });

  it('a name cannot write into the page, nor another site sign somebody in', async () => {
    const shown = await page('%22%3E%3Cscript%3Ealert(1)%3C/script%3E');
    assert.ok(!shown.body.includes('<script>'));
    assert.match(String(shown.headers['content-security-policy']), /default-src 'none'/);
    const host = 'otklik.example.ru';
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      assert.equal((await open(await link(), { host, ...headers })).statusCode, 403);
    assert.equal((await open(await link(), { host, origin: `https://${host}` })).statusCode, 303);
  });

  it('guesses are slowed, and whoever has a right link or token behind the same address gets in', async () => {
    await using other = await testBoard();
    const guess = (i: number) => other.app.inject({ url: `/sign-in?code=guess-${i}` });
    const ask = (token: string) =>
      other.app.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${token}` } });
    let i = 0;
    await until(async () => (await guess(i++)).statusCode === 429, { what: 'a slowed guess' });
    const slowed = await guess(i++);
    assert.ok(Number(slowed.headers['retry-after']) > 0);
    assert.match(slowed.body, /Слишком много неверных ссылок/);
    const token = await ask('a-guessed-token');
    assert.equal(token.statusCode, 429);
    assert.ok(Number(token.headers['retry-after']) > 0);
    assert.equal(token.json().status, 429);
    assert.equal((await ask(ADMIN)).statusCode, 200);
    assert.equal((await ask(await other.tokenOf(ANNA))).statusCode, 200);
    const code = await createAccess(other.store, 'link', ANNA, Date.now() + 60_000);
    assert.equal((await other.app.inject({ url: `/sign-in?code=${code}` })).statusCode, 200);
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
    assert.equal((await board.ask(ADMIN, 'GET', '/audit?limit=1')).body.items[0].action, 'sign_out');
  });

  it('ends everywhere at once by signing out everywhere', async () => {
    const [here, there] = [await session(), await session()];
    const out = await board.app.inject({
      method: 'POST',
      url: '/api/v1/sign-out-everywhere',
      headers: { cookie: here },
    });
    assert.equal(out.statusCode, 200);
    assert.ok(out.json().ended >= 2);
    for (const cookie of [here, there]) assert.equal((await ask(cookie)).statusCode, 401);
    const { body } = await board.ask(ADMIN, 'GET', '/audit?limit=1');
    assert.deepEqual([body.items[0].actor, body.items[0].action], ['anna', 'sign_out_everywhere']);
  });

  it('whoever left the configuration is out, whoever has another role has that one', async () => {
    const cookie = await session();
    const token = await board.tokenOf(ANNA);
    const admins = await board.tokenOf({ role: 'admin', person: 'anna', name: null });
    const [unused, later] = [await link(), await link()];
    const role = async (by: string) => {
      const answer = await board.app.inject({
        url: '/api/v1/me',
        headers: { authorization: `Bearer ${by}` },
      });
      return answer.statusCode === 200 ? answer.json().role : answer.statusCode;
    };
    const anna = board.config.people.get('anna');
    assert.ok(anna);
    const before = board.config;
    try {
      board.config = { ...before, people: new Map(before.people).set('anna', { ...anna, role: 'head' }) };
      assert.deepEqual([await role(token), (await ask(cookie)).json().role], ['head', 'head']);
      board.config = {
        ...before,
        people: new Map([...before.people].filter(([id]) => id !== 'anna')),
      };
      assert.deepEqual(
        [await role(token), await role(admins), (await ask(cookie)).statusCode],
        [401, 401, 401],
      );
      assert.deepEqual([(await page(unused)).statusCode, (await open(later)).statusCode], [403, 403]);
    } finally {
      board.config = before;
    }
    assert.deepEqual([await role(token), await role(admins)], ['owner', 'admin']);
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
