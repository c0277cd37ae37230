import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { type BotWords, claimBotWords, markBotWords, saveBotWords } from './botWords.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const NOW = at('10:00:00');

describe('what the bot says in a chat', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const keep = (id: string, said: Partial<BotWords> = {}) =>
    saveBotWords(
      store.db,
      {
        id,
        chat_id: 1,
        message_id: 7,
        callback_id: null,
        is_alert: false,
        person: null,
        text: 'Да',
        ...said,
      },
      NOW,
    );
  const claimed = async () => (await claimBotWords(store, NOW, 10)).map(({ id }) => id);

  it('comes in the order in which it was kept, also within one millisecond', async () => {
    const kept = ['bot:1:98', 'bot:1:99', 'bot:1:100', 'bot:1:101'];
    for (const id of kept) await keep(id);
    const said: string[] = [];
    for (let next = await claimed(); next.length > 0; next = await claimed()) {
      said.push(...next);
      for (const id of next) await markBotWords(store, id, { state: 'said' });
    }
    assert.deepEqual(said, kept);
  });

  it('waits for what is being said there, and for no other chat and no press', async () => {
    await keep('a1');
    await keep('a2');
    await keep('b1', { chat_id: 2 });
    await keep('press', { message_id: null, callback_id: 'c' });
    assert.deepEqual((await claimed()).toSorted(), ['a1', 'b1', 'press']);
    assert.deepEqual(await claimed(), []);
    await markBotWords(store, 'a1', { state: 'pending', retryAt: NOW + 1_000 });
    assert.deepEqual(await claimed(), []);
    await markBotWords(store, 'a1', { state: 'refused' });
    assert.deepEqual(await claimed(), ['a2']);
  });
});
