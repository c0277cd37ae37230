import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';

const SECRET = 'the-secret-of-this-test';
const AT = Date.parse('2026-11-23T10:00:00Z') / 1_000;
const GROUP = 1;

const world = () =>
  new HookDeps(
    `kind: vk, group_id: "${GROUP}", token: the-token, secret: ${SECRET}, confirmation: abc123, staff: ["777"]`,
  );
const told = async (type: string, object: object) => {
  const vk = world();
  assert.equal(
    await vk.post({ type, group_id: GROUP, event_id: 'e', v: '5.199', secret: SECRET, object }),
    200,
  );
  assert.equal(vk.answer, 'ok');
  return { told: vk.told(), faults: vk.faults, vk };
};

describe('an event of VK', () => {
  const comment = { id: 31, from_id: 555, date: AT, text: 'Есть в наличии?' };
  for (const [type, object, line] of [
    [
      'wall_reply_new',
      { ...comment, post_id: 30, post_owner_id: -1, owner_id: -1 },
      'comment client wall-1_30/31 wall-1_30/31 10:00:00',
    ],
    [
      'wall_reply_new',
      { ...comment, id: 32, from_id: -1, post_id: 30, owner_id: -1, parents_stack: [31] },
      'comment unknown wall-1_30/31 wall-1_30/32 10:00:00',
    ],
    [
      'wall_reply_new',
      { ...comment, id: 33, from_id: 777, post_id: 30, owner_id: -1, reply_to_comment: 31 },
      'comment employee wall-1_30/31 wall-1_30/33 10:00:00',
    ],
    [
      'photo_comment_new',
      { ...comment, photo_id: 8, photo_owner_id: -1 },
      'comment client photo-1_8/31 photo-1_8/31 10:00:00',
    ],
    [
      'video_comment_new',
      { ...comment, video_id: 9, video_owner_id: -1 },
      'comment client video-1_9/31 video-1_9/31 10:00:00',
    ],
    [
      'market_comment_new',
      { ...comment, item_id: 10, market_owner_id: -1 },
      'comment client product-1_10/31 product-1_10/31 10:00:00',
    ],
    [
      'board_post_new',
      { ...comment, topic_id: 11, topic_owner_id: -1 },
      'comment client topic-1_11 topic-1_11/31 10:00:00',
    ],
    ['market_order_new', { id: 5, user_id: 555, date: AT }, 'message client 555 order/5 10:00:00'],
    [
      'lead_forms_new',
      { lead_id: 6, user_id: 555, form_name: 'Заявка' },
      'message client 555 lead/6 11:00:00',
    ],
    [
      'message_new',
      { message: { conversation_message_id: 6, date: AT, from_id: 777, peer_id: 2_000_000_001, text: 'Да' } },
      'message employee 2000000001 2000000001_6 10:00:00',
    ],
    [
      'message_event',
      { user_id: 555, peer_id: 555, event_id: 'e1', payload: { order: 1 }, conversation_message_id: 8 },
      'message client 555 press/e1 11:00:00',
    ],
    [
      'message_new',
      { message: { conversation_message_id: 6, date: AT, from_id: 777, peer_id: 777, text: 'Есть?' } },
      'message client 777 777_6 10:00:00',
    ],
    [
      'message_new',
      {
        message: {
          conversation_message_id: 7,
          date: AT,
          from_id: 555,
          peer_id: 555,
          text: 'А?',
          action: null,
        },
      },
      'message client 555 555_7 10:00:00',
    ],
    [
      'message_reply',
      { conversation_message_id: 5, date: AT, from_id: -1, peer_id: 555, out: 1, text: 'бот' },
      'message bot 555 555_5 10:00:00',
    ],
    [
      'wall_reply_delete',
      { owner_id: -1, id: 33, deleter_id: 777, post_id: 30 },
      'deletion employee wall-1_30 wall-1_30/33/deleted 11:00:00',
    ],
    [
      'market_comment_delete',
      { owner_id: -1, id: 34, user_id: 555, deleter_id: -1, item_id: 10 },
      'deletion employee product-1_10 product-1_10/34/deleted 11:00:00',
    ],
    [
      'message_edit',
      {
        conversation_message_id: 5,
        date: AT,
        from_id: -1,
        peer_id: 555,
        out: 1,
        text: '',
        admin_author_id: 777,
      },
      'deletion employee 555 555_5/deleted 11:00:00',
    ],
  ] as const)
    it(`${type} is «${line}»`, async () => {
      const read = await told(type, object);
      assert.deepEqual([read.told, read.faults], [[line], []]);
    });

  for (const type of [
    'wall_reply_edit',
    'wall_reply_delete',
    'like_add',
    'group_join',
    'message_edit',
    'message_typing_state',
    'wall_post_new',
  ])
    it(`${type} is nobody’s`, async () => {
      const read = await told(type, { id: 1 });
      assert.deepEqual([read.told, read.faults], [[], []]);
    });

  const message = { conversation_message_id: 4, date: AT, from_id: 555, peer_id: 555, out: 0, text: '' };
  for (const [what, type, object] of [
    [
      'a change of how the chat looks',
      'message_new',
      { message: { ...message, action: { type: 'conversation_style_update', member_id: 555 } } },
    ],
    [
      'whoever leaves a chat',
      'message_new',
      { message: { ...message, peer_id: 2_000_000_001, action: { type: 'chat_kick_user', member_id: 555 } } },
    ],
    ['a colleague’s press', 'message_event', { user_id: 777, peer_id: 2_000_000_001, event_id: 'e2' }],
    [
      'what one of ours pins',
      'message_reply',
      { ...message, from_id: -1, admin_author_id: 777, action: { type: 'chat_pin_message' } },
    ],
    ['a client’s deletion, or a moderator’s', 'wall_reply_delete', { id: 31, deleter_id: 555, post_id: 30 }],
    ['a deletion in a topic, which names nobody', 'board_post_delete', { id: 31, topic_id: 11 }],
    ['a restored comment', 'wall_reply_restore', { ...comment, post_id: 30 }],
    ['a client’s edit that leaves nothing', 'wall_reply_edit', { ...comment, text: '', post_id: 30 }],
    [
      'an edit that leaves a photo',
      'wall_reply_edit',
      { ...comment, from_id: 777, text: '', post_id: 30, attachments: [{}] },
    ],
  ] as const)
    it(`${what}: nobody’s`, async () => {
      const read = await told(type, object);
      assert.deepEqual([read.told, read.faults], [[], []]);
    });

  it('makes sure of the address, and is refused with another secret or group', async () => {
    const vk = world();
    assert.equal(await vk.post({ type: 'confirmation', group_id: GROUP }), 200);
    assert.equal(vk.answer, 'abc123');
    assert.equal(await vk.post({ type: 'message_new', group_id: GROUP, secret: 'forged', object: {} }), 401);
    assert.equal(await vk.post({ type: 'confirmation', group_id: 2 }), 401);
    assert.equal(await vk.post('{'), 401);
    assert.deepEqual(vk.events, []);
  });

  it('of a chain is answered in that chain, and a like answers nothing', async () => {
    const vk = world();
    const post = (type: string, object: object) =>
      vk.post({ type, group_id: GROUP, secret: SECRET, object: { post_id: 30, owner_id: -1, ...object } });
    await post('wall_reply_new', { ...comment });
    await post('wall_reply_new', { ...comment, id: 40 });
    await post('like_add', { object_id: 40 });
    await post('wall_reply_new', { ...comment, id: 41, from_id: -1, date: AT + 60, parents_stack: [31] });
    assert.deepEqual(vk.waits(), ['wall-1_30/31 10:00:00 answered 10:01:00', 'wall-1_30/40 10:00:00 waits']);
  });
});
