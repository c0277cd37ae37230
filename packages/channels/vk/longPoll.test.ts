import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, describe, it } from 'vitest';
import { TestWorld } from '../testing/testWorld.ts';
import { vkFeed } from './channel.ts';
import { playVk, vkError } from './testing/playedVk.ts';

const PACE = {
  everyMs: 20,
  overlapMs: 60_000,
  sweepMs: 3_600_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};
const AT = 1_795_417_200;
const message = (number: number) => ({
  type: 'message_new',
  object: {
    message: { conversation_message_id: number, date: AT, from_id: 555, peer_id: 555, out: 0, text: 'Цена?' },
  },
});

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** `poll` answers by place and key; `ts` is where VK would start anew. */
async function start(
  poll: (ts: string, key: string) => object,
  { memory = [], ts = '50', settings = { is_enabled: true } }: Over = {},
) {
  let keys = 0;
  const vk = await playVk('staff: []', {
    'groups.getLongPollServer': (params) => {
      keys += 1;
      return { response: { key: `k${keys}`, server: `http://${params.get('host')}/poll`, ts } };
    },
    'groups.getLongPollSettings': () => ({ response: settings }),
    '/poll': (params) => poll(params.get('ts') ?? '', params.get('key') ?? ''),
  });
  const world = new TestWorld();
  for (const [name, value] of memory) world.memory.values.set(name, value);
  const listener = vkFeed(vk.channel, vk.config, PACE).start(world);
  closing.push(vk.close, async () => {
    listener.stop();
    await listener.done;
  });
  return { world, listener, asked: vk.asked };
}
interface Over {
  memory?: [string, string][];
  ts?: string;
  settings?: object;
}

describe('Long Poll of VK', () => {
  it('goes on from the place that was saved, and saves it after what came is kept', async () => {
    const { world } = await start((ts) => ({ ts: '42', updates: ts === '41' ? [message(1)] : [] }), {
      memory: [['long-poll/ts', '41']],
    });
    await until(() => world.memory.values.get('long-poll/ts') === '42', { what: 'the place' });
    assert.deepEqual(world.eventIds, ['555_1']);
  });

  it('reads again what it put aside: what is understood now is a client’s turn of then, the rest is put aside anew', async () => {
    const odd = { type: 'message_new', object: { message: { date: 'yesterday' } } };
    const { world, listener } = await start((ts) => ({ ts: '42', updates: ts === '41' ? [odd] : [] }), {
      memory: [['long-poll/ts', '41']],
    });
    await until(() => world.quarantined.length === 1, { what: 'it is put aside' });
    await listener.readAgain?.([
      { body: odd, at: AT * 1_000 + 500 },
      { body: message(9), at: AT * 1_000 + 500 },
    ]);
    assert.deepEqual(
      world.quarantined.map(({ body }) => body),
      [odd, odd],
    );
    const [event] = world.kept.flatMap(({ events }) => events);
    assert.deepEqual([event?.id, event?.receivedAt], ['555_9', AT * 1_000 + 500]);
  });

  it('takes the place that VK names when its own is too old (failed 1)', async () => {
    const { world } = await start(
      (ts) => (ts === '41' ? { failed: 1, ts: 45 } : { ts: '46', updates: ts === '45' ? [message(2)] : [] }),
      { memory: [['long-poll/ts', '41']] },
    );
    await until(() => world.eventIds.length > 0, { what: 'what came since' });
    assert.deepEqual(world.eventIds, ['555_2']);
  });

  it('keeps its place and takes a new key when the key is over (failed 2)', async () => {
    const { world } = await start(
      (ts, key) => (key === 'k1' ? { failed: 2 } : { ts: '42', updates: ts === '41' ? [message(3)] : [] }),
      { memory: [['long-poll/ts', '41']] },
    );
    await until(() => world.eventIds.length > 0, { what: 'what came since' });
    assert.deepEqual(world.eventIds, ['555_3']);
  });

  it('forgets its place and begins anew where VK does when everything is new (failed 3)', async () => {
    const { world } = await start(
      (ts) => (ts === '41' ? { failed: 3 } : { ts: '51', updates: ts === '50' ? [message(4)] : [] }),
      { memory: [['long-poll/ts', '41']] },
    );
    await until(() => world.eventIds.length > 0, { what: 'what came since' });
    assert.deepEqual(world.eventIds, ['555_4']);
    await until(() => world.memory.values.get('long-poll/ts') === '51', { what: 'the new place' });
  });

  it('that cannot be reached is said, while the lists go on', async () => {
    const { world } = await start(() => vkError(10));
    await until(() => world.gaps.some((gap) => /Long Poll does not answer/.test(gap)), { what: 'the gap' });
    assert.equal(world.state?.up, true);
  });

  it('that is switched off is said', async () => {
    const { world } = await start(() => ({ ts: '51', updates: [] }), { settings: { is_enabled: false } });
    await until(() => world.gaps.some((gap) => /Long Poll API is off/.test(gap)), { what: 'the gap' });
  });
});
