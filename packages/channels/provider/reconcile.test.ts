import assert from 'node:assert/strict';
import type { EpochMs, Event } from '@otklik/domain';
import { until } from '@otklik/testing';
import { describe, it } from 'vitest';
import { TestWorld } from '../testing/testWorld.ts';
import { callEvent } from './callFact.ts';
import { ProviderTrouble } from './callProvider.ts';
import { messageEvent } from './messageEvent.ts';
import { type Poll, type ReconcilePace, reconcile } from './reconcile.ts';
import type { WebhookTells } from './webhookCoverage.ts';

const NINE = Date.parse('2026-11-23T09:00:00Z');
const MINUTE = 60_000;
const PACE: ReconcilePace = {
  everyMs: 5,
  overlapMs: 15 * MINUTE,
  sweepMs: 48 * 60 * MINUTE,
  firstBackoffMs: 1,
  maxBackoffMs: 2,
  random: () => 0.5,
};
const CHANNEL = { id: 'line', country: 'RU' };

class SetWorld extends TestWorld {
  time = NINE;
  /** The list's answer instead. */
  trouble: ProviderTrouble | null = null;
  override now(): EpochMs {
    return this.time;
  }
}

const message = (id: string, at: EpochMs, side: Event['side'] = 'client'): Event =>
  messageEvent(
    { id, thread: 'chat', side, author: { id: 'someone' }, at, text: 'а', attached: false },
    { id: 'line', policy: { formalReplies: [] } } as never,
    { text: 'full', keepText: 1, keepEvents: 1 } as never,
    at,
  );
const call = (id: string, at: EpochMs, phase: 'ringing' | 'ended'): Event =>
  callEvent(
    {
      call: id,
      direction: 'in',
      outside: '+79160000001',
      line: null,
      employee: null,
      phase,
      at,
      ...(phase === 'ended' && { outcome: 'missed' }),
    },
    CHANNEL,
    at,
  );

/** Looks at `time` with these `events`, and once more. */
async function playing(
  play: (world: SetWorld, list: (events: readonly Event[], time: EpochMs) => Promise<void>) => Promise<void>,
  webhookTells: WebhookTells | null = () => true,
): Promise<void> {
  const world = new SetWorld();
  let listed: readonly Event[] = [];
  let looks = 0;
  const look: Poll = async () => {
    looks += 1;
    if (world.trouble) throw world.trouble;
    return { events: listed };
  };
  const listener = reconcile(look, world, PACE, webhookTells);
  const list = async (events: readonly Event[], time: EpochMs): Promise<void> => {
    world.time = time;
    listed = events;
    const before = looks;
    await until(() => looks > before + 1, { what: 'two looks more' });
  };
  try {
    await list([], NINE);
    await play(world, list);
  } finally {
    listener.stop();
    await listener.done;
  }
}

describe('what the list tells and the webhook did not', () => {
  it('is counted once and told as a gap that names the address to check', () =>
    playing(async (world, list) => {
      await list([message('m1', NINE + MINUTE)], NINE + 2 * MINUTE);
      assert.equal(world.missedByWebhookCount, 1);
      assert.match(world.gaps.join(), /the webhook kept silent \(requests: 1\).*Check the address/);
      await list([message('m1', NINE + MINUTE), message('m2', NINE + 3 * MINUTE)], NINE + 4 * MINUTE);
      assert.equal(world.missedByWebhookCount, 2);
    }));

  it('is forgotten two hours after the last of it', () =>
    playing(async (world, list) => {
      await list([message('m1', NINE + MINUTE)], NINE + 2 * MINUTE);
      await list([], NINE + 125 * MINUTE);
      assert.deepEqual(world.gaps, []);
    }));

  it('is nothing when the webhook was first, whichever of a call’s events it told', () =>
    playing(async (world, list) => {
      const ringing = call('c1', NINE + MINUTE, 'ringing');
      await world.deliver({ events: [message('m1', NINE + MINUTE), ringing], staff: [] });
      await list(
        [message('m1', NINE + MINUTE), ringing, call('c1', NINE + 2 * MINUTE, 'ended')],
        NINE + 3 * MINUTE,
      );
      assert.equal(world.missedByWebhookCount, 0);
      assert.deepEqual(world.gaps, []);
    }));

  it('is nothing of a call that the webhook told under other names, leg by leg', () =>
    playing(async (world, list) => {
      const told = { ...call('c1', NINE + MINUTE, 'ended'), id: 'c1/ended/leg-7' };
      await world.deliver({ events: [told], staff: [] });
      await list([call('c1', NINE + MINUTE, 'ended')], NINE + 3 * MINUTE);
      assert.equal(world.missedByWebhookCount, 0);
    }));

  it('is nothing while we were away, nor before the webhook had its time', () =>
    playing(async (world, list) => {
      await list([message('m1', NINE - MINUTE), message('m2', NINE + 119_000)], NINE + 2 * MINUTE);
      assert.equal(world.missedByWebhookCount, 0);
    }));

  it('is nothing of our own side, nor where no webhook should have told it', async () => {
    await playing(async (world, list) => {
      await list([message('m1', NINE + MINUTE, 'employee')], NINE + 2 * MINUTE);
      assert.equal(world.missedByWebhookCount, 0);
    });
    await playing(
      async (world, list) => {
        await list([message('m1', NINE + MINUTE)], NINE + 2 * MINUTE);
        assert.equal(world.missedByWebhookCount, 0);
      },
      (event) => event.kind === 'call',
    );
  });

  it('counts a missed call as one', () =>
    playing(async (world, list) => {
      const told = [call('c1', NINE + MINUTE, 'ringing'), call('c1', NINE + MINUTE + 20_000, 'ended')];
      await list(told, NINE + 3 * MINUTE);
      assert.equal(world.missedByWebhookCount, 1);
    }));
});

describe('a list that does not answer', () => {
  const silent = new ProviderTrouble({ ru: 'Провайдер не отвечает', en: 'The provider does not answer' });
  const refused = new ProviderTrouble({ ru: 'ключ не подходит', en: 'no such key' }, { status: 401 });
  const standing = (world: SetWorld) => [world.state?.up, world.problem, ...world.gaps];
  const failing = async (world: SetWorld, trouble: ProviderTrouble, minutes: number) => {
    world.trouble = trouble;
    world.time = NINE + minutes * MINUTE;
    const { length } = world.states;
    await until(() => world.states.length > length, { what: 'another state' });
  };

  it('is a gap beside a webhook for a quarter of an hour, and takes the channel down after it', () =>
    playing(async (world, list) => {
      await failing(world, silent, 14);
      assert.deepEqual(standing(world), [
        true,
        null,
        'The provider does not answer: meanwhile only what the webhook tells is seen',
      ]);
      await failing(world, silent, 16);
      assert.deepEqual(standing(world), [false, 'The provider does not answer']);
      world.trouble = null;
      await list([], NINE + 17 * MINUTE);
      assert.deepEqual(standing(world), [true, null]);
    }));

  it('takes the channel down at once where there is no webhook, or the key is refused', async () => {
    await playing(async (world) => {
      await failing(world, silent, 1);
      assert.deepEqual(standing(world), [false, 'The provider does not answer']);
    }, null);
    await playing(async (world) => {
      await failing(world, refused, 1);
      assert.deepEqual(standing(world), [false, 'no such key']);
    });
  });
});
