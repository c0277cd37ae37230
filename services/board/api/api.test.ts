import assert from 'node:assert/strict';
import { fireDue, saveNotices, type WaitRow } from '@otklik/store';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { answer, openWait } from '../../../packages/store/testing/waits.ts';
import { ADMIN, type Answer, type TestBoard, testBoard } from '../testing/testBoard.ts';

const NEVER = '00000000-0000-4000-8000-000000000000';
const NOW = Date.now();

describe('the API', () => {
  let board: TestBoard;
  const tokens = { anna: '', boris: '', vera: '', gleb: '', ops: '', admin: ADMIN };
  let annas: WaitRow;
  let boris: WaitRow;
  beforeAll(async () => {
    board = await testBoard();
    tokens.anna = await board.tokenOf({ role: 'owner', person: 'anna', name: null });
    tokens.boris = await board.tokenOf({ role: 'owner', person: 'boris', name: null });
    tokens.vera = await board.tokenOf({ role: 'head', person: 'vera', name: null });
    tokens.gleb = await board.tokenOf({ role: 'head', person: 'gleb', name: null });
    tokens.ops = await board.tokenOf({ role: 'ops', person: null, name: 'grafana' });
    annas = await open('site');
    boris = await open('line');
  });
  afterAll(() => board[Symbol.asyncDispose]());

  const open = (channel: string, at = NOW - 60_000) => openWait(board.store, at, board.rules, { channel });
  const get = (path: string, token = ADMIN) => board.ask(token, 'GET', path);
  const post = (path: string, body?: object, token = ADMIN) => board.ask(token, 'POST', path, body);
  const ids = (body: Answer): string[] => body.items.map(({ id }: { id: string }) => id);

  describe('lets everybody see what is theirs and nothing else', () => {
    const views = [
      { who: 'admin', sees: ['anna', 'boris'] },
      { who: 'anna', sees: ['anna'] },
      { who: 'boris', sees: ['boris'] },
      { who: 'vera', sees: ['anna'] },
      { who: 'gleb', sees: [] },
    ] as const;
    for (const { who, sees } of views) {
      it(`${who} sees ${sees.length === 0 ? 'nothing' : sees.join(' and ')}`, async () => {
        const token = tokens[who];
        const theirs = { anna: annas.id, boris: boris.id };
        assert.deepEqual(
          new Set(ids((await get('/waits?state=open', token)).body)),
          new Set(sees.map((owner) => theirs[owner])),
        );
        for (const [owner, id] of Object.entries(theirs)) {
          const expected = (sees as readonly string[]).includes(owner) ? 200 : 404;
          assert.equal((await get(`/waits/${id}`, token)).status, expected);
          if (expected === 404) assert.equal((await post(`/waits/${id}/take`, undefined, token)).status, 404);
        }
        const { body } = await get('/reports/response-times?group_by=owner', token);
        assert.deepEqual(body.items.map(({ group }: { group: string }) => group).sort(), [...sees].sort());
      });
    }

    it('ops sees no client data', async () => {
      const paths = ['/waits', `/waits/${annas.id}`, '/notices', '/audit', '/stream'];
      for (const path of [...paths, '/reports/response-times?group_by=owner'])
        assert.equal((await get(path, tokens.ops)).status, 403, path);
      assert.equal((await post(`/waits/${annas.id}/take`, undefined, tokens.ops)).status, 403);
    });

    it('only the administrator reads the audit log', async () => {
      for (const who of ['anna', 'vera', 'ops'] as const)
        assert.equal((await get('/audit', tokens[who])).status, 403, who);
      assert.equal((await get('/audit')).status, 200);
    });

    it('nobody without a token, or with a wrong one, sees anything', async () => {
      for (const path of ['/me', '/waits', '/people', '/channels', '/audit', '/stream', '/notices'])
        for (const token of [null, 'wrong', `${ADMIN}x`])
          assert.equal((await board.ask(token, 'GET', path)).status, 401, path);
    });

    it('whoever was handed a wait sees it, and who took it still does', async () => {
      const wait = await open('site');
      await post(`/waits/${wait.id}/hand-over`, { to: 'boris' }, tokens.anna);
      assert.equal((await get(`/waits/${wait.id}`, tokens.boris)).status, 200);
      assert.equal((await get(`/waits/${wait.id}`, tokens.anna)).status, 404);
      assert.equal((await get(`/waits/${wait.id}`, tokens.vera)).status, 200);
    });

    it('whoever was pinged about a wait opens that one, as the ping links there', async () => {
      const wait = await open('site');
      assert.equal((await get(`/waits/${wait.id}`, tokens.gleb)).status, 404);
      const ping = {
        type: 'wait.step',
        wait_id: wait.id,
        channel: 'site',
        step: 2,
        stage: 'breached',
        recipient: 'gleb',
        transport: 'email',
        due_at: NOW,
        late_reason: null,
      } as const;
      await saveNotices(board.store.db, [ping], NOW);
      assert.equal((await get(`/waits/${wait.id}`, tokens.gleb)).status, 200);
      assert.deepEqual(ids((await get('/waits?state=open', tokens.gleb)).body), []);
    });
  });

  it('says who is asking', async () => {
    const { body } = await get('/me', tokens.anna);
    assert.deepEqual(
      [body.name, body.role, body.person, body.locale, body.demo, body.version],
      ['Анна', 'owner', 'anna', 'ru', false, '1.2.3'],
    );
  });

  it('shows of a wait everything that is documented', async () => {
    const { body } = await get(`/waits/${annas.id}`);
    const promised =
      'id client channel thread owner opened_at warn_at breach_at warned_at breached_at closed_at outcome answered_by answered_via response_seconds after_hours late_delivered etiquette taken_by taken_until history';
    for (const field of promised.split(' ')) assert.ok(field in body, field);
    assert.deepEqual([body.owner, body.stage, body.opened_at], ['anna', 'waiting', iso(NOW - 60_000)]);
  });

  it('tells the story of a wait in the order in which it happened', async () => {
    const wait = await open('site', NOW - 240_000);
    const about = { now: wait.warn_at, upSince: wait.opened_at, unread: [], limit: 100 };
    await fireDue(board.store, board.rules, about);
    await post(`/waits/${wait.id}/take`, undefined, tokens.anna);
    await answer(board.store, wait, NOW + 60_000, board.rules);
    const { timeline } = (await get(`/waits/${wait.id}`)).body;
    const happened = timeline.filter(({ type }: { type: string }) => type !== 'notice');
    assert.deepEqual(
      happened.map((item: Answer) => [item.type, item.side ?? item.step ?? item.action]),
      [
        ['event', 'client'],
        ['step', 1],
        ['act', 'take'],
        ['event', 'employee'],
      ],
    );
    assert.equal(happened[2].by, 'anna');
  });

  it('filters waits, and answers in pages that leave nothing out and tell nothing twice', async () => {
    const from = Date.parse('2026-01-01T00:00:00Z');
    const opened: WaitRow[] = [];
    // Two of each moment: the cursor must tell them apart.
    for (let i = 0; i < 6; i++) opened.push(await open('line', from + Math.floor(i / 2) * 1_000));
    const [first] = opened;
    assert.ok(first);
    await answer(board.store, first, from + 500, board.rules);
    const range = `from=${iso(from)}&to=${iso(from + 10_000)}`;
    const seen: string[] = [];
    let cursor = '';
    do {
      const { status, body } = await get(`/waits?limit=2&${range}${cursor}`);
      assert.equal(status, 200);
      seen.push(...ids(body));
      cursor = body.next === null ? '' : `&cursor=${encodeURIComponent(body.next)}`;
    } while (cursor !== '');
    assert.equal(seen.length, 6);
    assert.deepEqual(new Set(seen), new Set(opened.map(({ id }) => id)));
    assert.ok(
      opened.slice(4).some(({ id }) => id === seen[0]),
      'newest first',
    );
    assert.deepEqual(ids((await get(`/waits?${range}&state=closed`)).body), [first.id]);
    assert.equal(ids((await get(`/waits?${range}&state=open`)).body).length, 5);
    assert.equal(ids((await get(`/waits?${range}&channel=site`)).body).length, 0);
    assert.equal(ids((await get(`/waits?${range}&owner=boris&limit=500`)).body).length, 6);
    assert.equal(ids((await get(`/waits?from=${iso(from + 2_000)}&to=${iso(from + 2_001)}`)).body).length, 2);
  });

  it('counts response times per channel, owner, hour and weekday', async () => {
    const from = Date.parse('2026-02-02T09:59:00Z'); // a Monday
    for (const seconds of [60, 200, 400]) {
      const wait = await open('line', from);
      await answer(board.store, wait, from + seconds * 1_000, board.rules);
    }
    await open('line', from);
    await fireDue(board.store, board.rules, { now: from + 300_000, upSince: from, unread: [], limit: 500 });
    await open('line', from); // whose window has not ended, as far as the clock knows
    const range = `from=${iso(from)}&to=${iso(from + 1)}`;
    for (const [by, group] of Object.entries({ channel: 'line', owner: 'boris', hour: '12', weekday: '1' })) {
      const { body } = await get(`/reports/response-times?group_by=${by}&${range}`);
      assert.equal(body.items.length, 1, by);
      const { p90, p99, ...rest } = body.items[0];
      assert.deepEqual(rest, {
        group,
        waits: 5,
        answered: 3,
        within_warn: 1,
        within_breach: 2,
        in_time: 2,
        judged: 4,
        p50: 200,
        unanswered: 2,
      });
      assert.ok(p90 <= p99 && p99 <= 400);
    }
  });

  it('shows channels with their people and windows, and people with who is away', async () => {
    const channels = (await get('/channels', tokens.ops)).body.items;
    assert.deepEqual(
      channels.map((each: Answer) => [
        each.id,
        each.owner,
        each.head,
        each.warn_seconds,
        each.breach_seconds,
      ]),
      [
        ['site', 'anna', 'vera', 180, 300],
        ['line', 'boris', null, 180, 300],
      ],
    );
    const people = (await get('/people', tokens.ops)).body.items;
    assert.deepEqual(
      people.find(({ id }: { id: string }) => id === 'vera'),
      {
        id: 'vera',
        name: 'Вера',
        role: 'head',
        away: false,
        away_until: null,
        on_duty: [],
        linked: true,
        reachable: true,
        reach: [{ transport: 'telegram', works: true, since: null, problem: null }],
      },
    );
  });

  describe('refuses as RFC 9457 says', () => {
    const refusals = [
      { path: '/waits?limit=0', status: 400, names: '/limit' },
      { path: '/waits?limit=501', status: 400, names: '/limit' },
      { path: '/waits?state=gone', status: 400, names: '/state' },
      { path: '/waits?from=yesterday', status: 400, names: '/from' },
      { path: '/waits?cursor=x', status: 400, names: '/cursor' },
      { path: `/waits?cursor=x_${NEVER}`, status: 400 },
      { path: `/waits?cursor=2026-01-01_${'-'.repeat(36)}`, status: 400 },
      { path: '/waits?from=275760-09-13T00:00:00.001Z', status: 400, names: '/from' },
      { path: '/waits?channel=%00', status: 400, names: '/channel' },
      { path: '/waits/17', status: 400, names: '/id' },
      { path: `/waits/${NEVER}`, status: 404 },
      { path: '/reports/response-times', status: 400, names: '/group_by' },
      { path: '/reports/response-times?group_by=client', status: 400, names: '/group_by' },
      { path: '/audit?before=x', status: 400, names: '/before' },
      { path: '/audit?before=99999999999999999999', status: 400, names: '/before' },
      { path: '/nowhere', status: 404 },
    ];
    for (const { path, status, names } of refusals) {
      it(`GET ${path}`, async () => {
        const { body, type, status: answered } = await get(path);
        assert.deepEqual(
          [answered, body.status, type.split(';')[0]],
          [status, status, 'application/problem+json'],
        );
        assert.ok(body.title.length > 0 && body.detail.length > 0);
        if (names !== undefined)
          assert.deepEqual(
            body.errors.map((each: Answer) => each.path),
            [names],
          );
      });
    }

    it('a hand-over to nobody, with something unknown in it, or without a body', async () => {
      for (const body of [{}, { to: 7 }, { to: 'boris', and: 'more' }, { to: '' }]) {
        const { status, type } = await post(`/waits/${annas.id}/hand-over`, body);
        assert.deepEqual(
          [status, type.split(';')[0]],
          [400, 'application/problem+json'],
          JSON.stringify(body),
        );
      }
      assert.equal((await post(`/waits/${annas.id}/hand-over`)).status, 400);
      assert.equal((await post(`/waits/${annas.id}/hand-over`, { to: 'nobody' })).status, 400);
      assert.equal((await post(`/waits/${annas.id}/hand-over`, { to: 'anna' })).status, 409);
    });

    it('a take by two, a decision about what is over', async () => {
      const wait = await open('site');
      assert.equal((await post(`/waits/${wait.id}/take`, undefined, tokens.anna)).body.taken_by, 'anna');
      const second = await post(`/waits/${wait.id}/take`, undefined, tokens.vera);
      assert.equal(second.status, 409);
      assert.match(second.body.detail, /^Уже занимается Анна, ещё \d+ с\.$/);
      const english = await board.app.inject({
        method: 'POST',
        url: `/api/v1/waits/${wait.id}/take`,
        headers: { authorization: `Bearer ${tokens.vera}`, 'accept-language': 'en' },
      });
      assert.match(english.json().detail, /^Анна is on it for another \d+ s\.$/);
      const decided = await post(`/waits/${wait.id}/no-reply-needed`, undefined, tokens.vera);
      assert.deepEqual([decided.body.outcome, decided.body.answered_by], ['no_reply_needed', 'vera']);
      assert.equal((await post(`/waits/${wait.id}/no-reply-needed`)).status, 409);
    });
  });

  describe('knows who is there', () => {
    const find = async (id: string) =>
      (await get('/people')).body.items.find((person: { id: string }) => person.id === id);

    it('«Я отошёл» counts at once, until its time or until «Я на месте»', async () => {
      const gone = await post('/people/anna/away', { until: '30m' }, tokens.anna);
      assert.deepEqual([gone.status, gone.body.away], [200, true]);
      const minutes = (Date.parse(gone.body.away_until) - Date.now()) / 60_000;
      assert.ok(minutes > 29 && minutes <= 30, String(minutes));
      assert.equal((await find('anna')).away, true);
      assert.equal((await post('/people/anna/back', undefined, tokens.anna)).body.away, false);
      assert.equal((await find('anna')).away_until, null);
    });

    it('people speak for themselves, heads for their people, nobody for others', async () => {
      const may = async (token: string) => (await post('/people/anna/away', {}, token)).status;
      const asked = [tokens.vera, ADMIN, tokens.boris, tokens.gleb, tokens.ops];
      assert.deepEqual(await Promise.all(asked.map(may)), [200, 200, 403, 403, 403]);
      await post('/people/anna/back');
      const refused = await post('/people/boris/away', {}, tokens.anna);
      assert.equal(refused.body.detail, 'Каждый решает за себя, руководитель — за своих сотрудников.');
      assert.equal((await post('/people/nobody/away')).status, 404);
      assert.equal((await post('/people/anna/away', { until: 'обед' })).status, 400);
    });

    it('hands over all open waits of a person', async () => {
      const wait = await open('site');
      const before = ids((await get('/waits?state=open&owner=anna')).body);
      assert.ok(before.includes(wait.id));
      const handed = await post('/people/anna/hand-over', { to: 'gleb' }, tokens.anna);
      assert.deepEqual([handed.status, handed.body.handed_over], [200, before.length]);
      assert.deepEqual(ids((await get('/waits?state=open&owner=anna')).body), []);
      assert.equal((await get(`/waits/${wait.id}`)).body.owner_why, 'handed_over');
      assert.equal((await get(`/waits/${wait.id}`)).body.first_owner, 'anna');
      await post('/people/gleb/hand-over', { to: 'anna' });
      assert.equal((await post('/people/anna/hand-over', { to: 'nobody' })).status, 400);
    });

    it('a head links the Telegram account of whom no other head’s channel asks', async () => {
      const link = async (token: string) => (await post('/people/anna/link-code', undefined, token)).status;
      assert.deepEqual([await link(tokens.vera), await link(tokens.gleb)], [200, 403]);
      const before = board.config;
      const line = before.channels.get('line');
      assert.ok(line);
      board.config = {
        ...before,
        channels: new Map(before.channels).set('line', { ...line, deputies: ['anna'] }),
      };
      try {
        assert.deepEqual(
          [await link(tokens.vera), await link(tokens.anna), await link(ADMIN)],
          [403, 200, 200],
        );
      } finally {
        board.config = before;
      }
    });

    it('a head hands over of their people what waits on their own channels, nothing beyond', async () => {
      const [theirs, beyond] = [await open('site'), await open('line')];
      await post(`/waits/${beyond.id}/hand-over`, { to: 'anna' });
      assert.equal((await post(`/waits/${beyond.id}/take`, undefined, tokens.vera)).status, 404);
      assert.equal((await post('/people/anna/hand-over', { to: 'gleb' }, tokens.gleb)).status, 403);
      assert.equal((await post('/people/anna/hand-over', { to: 'gleb' }, tokens.vera)).status, 200);
      assert.equal((await get(`/waits/${theirs.id}`)).body.owner, 'gleb');
      assert.equal((await get(`/waits/${beyond.id}`)).body.owner, 'anna');
      await post('/people/gleb/hand-over', { to: 'anna' });
      await post(`/waits/${beyond.id}/hand-over`, { to: 'boris' });
    });
  });

  describe('lets a breach be disputed', () => {
    const LONG_AGO = NOW - 20 * 60_000;
    const breached = async () => {
      const wait = await open('site', LONG_AGO);
      await fireDue(board.store, board.rules, { now: NOW, upSince: 0, unread: [], limit: 500 });
      await answer(board.store, wait, LONG_AGO + 6 * 60_000, board.rules);
      return wait;
    };
    const anna = async () =>
      (await get('/reports/owners')).body.items.find((row: { owner: string }) => row.owner === 'anna');

    it('the owner gives the reason, the head decides, the numbers change and the breach stays on record', async () => {
      const wait = await breached();
      const before = await anna();
      const made = await post(
        `/waits/${wait.id}/dispute`,
        { reason: 'Говорила с другим клиентом' },
        tokens.anna,
      );
      assert.deepEqual([made.status, made.body.by, made.body.accepted], [200, 'anna', null]);
      assert.deepEqual(
        (await get('/disputes', tokens.vera)).body.items.map((each: Answer) => each.wait.id),
        [wait.id],
      );
      assert.deepEqual((await get('/disputes', tokens.boris)).body.items, []);
      const own = await post(`/waits/${wait.id}/dispute/decide`, { accepted: true }, tokens.anna);
      assert.equal(own.status, 403);
      const decided = await post(`/waits/${wait.id}/dispute/decide`, { accepted: true }, tokens.vera);
      assert.deepEqual([decided.body.decided_by, decided.body.excused_seconds], ['vera', 60]);
      const after = await anna();
      assert.deepEqual(
        [after.excused, after.excused_seconds, after.within_breach, after.breached],
        [before.excused + 1, before.excused_seconds + 60, before.within_breach + 1, before.breached - 1],
      );
      const { body } = await get(`/waits/${wait.id}`);
      assert.ok(body.breached_at !== null);
      assert.deepEqual([body.excused_seconds, body.dispute.accepted], [60, true]);
      const acts = body.timeline.filter(({ type }: Answer) => type === 'act');
      assert.deepEqual(
        acts.map((act: Answer) => [act.action, act.by]),
        [
          ['dispute', 'anna'],
          ['dispute_accepted', 'vera'],
        ],
      );
    });

    it('a head decides on the channels that they head, not on what they own elsewhere', async () => {
      const wait = await open('line', LONG_AGO);
      await fireDue(board.store, board.rules, { now: NOW, upSince: 0, unread: [], limit: 500 });
      await post(`/waits/${wait.id}/dispute`, { reason: 'не моя смена' }, tokens.boris);
      await post(`/waits/${wait.id}/hand-over`, { to: 'vera' });
      assert.equal((await get(`/waits/${wait.id}`, tokens.vera)).status, 200);
      const decide = { accepted: true };
      assert.equal((await post(`/waits/${wait.id}/dispute/decide`, decide, tokens.vera)).status, 403);
      assert.equal((await post(`/waits/${wait.id}/dispute/decide`, decide)).status, 200);
    });

    it('once, only a breach, and only by a decision; a rejected one changes nothing', async () => {
      const wait = await breached();
      const before = await anna();
      const decide = { accepted: false, note: 'Смена была ваша' };
      assert.equal((await post(`/waits/${wait.id}/dispute/decide`, decide, tokens.vera)).status, 409);
      assert.equal(
        (await post(`/waits/${wait.id}/dispute`, { reason: 'не моя смена' }, tokens.anna)).status,
        200,
      );
      assert.equal((await post(`/waits/${wait.id}/dispute`, { reason: 'ещё раз' }, tokens.anna)).status, 409);
      assert.equal(
        (await post(`/waits/${wait.id}/dispute/decide`, decide, tokens.vera)).body.excused_seconds,
        0,
      );
      assert.equal((await post(`/waits/${wait.id}/dispute/decide`, decide, tokens.vera)).status, 409);
      assert.deepEqual(await anna(), before);
      const early = await post(`/waits/${annas.id}/dispute`, { reason: 'рано' }, tokens.anna);
      assert.deepEqual([early.status, early.body.detail], [409, 'Срок не нарушен: оспаривать нечего.']);
      assert.equal((await post(`/waits/${wait.id}/dispute`, { reason: ' ' }, tokens.anna)).status, 400);
    });
  });

  it('describes itself: every route is in the OpenAPI document, and every reference in it leads somewhere', async () => {
    const document = (await get('/openapi.json')).body;
    assert.equal(document.openapi, '3.1.0');
    const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const promised = [
      'GET /api/v1/waits',
      'GET /api/v1/waits/{id}',
      'POST /api/v1/waits/{id}/take',
      'POST /api/v1/waits/{id}/call',
      'POST /api/v1/waits/{id}/no-reply-needed',
      'POST /api/v1/waits/{id}/hand-over',
      'POST /api/v1/waits/{id}/dispute',
      'POST /api/v1/waits/{id}/dispute/decide',
      'GET /api/v1/disputes',
      'POST /api/v1/people/{id}/away',
      'POST /api/v1/people/{id}/back',
      'GET /api/v1/reports/owners',
      'GET /api/v1/reports/response-times',
      'GET /api/v1/audit',
      'GET /api/v1/channels',
      'GET /api/v1/people',
      'GET /api/v1/stream',
    ];
    for (const route of promised) assert.ok(described.includes(route), route);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    assert.ok(references.length > 0);
    for (const path of new Set(references)) {
      const found = path
        .slice(1)
        .split('/')
        .reduce((part: Answer, key) => part?.[key], document);
      assert.ok(found, path);
    }
  });
});

const iso = (at: number) => new Date(at).toISOString();
