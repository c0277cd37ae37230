import assert from 'node:assert/strict';
import { backoffMs } from '@otklik/timing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import type { FakeUser } from '../../../tests/fakes/telegram/user.ts';
import type { Listener } from '../channel.ts';
import { type Step, TestWorld } from '../testing/testWorld.ts';
import type { TelegramAccount } from './account.ts';
import { botApi } from './botApi.ts';
import { listenTelegram } from './longPoll.ts';
import { type Pace, TELEGRAM_PACE } from './pace.ts';
import { accountOf, channelConfig, TOKEN } from './testing/account.ts';

const PACE: Pace = { pollSeconds: 20, firstBackoffMs: 10, maxBackoffMs: 40, random: () => 0.5 };

let telegram: FakeTelegram;
let ivan: FakeUser;
let account: TelegramAccount;
let world: TestWorld;
let listeners: Listener[];

function listen(pace: Pace = PACE): Listener {
  const listener = listenTelegram(account, world, pace);
  listeners.push(listener);
  return listener;
}

async function stop(listener: Listener): Promise<void> {
  listener.stop();
  await listener.done;
  await telegram.until(() => telegram.bot(TOKEN).poll === null);
}

/** Resolves when the listener is there. */
function holdAt(held: Step): { reached: Promise<void>; release: () => void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  world.before = (step) => {
    if (step !== held) return;
    reached.resolve();
    return gate.promise;
  };
  return { reached: reached.promise, release: gate.resolve };
}

/** In a long poll, nothing left to read. */
const idle = () => telegram.until(() => telegram.bot(TOKEN).poll);

beforeEach(async () => {
  telegram = await startFakeTelegram();
  telegram.addBot(TOKEN);
  ivan = telegram.user({ id: 8_880_007, firstName: 'Иван' });
  account = accountOf(channelConfig(telegram.apiRoot));
  world = new TestWorld();
  listeners = [];
});
afterEach(async () => {
  for (const listener of listeners) listener.stop();
  assert.deepEqual(telegram.violations, []);
  await telegram.close();
});

describe('in good weather', () => {
  it('keeps what was written before the start and what is written afterwards', async () => {
    ivan.writes(TOKEN, 'до');
    listen();
    await idle();
    ivan.writes(TOKEN, 'после');
    await telegram.until(() => world.kept.length === 2);
    assert.deepEqual(world.texts, ['до', 'после']);
  });

  it('confirms to Telegram only what is kept and saved', async () => {
    ivan.writes(TOKEN, 'раз');
    listen();
    await idle();
    const offsets = telegram.calls('getUpdates').map(({ params }) => params.offset);
    assert.deepEqual(offsets, [0, Number(world.cursor)]);
  });

  it('has caught up at once when there is nothing to read', async () => {
    listen();
    await telegram.until(() => world.state?.caughtUp);
    assert.deepEqual(world.states, [{ up: true, caughtUp: true, problem: null, gaps: [] }]);
  });

  it('has not caught up while full batches come', async () => {
    for (let n = 1; n <= 101; n += 1) ivan.writes(TOKEN, String(n));
    listen();
    await telegram.until(() => world.state?.caughtUp);
    assert.deepEqual(
      world.states.map(({ caughtUp }) => caughtUp),
      [false, true],
    );
    assert.equal(world.texts.length, 101);
  });

  it('asks for the kinds of update that it handles, whether our people press there or clients', async () => {
    await stop(await idleListener());
    account = { ...account, staff: { people: new Set([ivan.id]) } };
    await stop(await idleListener());
    const asked = telegram.calls('getUpdates').map(({ params }) => params.allowed_updates);
    assert.deepEqual(asked[0], [
      'message',
      'edited_message',
      'business_connection',
      'business_message',
      'deleted_business_messages',
      'my_chat_member',
      'callback_query',
    ]);
    assert.deepEqual(asked.at(-1), asked[0]);
  });

  it('hands over what our people write and press', async () => {
    account = { ...account, staff: { people: new Set([ivan.id]) } };
    listen();
    ivan.writes(TOKEN, '/start');
    const buttons = { inline_keyboard: [[{ text: 'Беру', callback_data: 'take:1' }]] };
    await botApi(TOKEN, telegram.apiRoot).sendMessage({
      chat_id: ivan.id,
      text: 'ждут',
      reply_markup: buttons,
    });
    await idle();
    ivan.presses(TOKEN, 2, 'take:1');
    await telegram.until(() => world.kept.flatMap(({ staff }) => staff).length === 2);
    assert.deepEqual(
      world.kept.flatMap(({ staff }) => staff.map(({ kind }) => kind)),
      ['words', 'press'],
    );
  });

  async function idleListener(): Promise<Listener> {
    const listener = listen();
    await idle();
    return listener;
  }
});

describe('nothing is lost and nothing is dropped', () => {
  it('reads again what was kept but not saved when it crashed', async () => {
    ivan.writes(TOKEN, 'раз');
    const crashed = holdAt('saveCursor');
    const listener = listen();
    await crashed.reached;
    listener.stop();
    world.before = () => {};
    listen();
    await telegram.until(() => world.kept.length === 2);
    assert.equal(new Set(world.eventIds).size, 1, 'the same event twice: the store counts it once');
  });

  it('confirms nothing that could not be kept, and says that it is down', async () => {
    ivan.writes(TOKEN, 'раз');
    let failures = 0;
    world.before = (step) => {
      if (step === 'deliver' && failures++ < 3) throw new Error('disk full');
    };
    listen();
    await telegram.until(() => world.kept.length === 1);
    await telegram.until(() => world.state?.up);
    assert.deepEqual(world.texts, ['раз']);
    const offsets = telegram.calls('getUpdates').map(({ params }) => params.offset);
    assert.deepEqual(offsets.slice(0, 4), [0, 0, 0, 0]);
    assert.match(world.problems[0] ?? '', /cannot be kept/);
  });

  it('keeps its place when the place cannot be saved or loaded for a while', async () => {
    let failures = 0;
    world.before = (step) => {
      if (step !== 'deliver' && failures++ < 2) throw new Error('database is restarting');
    };
    ivan.writes(TOKEN, 'раз');
    listen();
    await telegram.until(() => world.cursor);
    assert.ok(world.texts.includes('раз'));
  });

  it('takes updates below the stored place: ids may start anew', async () => {
    world.cursor = '2000000000';
    ivan.writes(TOKEN, 'после тихой недели');
    listen();
    await telegram.until(() => world.kept.length === 1);
    await idle();
    assert.ok(Number(world.cursor) < 2_000_000_000);
    assert.equal(telegram.bot(TOKEN).queue.pending(telegram.now()).length, 0);
  });

  it('takes duplicates and updates in the wrong order without losing any', async () => {
    telegram.deliverTwice(TOKEN);
    for (const text of ['раз', 'два', 'три']) ivan.writes(TOKEN, text);
    telegram.misorderNext(TOKEN);
    listen();
    await idle();
    assert.deepEqual([...new Set(world.texts)].toSorted(), ['два', 'раз', 'три']);
    assert.equal(telegram.bot(TOKEN).queue.pending(telegram.now()).length, 0);
  });

  it('starts from the oldest when the stored place is no place', async () => {
    world.cursor = 'nonsense';
    ivan.writes(TOKEN, 'раз');
    listen();
    await telegram.until(() => world.kept.length === 1);
  });

  it('puts aside a message that it cannot read, and goes on', async () => {
    telegram.bot(TOKEN).enqueue('message', { message_id: 'odd' }, 1, { date: telegram.now() / 1000 });
    ivan.writes(TOKEN, 'раз');
    listen();
    await telegram.until(() => world.cursor);
    assert.deepEqual(world.texts, ['раз']);
    assert.match(world.quarantined[0]?.reason ?? '', /^\/message\/message_id/);
  });

  it('reads again what it put aside: what is understood now is a client’s turn of then, the rest is put aside anew', async () => {
    telegram.bot(TOKEN).enqueue('message', { message_id: 'odd' }, 1, { date: telegram.now() / 1000 });
    const listener = listen();
    await telegram.until(() => world.quarantined.length === 1);
    const odd = world.quarantined[0]?.body;
    const { update_id } = odd as { update_id: number };
    const chat = { id: 555, type: 'private', first_name: 'Иван' };
    const message = {
      message_id: 7,
      date: 1_795_417_200,
      chat,
      from: { ...chat, is_bot: false },
      text: 'раз',
    };
    await listener.readAgain?.([
      { body: odd, at: 1_795_417_201_000 },
      { body: { update_id, message }, at: 1_795_417_201_000 },
    ]);
    assert.deepEqual(
      world.quarantined.map(({ body }) => body),
      [odd, odd],
    );
    assert.deepEqual(world.texts, ['раз']);
    const [event] = world.kept.flatMap(({ events }) => events);
    assert.deepEqual(
      [event?.thread, event?.at, event?.receivedAt],
      ['555', 1_795_417_200_000, 1_795_417_201_000],
    );
  });

  it('survives a restart of Telegram', async () => {
    listen();
    await idle();
    await telegram.goDown();
    await telegram.until(() => world.state?.up === false);
    await telegram.comeUp();
    ivan.writes(TOKEN, 'снова');
    await telegram.until(() => world.texts.includes('снова'));
    await telegram.until(() => world.state?.up);
  });
});

describe('in bad weather', () => {
  const PASSING = [
    ['502', { status: 502 }],
    ['a proxy’s page', { status: 404, html: true }],
    ['a dropped connection', { dropConnection: true }],
    ['a refusal that makes no sense', { status: 400 }],
  ] as const;
  for (const [what, failure] of PASSING) {
    it(`goes on after ${what}`, async () => {
      telegram.failNext('getUpdates', { ...failure, times: 3 });
      ivan.writes(TOKEN, 'раз');
      listen();
      await telegram.until(() => world.kept.length === 1);
      await telegram.until(() => world.state?.up);
      assert.deepEqual(
        world.states.map(({ up }) => up),
        [false, true],
      );
    });
  }

  it('waits as long as Telegram says after 429', async () => {
    telegram.failNext('getUpdates', { retryAfter: 0.3 });
    listen();
    await telegram.until(() => world.state?.up);
    const [first, second] = telegram.calls('getUpdates');
    assert.ok(first && second && second.at - first.at >= 300);
  });

  it('says which other program holds the bot by a webhook, leaves the webhook alone, and comes back when it is gone', async () => {
    const crm = botApi(TOKEN, telegram.apiRoot);
    await crm.setWebhook({ url: 'https://crm.example.com/secret-path' });
    listen();
    const problem = await telegram.until(() => world.problem);
    assert.match(problem, /another program holds this bot by a webhook at crm\.example\.com:.*deleteWebhook/);
    assert.doesNotMatch(problem, /secret-path/);
    await telegram.until(() => telegram.calls('getUpdates').length > 2);
    assert.equal(telegram.calls('deleteWebhook').length, 0);
    await crm.deleteWebhook({});
    await telegram.until(() => world.state?.up);
  });

  it('says that another program polls the same bot', async () => {
    listen();
    await idle();
    void botApi(TOKEN, telegram.apiRoot).getUpdates({
      offset: 0,
      limit: 1,
      timeout: 1,
      allowed_updates: [
        'message',
        'business_connection',
        'business_message',
        'deleted_business_messages',
        'my_chat_member',
      ],
    });
    await telegram.until(() => world.problem?.includes('another program polls this bot'));
  });

  it('says that the token is dead, keeps trying, and tells nobody the token', async () => {
    telegram.revoke(TOKEN);
    listen();
    await telegram.until(() => world.problem?.includes('@BotFather'));
    telegram.addBot(TOKEN);
    await telegram.until(() => world.state?.up);
    assert.ok(!JSON.stringify([world.states, world.logged]).includes('AAbot-secret'));
  });

  it('does not hurry after a refusal that will last', async () => {
    telegram.failNext('getUpdates', { status: 401 });
    listen({ ...PACE, maxBackoffMs: 200 });
    await telegram.until(() => world.state?.up);
    const [first, second] = telegram.calls('getUpdates');
    assert.ok(first && second && second.at - first.at >= 200);
  });

  it('reports each state once, not at every failure', async () => {
    telegram.failNext('getUpdates', { status: 502, times: 5 });
    listen();
    await telegram.until(() => world.state?.up);
    assert.equal(world.states.length, 2);
  });
});

describe('stop', () => {
  it('ends a long poll at once', async () => {
    const listener = listen();
    await idle();
    const before = performance.now();
    await stop(listener);
    assert.ok(performance.now() - before < 1_000);
    await telegram.until(() => telegram.bot(TOKEN).poll === null);
  });

  it('ends a call that hangs, and a long backoff', async () => {
    telegram.failNext('getUpdates', { hang: true });
    const hanging = listen();
    await telegram.until(() => telegram.calls('getUpdates').length === 1);
    await stop(hanging);
    telegram.failNext('getUpdates', { retryAfter: 3_600 });
    const waiting = listen();
    await telegram.until(() => world.state?.up === false);
    await stop(waiting);
  });

  it('lets a delivery under way be saved', async () => {
    ivan.writes(TOKEN, 'раз');
    const delivery = holdAt('deliver');
    const listener = listen();
    await delivery.reached;
    listener.stop();
    delivery.release();
    await listener.done;
    assert.deepEqual([world.texts, world.cursor !== null], [['раз'], true]);
  });
});

it('backs off from 1 s, doubling, to 30 s at most, a quarter of it by chance', () => {
  const waits = (random: number) =>
    [1, 2, 5, 6, 50].map((failures) => backoffMs({ ...TELEGRAM_PACE, random: () => random }, failures));
  assert.deepEqual(waits(0), [750, 1_500, 12_000, 22_500, 22_500]);
  assert.deepEqual(waits(1), [1_000, 2_000, 16_000, 30_000, 30_000]);
});
