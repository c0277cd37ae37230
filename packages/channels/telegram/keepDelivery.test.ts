import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import type { Listener } from '../channel.ts';
import { secret } from '../testing/channelBase.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { botApi } from './botApi.ts';
import { keepDelivery, type ProbePace } from './keepDelivery.ts';
import { accountOf, channelConfig, TOKEN } from './testing/account.ts';

const PACE: ProbePace = {
  everyMs: 20,
  catchUpMs: 10,
  catchUpLooks: 5,
  firstBackoffMs: 10,
  maxBackoffMs: 40,
  random: () => 0.5,
};

let telegram: FakeTelegram;
let world: TestWorld;
let keeper: Listener | null;
let status: number;
let publicUrl: string;

const ourHook = createServer((_, response) => response.writeHead(status).end());

beforeEach(async () => {
  telegram = await startFakeTelegram();
  telegram.addBot(TOKEN);
  world = new TestWorld();
  keeper = null;
  status = 200;
  await new Promise<void>((resolve) => ourHook.listen(0, '127.0.0.1', resolve));
  const address = ourHook.address();
  publicUrl = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
});
afterEach(async () => {
  keeper?.stop();
  await keeper?.done;
  assert.deepEqual(telegram.violations, []);
  await telegram.close();
  ourHook.close();
});

function keep(pace: ProbePace = PACE, url: string | null = publicUrl): void {
  const config = channelConfig(telegram.apiRoot, { receive: 'webhook', secret: secret('tell-me') });
  keeper = keepDelivery(accountOf(config), url, world, pace);
}

const writes = () => telegram.user({ id: 5, firstName: 'Иван' }).writes(TOKEN, 'Здравствуйте');

describe('a bot whose updates are posted to us', () => {
  it('is up when the webhook is set, and caught up when nothing waits at Telegram', async () => {
    keep();
    await telegram.until(() => world.state?.caughtUp);
    assert.deepEqual(world.states, [{ up: true, caughtUp: true, problem: null, gaps: [] }]);
  });

  it('gets its webhook back when somebody has dropped it', async () => {
    keep();
    await telegram.until(() => telegram.bot(TOKEN).webhook);
    await botApi(TOKEN, telegram.apiRoot).deleteWebhook({});
    await telegram.until(() => telegram.bot(TOKEN).webhook);
  });

  it('is not caught up while updates from before wait, but does not wait for ever', async () => {
    status = 503;
    writes();
    keep({ ...PACE, everyMs: 100 });
    await telegram.until(() => world.states.length > 0);
    assert.equal(world.states[0]?.caughtUp, false);
    await telegram.until(() => world.state?.caughtUp);
  });

  it('is down while Telegram cannot hand over, and up when it can again', async () => {
    status = 503;
    keep({ ...PACE, everyMs: 500 });
    await telegram.until(() => world.state?.up);
    writes();
    const problem = await telegram.until(() => world.problem);
    assert.equal(problem, 'Telegram cannot hand over 1 updates: Wrong response from the webhook: 503');
    status = 200;
    await telegram.until(() => world.state?.up);
  });

  it('is down while Telegram is, and up again afterwards', async () => {
    telegram.failNext('getWebhookInfo', { status: 502, times: 3 });
    keep();
    await telegram.until(() => world.state?.up);
    assert.deepEqual(
      world.states.map(({ up }) => up),
      [false, true],
    );
  });

  it('is down without a public address, and says so', async () => {
    keep(PACE, null);
    await telegram.until(() => world.problem?.includes('public_url'));
  });

  it('stops at once', async () => {
    telegram.failNext('getWebhookInfo', { hang: true });
    keep({ ...PACE, everyMs: 60_000 });
    await telegram.until(() => telegram.calls('getWebhookInfo').length === 1);
    keeper?.stop();
    await keeper?.done;
  });
});
