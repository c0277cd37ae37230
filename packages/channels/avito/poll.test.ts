import assert from 'node:assert/strict';
import { type Event, foldPolicyOf, foldWaits } from '@otklik/domain';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Listener } from '../channel.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { avitoChannel, avitoFeed } from './channel.ts';
import { avitoChannelOf, avitoCompany, FakeAvito } from './testing/fakeAvito.ts';

const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const BEGAN = NOW - 300_000;
const rfc = (at: number): string => new Date(at).toISOString();
const PACE = {
  everyMs: 40,
  overlapMs: 900_000,
  sweepMs: 900_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};
const OURS = 'https://otklik.example.ru/hooks/a111?key=the-key-of-this-test-1';

const call = (callId: number, more: object = {}) => ({
  callId,
  buyerPhone: `7916000000${callId}`,
  sellerPhone: '74951234567',
  virtualPhone: '79990000000',
  callTime: rfc(BEGAN),
  talkDuration: 0,
  waitingDuration: 20,
  ...more,
});
const review = (id: number, more: object = {}) => ({
  id,
  createdAt: BEGAN / 1_000,
  score: 5,
  stage: 'done',
  text: 'Спасибо',
  sender: { name: 'Анна' },
  item: { id: 333, title: 'Диван' },
  canAnswer: true,
  answer: null,
  ...more,
});

describe('a look at Avito', () => {
  let avito: FakeAvito;
  const listeners: Listener[] = [];
  beforeEach(async () => {
    avito = await FakeAvito.start();
  });
  afterEach(async () => {
    for (const listener of listeners) listener.stop();
    await Promise.all(listeners.splice(0).map(({ done }) => done));
    await avito.close();
  });

  const start = (user = '111', world = new TestWorld(), users = [user]): TestWorld => {
    const config = avitoCompany(avito, users);
    listeners.push(avitoFeed(avitoChannelOf(config, user), config, PACE).start(world));
    return world;
  };
  const stop = async () => {
    for (const listener of listeners) listener.stop();
    await Promise.all(listeners.splice(0).map(({ done }) => done));
  };
  const caughtUp = (world: TestWorld) =>
    until(() => world.state?.caughtUp === true, { what: 'the first look' });
  const looks = async (count: number, user = '111') => {
    const before = avito.count(new RegExp(`^${user} GET .*/chats$`));
    await until(() => avito.count(new RegExp(`^${user} GET .*/chats$`)) >= before + count, {
      what: `${count} more looks`,
    });
  };
  const eventsOf = (world: TestWorld): Event[] => world.kept.flatMap(({ events }) => events);
  const waits = (world: TestWorld) =>
    [...Map.groupBy(eventsOf(world), ({ thread }) => thread)].flatMap(([thread, each]) =>
      foldWaits(each, foldPolicyOf(avitoCompany(avito, ['111']))).map(({ openedAt, missed, end }) => [
        thread,
        openedAt - BEGAN,
        missed && missed.at - BEGAN,
        end?.outcome ?? 'waits',
        end && end.at - BEGAN,
      ]),
    );

  it('makes waits with their seconds of calls by Avito’s numbers and of reviews', async () => {
    const account = avito.account('111');
    account.calls = [call(1), call(2, { talkDuration: 60, waitingDuration: 9.4 })];
    const answer = { id: 5, createdAt: BEGAN / 1_000 + 120, status: 'published', text: 'И вам' };
    account.reviews = [
      review(7, { answer }),
      review(6, { answer: { ...answer, status: 'rejected' } }),
      review(8, { createdAt: BEGAN / 1_000 - 30 * 86_400 }),
    ];
    const world = start();
    await caughtUp(world);
    assert.deepEqual(waits(world), [
      ['+79160000001', 0, 20_000, 'waits', null],
      ['+79160000002', 0, null, 'answered', 9_400],
      ['review/7', 0, null, 'answered', 120_000],
      ['review/6', 0, null, 'waits', null],
    ]);
    assert.deepEqual(world.gaps, []);
  });

  it('believes the talk of a call that was listed while it rang', async () => {
    const account = avito.account('111');
    account.calls = [call(1)];
    const world = start();
    await caughtUp(world);
    account.calls = [call(1, { talkDuration: 60 })];
    await looks(2);
    assert.deepEqual(waits(world), [['+79160000001', 0, null, 'answered', 20_000]]);
  });

  it('takes a hidden buyer for a client of their own, and marks every call as passed on', async () => {
    avito.account('111').calls = [call(1, { buyerPhone: '' }), call(2, { buyerPhone: '8 (916) 000-00-02' })];
    const world = start();
    await caughtUp(world);
    const threads = new Set(eventsOf(world).map(({ thread }) => thread));
    assert.deepEqual([...threads], ['hidden:call-1', '+79160000002']);
    assert.ok(eventsOf(world).every((event) => event.kind === 'call' && event.call.passedOn));
  });

  it('tells the advertisement of a chat, of a call and of a review, and the client’s name', async () => {
    const account = avito.account('111');
    avito.says('111', 'u2i-1', 'm1', BEGAN);
    const value = { id: 333, title: 'Диван', price_string: '25 000 ₽', url: 'https://www.avito.ru/333' };
    Object.assign(account.chats[0] ?? {}, { context: { type: 'item', value } });
    account.items = [{ id: 334, title: 'Стол', price: 7_000, url: 'javascript:alert(1)', status: 'active' }];
    account.calls = [call(1, { itemId: 333 }), call(2, { itemId: 334 }), call(3, { itemId: 335 }), call(4)];
    account.reviews = [review(7)];
    const world = start();
    await caughtUp(world);
    const told = new Map(
      eventsOf(world).flatMap((event) =>
        'subject' in event ? [[event.thread, [event.subject?.title, event.subject?.link]]] : [],
      ),
    );
    assert.deepEqual(Object.fromEntries(told), {
      'u2i-1': ['Диван, 25 000 ₽', 'https://www.avito.ru/333'],
      '+79160000001': ['Диван, 25 000 ₽', 'https://www.avito.ru/333'],
      '+79160000002': ['Стол, 7 000 ₽', null],
      '+79160000003': ['№ 335', 'https://www.avito.ru/335'],
      'review/7': ['Диван', null],
    });
    assert.equal(eventsOf(world).find(({ id }) => id === 'm1')?.author.name, 'Иван');
    await looks(3);
    assert.equal(avito.count(/\/items/), 2, 'what is known is not asked for again');
  });

  it('takes what went out for ours, and no name of our own for the client’s', async () => {
    avito.says('111', 'u2i-1', 'm1', BEGAN);
    avito.says('111', 'u2i-1', 'm2', BEGAN + 1_000, 999);
    const [chat] = avito.account('111').chats;
    Object.assign(chat?.messages[1] ?? {}, { direction: 'out' });
    Object.assign(chat ?? {}, {
      users: [
        { id: 7_777, name: 'Наш магазин' },
        { id: 222, name: 'Иван' },
      ],
    });
    const world = start();
    await caughtUp(world);
    assert.deepEqual(
      eventsOf(world).map(({ id, side, author }) => [id, side, author.name]),
      [
        ['m1', 'client', null],
        ['m2', 'unknown', null],
      ],
    );
  });

  it('asks only for chats in which something is new, for calls each time and for reviews every five minutes', async () => {
    avito.says('111', 'u2i-1', 'm1', BEGAN);
    avito.says('111', 'u2i-2', 'm2', BEGAN);
    const world = start();
    await caughtUp(world);
    await looks(3);
    assert.equal(avito.count(/messages/), 2);
    assert.equal(avito.count(/reviews/), 1);
    assert.ok(avito.count(/getCalls/) >= 3);
    // In the same second, so only the last message differs.
    avito.says('111', 'u2i-2', 'm3', BEGAN);
    await until(() => world.eventIds.includes('m3'), { what: 'the new message' });
    await looks(2);
    assert.equal(avito.count(/messages/), 3);
    assert.equal(avito.count(/read$/), 0);
  });

  it('reads again what could not be kept', async () => {
    avito.says('111', 'u2i-1', 'm1', BEGAN);
    avito.account('111').calls = [call(1)];
    avito.account('111').reviews = [review(7)];
    const world = new TestWorld();
    let failures = 2;
    world.before = (step) => {
      if (step === 'deliver' && failures-- > 0) throw new Error('the queue is away');
    };
    start('111', world);
    await caughtUp(world);
    assert.deepEqual(new Set(world.eventIds), new Set(['m1', 'call-1/ringing', 'call-1/ended', 'review/7']));
  });

  it('keeps its subscription alive and leaves others’ alone', async () => {
    const account = avito.account('111');
    const world = start();
    await caughtUp(world);
    assert.deepEqual(account.subscriptions, ['https://another.example.ru/hook', OURS]);
    account.subscriptions = ['https://another.example.ru/hook'];
    await until(() => account.subscriptions.includes(OURS), { what: 'the subscription again' });
    assert.deepEqual(account.subscriptions, ['https://another.example.ru/hook', OURS]);
    assert.equal(avito.count(/unsubscribe/), 0);
  });

  it('takes a token that is no longer taken anew, once', async () => {
    const world = start();
    await caughtUp(world);
    avito.account('111').token = 'another';
    const before = avito.tokens;
    await looks(2);
    assert.equal(avito.tokens, before + 1);
    assert.deepEqual(world.problems.filter(Boolean), []);
  });

  const PLACES = {
    token: /token/,
    chats: /GET .*\/chats$/,
    messages: /messages/,
  };
  for (const [place, path] of Object.entries(PLACES))
    for (const headers of [{}, { 'retry-after': '0' }, { 'retry-after': new Date(NOW).toUTCString() }])
      it(`goes on after 429 for ${place} (${JSON.stringify(Object.keys(headers))} ${Object.values(headers)[0] ?? ''})`, async () => {
        avito.says('111', 'u2i-1', 'm1', BEGAN);
        // A fresh token: other tests' are still valid.
        const account = avito.account('111');
        account.token = 'none';
        let left = 2;
        avito.refuses = (what) => (path.test(what) && left-- > 0 ? { status: 429, headers } : null);
        const world = start();
        await caughtUp(world);
        assert.ok(left <= 0);
        assert.deepEqual(new Set(world.eventIds), new Set(['m1']));
        assert.equal(world.state?.up, true);
      });

  it('leaves Avito alone for as long as it says, for this account only', async () => {
    const users = ['111', '112'];
    for (const user of users) avito.account(user);
    avito.refuses = (what, user) =>
      user === '111' && /GET .*\/chats$/.test(what)
        ? { status: 429, headers: { 'retry-after': '3600' } }
        : null;
    const [world, other] = users.map((user) => start(user, new TestWorld(), users));
    assert.ok(world && other);
    await until(() => world.gaps.length > 0, { what: 'the refusal' });
    assert.match(world.gaps.join(), /HTTP 429.*meanwhile only what the webhook tells is seen/);
    assert.equal(world.state?.caughtUp, false);
    const before = avito.count(/^111 /);
    await looks(5, '112');
    assert.deepEqual([avito.count(/^111 /), avito.count(/^111 GET .*\/chats$/)], [before, 1]);
  });

  it('goes on, under a limit of calls, from where it was stopped', async () => {
    for (let chat = 1; chat <= 9; chat += 1) avito.says('111', `u2i-${chat}`, `m${chat}`, BEGAN + chat);
    let budget = 0;
    avito.refuses = (what) => {
      if (/GET .*\/chats$/.test(what)) budget = 2;
      return /messages/.test(what) && budget-- <= 0 ? { status: 429 } : null;
    };
    const world = start();
    await caughtUp(world);
    assert.equal(new Set(world.eventIds).size, 9);
  });

  for (const [place, path] of [
    ['calls', /getCalls/],
    ['reviews', /reviews/],
    ['subscriptions', /subscriptions|webhook/],
  ] as const) {
    for (const status of [429, 500, 403])
      it(`says ${status} for ${place} as a gap, and the chats go on`, async () => {
        avito.says('111', 'u2i-1', 'm1', BEGAN);
        avito.refuses = (what) => (path.test(what) ? { status } : null);
        const world = start();
        await caughtUp(world);
        assert.equal(world.gaps.length, 1);
        assert.match(
          world.gaps[0] ?? '',
          status === 403 && place !== 'subscriptions' ? /tariff/ : /HTTP \d+/,
        );
        avito.says('111', 'u2i-1', 'm2', BEGAN + 1_000);
        await until(() => world.eventIds.includes('m2'), { what: 'the next message' });
        assert.deepEqual(world.problems.filter(Boolean), []);
      });
  }

  it('reads calls that Avito did not give later, also after a restart', async () => {
    avito.account('111').calls = [call(1)];
    avito.refuses = (what) => (/getCalls/.test(what) ? { status: 500 } : null);
    const world = start();
    await caughtUp(world);
    await looks(2);
    await stop();
    avito.refuses = () => null;
    // The cursor is long past the call.
    const cursor = JSON.parse(world.cursor ?? '{}') as Record<string, number>;
    world.cursor = JSON.stringify({ ...cursor, upTo: Date.now() + 3_600_000 });
    start('111', world);
    await until(() => world.eventIds.includes('call-1/ended'), { what: 'the call' });
    assert.deepEqual([...world.memory.values], [], 'nothing is owed any more');
  });

  it('keeps aside what it does not understand, once, and reads the rest', async () => {
    avito.says('111', 'u2i-1', 'm1', BEGAN);
    const account = avito.account('111');
    account.chats[0]?.messages.push({
      id: '',
      author_id: -1,
      created: BEGAN / 1_000,
      type: 'text',
      content: {},
    });
    account.calls = [call(1, { callTime: '2026-11-23T10:00:00' }), call(2)];
    account.reviews = [{ id: 'x' }, review(7)];
    const world = start();
    await caughtUp(world);
    await looks(3);
    assert.deepEqual(new Set(world.eventIds), new Set(['m1', 'call-2/ringing', 'call-2/ended', 'review/7']));
    assert.deepEqual(
      world.quarantined.map(({ reason }) => reason.split(' ')[1]),
      ['message', 'call', 'review'],
    );
  });

  it('lets one account’s refusal stop no other, each with its own token', async () => {
    const users = ['111', '112'];
    for (const user of users) avito.says(user, 'u2i-1', `m-${user}`, BEGAN);
    avito.refuses = (_, user) => (user === '112' ? { status: 403 } : null);
    const [one, other] = users.map((user) => start(user, new TestWorld(), users));
    assert.ok(one && other);
    await caughtUp(one);
    await until(() => other.state?.up === false, { what: 'the refusal' });
    assert.deepEqual(one.eventIds, ['m-111']);
    assert.deepEqual([one.state?.up, other.eventIds], [true, []]);
    avito.refuses = () => null;
    await caughtUp(other);
    assert.deepEqual(other.eventIds, ['m-112']);
  });

  it('sends under the id by which the list tells it again, and waits where Avito wants it', async () => {
    avito.says('111', 'u2i-1', 'm1', BEGAN);
    const world = start();
    await caughtUp(world);
    const channel = avitoChannelOf(avitoCompany(avito, ['111']), '111');
    const sending = { memory: world.memory, now: () => NOW, viaListener: () => Promise.reject() };
    const send = () =>
      avitoChannel.send?.(channel, { id: 'x', thread: 'u2i-1', text: ' Да, есть ' }, sending);
    avito.refuses = (what) =>
      /^POST .*messages$/.test(what) ? { status: 429, headers: { 'retry-after': '7' } } : null;
    assert.deepEqual(await send(), { outcome: 'retry', afterMs: 7_000, problem: 'Авито answered HTTP 429' });
    avito.refuses = () => null;
    const sent = await send();
    assert.ok(sent?.outcome === 'sent');
    await until(() => world.eventIds.includes(sent.id), { what: 'our own words' });
    const echo = eventsOf(world).find(({ id }) => id === sent.id);
    assert.deepEqual([echo?.side, echo?.kind === 'message' && echo.text], ['unknown', 'Да, есть']);
  });
});
