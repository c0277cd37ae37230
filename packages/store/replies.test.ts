import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { releaseDeadClaims } from './notices.ts';
import { albumState, claimReplies, editReply, markReply, type Reply, saveReply } from './replies.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const NOW = at('10:00:00');
const LATER = at('10:00:05');
const PHOTO = { uniqueId: 'u1' };

describe('answers on their way', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const reply = (message_id: number, over: Partial<Reply> = {}): Reply => ({
    id: `7:1:${message_id}`,
    wait_id: '00000000-0000-0000-0000-000000000001',
    channel: 'bot',
    thread: 't',
    person: 'anna',
    text: `words ${message_id}`,
    file: null,
    mail: null,
    file_mark: null,
    album: null,
    account: '7',
    chat_id: 1,
    message_id,
    ...over,
  });
  const photo = (message_id: number, over: Partial<Reply> = {}) =>
    reply(message_id, { file: PHOTO, file_mark: 'u1', ...over });
  const claim = (files = false, by = store, now = LATER) => claimReplies(by, now, 20, files);
  const texts = async (files = false) => (await claim(files)).map(({ text }) => text);
  const sent = (id: string, handle: string | null = 'h') =>
    markReply(store, id, { state: 'sent', id: 'e1', handle }, LATER);
  const edit = (id: string, text: string, file_mark: string | null = null) =>
    editReply(store, id, { text, file: null, file_mark }, LATER);

  it('go out one after the other in a conversation, words and files alike, and beside each other elsewhere', async () => {
    await saveReply(store, reply(1), NOW);
    await saveReply(store, photo(2), NOW);
    await saveReply(store, reply(3), NOW);
    await saveReply(store, reply(4, { thread: 'other' }), NOW);
    assert.deepEqual((await texts()).sort(), ['words 1', 'words 4']);
    assert.deepEqual([await texts(), await texts(true)], [[], []]);
    await markReply(store, '7:1:1', { state: 'pending', retryAt: at('10:01:00'), problem: '429' }, LATER);
    assert.deepEqual([await texts(), await texts(true)], [[], []], 'nothing overtakes what is tried again');
    await markReply(store, '7:1:1', { state: 'failed', problem: 'gone' }, LATER);
    assert.deepEqual([await texts(), await texts(true)], [[], ['words 2']]);
    await sent('7:1:2');
    assert.deepEqual(await texts(), ['words 3']);
  });

  it('wait a minute for what is before them, and for their own album as long as it takes', async () => {
    const album = { album: 'a' };
    for (const each of [reply(1, album), reply(2, album), reply(3)]) await saveReply(store, each, NOW);
    await claim();
    await sql`update replies set created_at = created_at - interval '2 minutes'`.execute(store.db);
    assert.deepEqual(await texts(), ['words 3']);
  });

  it('of an album wait for its other parts, and say how many are out', async () => {
    const album = { album: 'a' };
    await saveReply(store, photo(2, album), NOW);
    await saveReply(store, photo(1, album), NOW);
    await saveReply(store, photo(3, album), NOW, 'too large');
    assert.deepEqual(await claim(true, store, NOW), []);
    const [first] = await claim(true);
    assert.equal(first?.message_id, 1);
    await sent('7:1:1');
    const { open, sent: out, failed, problems } = (await albumState(store, photo(9, album))) ?? {};
    assert.deepEqual([open, out, failed, problems], [1, 1, 1, ['too large']]);
    assert.equal(await albumState(store, photo(9, { album: 'other' })), null);
  });

  it('that nobody has tried go out as they are edited, file and all', async () => {
    await saveReply(store, photo(1), NOW);
    const other = { text: 'new', file: { uniqueId: 'u2' }, file_mark: 'u2' };
    assert.equal((await editReply(store, '7:1:1', other, NOW))?.came, 'in_time');
    const [claimed] = await claim(true);
    assert.deepEqual([claimed?.text, claimed?.file], ['new', { uniqueId: 'u2' }]);
  });

  it('that are out are edited by the channel, the last words alone, also those of while it was sending', async () => {
    await saveReply(store, reply(1), NOW);
    await claim();
    assert.equal((await edit('7:1:1', 'second'))?.came, 'in_time');
    assert.equal((await edit('7:1:1', 'third'))?.came, 'in_time');
    assert.equal(await edit('7:1:1', 'third'), null, 'nothing has changed');
    assert.equal(await sent('7:1:1'), 'goes_on');
    const [claimed] = await claim();
    assert.deepEqual([claimed?.text, claimed?.sent_id, claimed?.handle], ['third', 'e1', 'h']);
    await edit('7:1:1', 'fourth');
    assert.equal(await markReply(store, '7:1:1', { state: 'edited', problem: null }, LATER), 'goes_on');
    assert.deepEqual(await texts(), ['fourth']);
    assert.equal(await markReply(store, '7:1:1', { state: 'edited', problem: 'too old' }, LATER), null);
    assert.deepEqual(await texts(), []);
    await edit('7:1:1', 'third');
    const [again] = await claim();
    assert.deepEqual(
      [again?.text, again?.edits],
      ['third', 4],
      'neither a refusal nor the same words are for ever',
    );
  });

  it('that are being edited hold up nothing that is said after them', async () => {
    await saveReply(store, reply(1), NOW);
    await claim();
    await sent('7:1:1');
    await edit('7:1:1', 'second');
    await saveReply(store, reply(2), NOW);
    assert.deepEqual((await texts()).sort(), ['second', 'words 2']);
  });

  it('cannot be edited where the channel cannot, or when another file has taken the place of theirs', async () => {
    await saveReply(store, reply(1), NOW);
    await claim();
    await edit('7:1:1', 'second');
    assert.equal(await sent('7:1:1', null), 'lost');
    assert.equal((await edit('7:1:1', 'third'))?.came, 'late');
    assert.equal(await edit('7:1:1', 'third'), null, 'it was told');
    await saveReply(store, photo(2), NOW);
    await claim(true);
    await sent('7:1:2');
    assert.equal((await edit('7:1:2', 'words 2', 'u2'))?.came, 'late');
    assert.deepEqual([await texts(), await texts(true)], [[], []]);
  });

  it('and their edits outlive the process that had them in hand', async () => {
    await saveReply(store, reply(1), NOW);
    await claim();
    await sent('7:1:1');
    await edit('7:1:1', 'second');
    const other = await opened.another();
    assert.equal((await claim(false, other)).length, 1);
    await other.close();
    assert.equal(await releaseDeadClaims(store), 1);
    assert.deepEqual(await texts(), ['second']);
  });
});
