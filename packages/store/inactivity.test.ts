import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { blindSpans, seeChannels } from './blindSpans.ts';
import { channelStates, saveChannelState, sawChannels } from './channels.ts';
import { saveInactivity } from './inactivity.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;

describe('what is not seen', () => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const all = { from: 0, to: NOW + 3_600 * MINUTE };

  it('is a span when nobody watched for more than a minute', async () => {
    await seeChannels(store, ['site'], NOW);
    await seeChannels(store, ['site'], NOW + MINUTE);
    assert.deepEqual(await blindSpans(store, all, NOW), []);
    await seeChannels(store, ['site'], NOW + 10 * MINUTE);
    await seeChannels(store, ['site'], NOW + 10 * MINUTE);
    assert.deepEqual(await blindSpans(store, all, NOW + 10 * MINUTE), [
      { channel: 'site', from: NOW + MINUTE, to: NOW + 10 * MINUTE, why: null },
    ]);
    assert.deepEqual(await blindSpans(store, { from: 0, to: NOW }, NOW + 10 * MINUTE), []);
  });

  it('is a span with its reason while a channel is down, also before it is up again', async () => {
    const state = { channel: 'bot', caughtUp: true };
    await seeChannels(store, ['bot'], NOW);
    await saveChannelState(store, { ...state, up: false, problem: 'the token has died' });
    await seeChannels(store, ['bot'], NOW + 5 * MINUTE);
    const open = { channel: 'bot', from: NOW, to: NOW + 5 * MINUTE, why: 'the token has died' };
    const ofBot = async (now: number) =>
      (await blindSpans(store, all, now)).filter(({ channel }) => channel === 'bot');
    assert.deepEqual(await ofBot(NOW + 5 * MINUTE), [open]);
    await saveChannelState(store, { ...state, up: true, problem: null });
    await seeChannels(store, ['bot'], NOW + 6 * MINUTE);
    assert.deepEqual(await ofBot(NOW + 9 * MINUTE), [{ ...open, to: NOW + 6 * MINUTE }]);
  });

  it('is a silence once, until something is heard', async () => {
    await sawChannels(store, new Map([['mail', NOW]]));
    const silence = { since: NOW, usualPerHour: 12 };
    assert.equal(await saveInactivity(store, 'mail', silence), true);
    assert.equal(await saveInactivity(store, 'mail', silence), false);
    assert.deepEqual((await channelStates(store)).get('mail')?.silent_since, NOW);
    assert.equal(await saveInactivity(store, 'mail', null), true);
    assert.equal(await saveInactivity(store, 'mail', null), false);
  });
});
