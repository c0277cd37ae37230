import assert from 'node:assert/strict';
import { MINUTE } from '@otklik/domain';
import { afterEach, describe, it } from 'vitest';
import { pollVk } from './poll.ts';
import { playVk, vkError, vkList } from './testing/playedVk.ts';

const NOW = Date.parse('2026-11-23T11:00:00Z');
const AT = Date.parse('2026-11-23T10:50:00Z') / 1_000;
const OLD = AT - 86_400;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const server = (status: string) => () =>
  vkList([{ id: 3, url: 'https://otklik.example.ru/hooks/vk', status }]);
const SERVED = { 'groups.getCallbackServers': server('ok') };
const comment = (id: number, over: object = {}) => ({ id, from_id: 555, date: AT, text: 'Есть?', ...over });

async function world(answers: Parameters<typeof playVk>[1], keys = 'user_token: the-user-token, ') {
  const vk = await playVk(`${keys}secret: the-secret-of-this-test`, { ...SERVED, ...answers });
  closing.push(vk.close);
  const read = pollVk(vk.channel, vk.config, { now: () => NOW, betweenCallsMs: 0 });
  const look = async (from = NOW - 15 * MINUTE) => {
    vk.asked.length = 0;
    const { events, gaps = [] } = await read({ from, to: NOW }, new AbortController().signal);
    return { ids: events.map(({ id }) => id), gaps: gaps.map(({ en }) => en) };
  };
  return { ...vk, look };
}

describe('comments that VK lists', () => {
  it('are not looked for with a community’s token, and the gap says what to do', async () => {
    const { look, asked } = await world({}, '');
    assert.match((await look()).gaps.join(), /comments that came while Otklik was away.*Set user_token/);
    assert.deepEqual(asked, [
      'messages.getConversations',
      'groups.getCallbackServers',
      'groups.getCallbackSettings',
    ]);
  });

  it('of a post are asked for when their number is another than at the last look', async () => {
    let count = 1;
    const { look, asked } = await world({
      'wall.get': () => vkList([{ id: 30, comments: { count } }]),
      'wall.getComments': () => vkList([comment(31)]),
    });
    assert.deepEqual((await look()).ids, ['wall-1_30/31']);
    await look(NOW - 14 * MINUTE);
    assert.ok(!asked.includes('wall.getComments'), 'nothing changed');
    count = 2;
    await look(NOW - 13 * MINUTE);
    assert.ok(asked.includes('wall.getComments'), 'one came');
    await look(NOW - 48 * 60 * MINUTE);
    assert.ok(asked.includes('wall.getComments'), 'whoever looks further back reads everything anew');
  });

  it('are read anew after a look that failed in the middle', async () => {
    let isFlooded = true;
    const { look } = await world({
      'wall.get': () => vkList([{ id: 30, comments: { count: 1 } }]),
      'wall.getComments': () => vkList([comment(31)]),
      'video.get': () => (isFlooded ? vkError(6) : vkList([])),
    });
    await assert.rejects(look(NOW - 15 * MINUTE), /refused video.get/);
    isFlooded = false;
    assert.deepEqual((await look(NOW - 14 * MINUTE)).ids, ['wall-1_30/31']);
  });

  it('of a section that goes on failing hold up no others, and are read when it is back', async () => {
    let isDown = true;
    const { look } = await world({
      'wall.get': () => vkList([{ id: 30, comments: { count: 1 } }]),
      'wall.getComments': () => vkList([comment(31)]),
      'photos.getAllComments': () => (isDown ? vkError(10) : vkList([comment(8, { pid: 7 })])),
    });
    await assert.rejects(look(NOW - 15 * MINUTE), /refused photos/);
    await assert.rejects(look(NOW - 14 * MINUTE), /refused photos/);
    const { ids, gaps } = await look(NOW - 13 * MINUTE);
    assert.deepEqual(ids, ['wall-1_30/31']);
    assert.match(gaps.join(), /comments \(photos\) of VK’s list cannot be read for now/);
    isDown = false;
    const back = await look(NOW - 5 * MINUTE);
    assert.ok(back.ids.includes('photo-1_7/8'), 'although it is older than this look');
    assert.deepEqual(back.gaps, []);
  });

  it('show a fresh answer in a long chain under an old comment, page after page', async () => {
    const chain = Array.from({ length: 130 }, (_, index) => comment(100 + index, { parents_stack: [31] }));
    const { look } = await world({
      'wall.get': () => vkList([{ id: 30, comments: { count: 131 } }]),
      'wall.getComments': (params) =>
        params.get('comment_id') === '31'
          ? vkList(
              chain
                .toReversed()
                .slice(Number(params.get('offset')))
                .slice(0, Number(params.get('count'))),
            )
          : vkList([comment(31, { date: OLD, thread: { count: 130, items: chain.slice(0, 10) } })]),
    });
    const { ids } = await look();
    assert.equal(ids.length, 130);
    assert.ok(!ids.includes('wall-1_30/31'), 'the old one is not told again');
  });

  it('of a topic are asked for when it was written in since, and one topic is one conversation', async () => {
    const { look } = await world({
      'board.getTopics': () =>
        vkList([
          { id: 7, updated: AT },
          { id: 8, updated: OLD },
        ]),
      'board.getComments': (params) =>
        vkList([comment(2, { from_id: -1 }), comment(1, { text: params.get('topic_id') ?? '' })]),
    });
    assert.deepEqual((await look()).ids, ['topic-1_7/2', 'topic-1_7/1']);
  });

  it('of goods are asked for a few at a time, in turn, and each since it was last read', async () => {
    const goods = Array.from({ length: 12 }, (_, index) => ({ id: index + 1 }));
    const read: string[] = [];
    const { look } = await world({
      'market.get': () => vkList(goods),
      'market.getComments': (params) => {
        read.push(params.get('item_id') ?? '');
        return vkList(params.get('item_id') === '11' ? [comment(5)] : []);
      },
    });
    await look(NOW - 15 * MINUTE);
    assert.equal(read.length, 12, 'all of them at first');
    read.length = 0;
    await look(NOW - 5 * MINUTE);
    assert.deepEqual(
      read,
      goods.slice(0, 10).map(({ id }) => String(id)),
    );
    read.length = 0;
    const { ids } = await look(NOW - 4 * MINUTE);
    assert.deepEqual(read.slice(0, 2), ['11', '12']);
    assert.deepEqual(ids, ['product-1_11/5'], 'although it is older than this look');
  });

  it('are read although a section is refused or one post is closed, and the section is named', async () => {
    const { look } = await world({
      'wall.get': () =>
        vkList([
          { id: 29, comments: { count: 1 } },
          { id: 30, comments: { count: 1 } },
        ]),
      'wall.getComments': (params) => (params.get('post_id') === '29' ? vkError(212) : vkList([comment(31)])),
      'photos.getAllComments': () => vkError(15),
      'market.get': () => vkError(27),
    });
    for (const minute of [15, 14]) await look(NOW - minute * MINUTE);
    const { ids, gaps } = await look(NOW - 15 * MINUTE);
    assert.deepEqual(ids, ['wall-1_30/31']);
    assert.match(gaps.join(), /does not let user_token list comments: photos \(15\), goods \(27\)/);
  });

  it('that were deleted are none', async () => {
    const gone = comment(1, { pid: 8, deleted: true, from_id: 0, text: '' });
    const { look } = await world({ 'photos.getAllComments': () => vkList([gone, comment(2, { pid: 8 })]) });
    assert.deepEqual(await look(), { ids: ['photo-1_8/2'], gaps: [] });
  });

  it('that cannot be read hide no others, and are said', async () => {
    const { look } = await world({
      'photos.getAllComments': () => vkList([comment(1), comment(2, { pid: 8 })]),
    });
    const { ids, gaps } = await look();
    assert.deepEqual(ids, ['photo-1_8/2']);
    assert.match(gaps.join(), /some comments of VK’s list could not be read/);
  });

  it('are looked for only where comments_of says', async () => {
    const { look, asked } = await world({}, 'user_token: the-user-token, comments_of: [boards], ');
    await look();
    assert.deepEqual(
      asked.filter((method) => /^(wall|photos|video|market|board)\./.test(method)),
      ['board.getTopics'],
    );
  });
});

describe('what VK does not tell of', () => {
  it('is an address that fails', async () => {
    const { look } = await world({ 'groups.getCallbackServers': server('failed') });
    assert.match((await look()).gaps.join(), /does not deliver events to .*\/hooks\/vk \(failed\)/);
  });

  it('is each event that is switched off', async () => {
    const { look } = await world({
      'groups.getCallbackSettings': (params) => ({
        response:
          params.get('server_id') === '3'
            ? { events: { message_new: 1, message_reply: 0, group_join: 0 } }
            : {},
      }),
    });
    assert.deepEqual((await look()).gaps, [
      'VK does not tell of this: outgoing message (message_reply). Switch it on: Callback API → Event types',
    ]);
  });
});
