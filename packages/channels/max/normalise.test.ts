import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';

const SECRET = 'the-secret-of-this-test';
const AT = Date.parse('2026-11-23T10:00:00Z');
const person = (user_id: number, is_bot = false) => ({ user_id, is_bot, first_name: 'Иван' });

/** https://dev.max.ru/docs-api/objects/Update */
const message = (over: object = {}) => ({
  update_type: 'message_created',
  timestamp: AT,
  message: {
    sender: person(55),
    recipient: { chat_id: 7, chat_type: 'dialog' },
    timestamp: AT,
    body: { mid: 'mid.1', seq: 1, text: 'Есть?' },
    ...over,
  },
});
const comment = (over: object = {}) => ({
  update_type: 'comment_created',
  timestamp: AT,
  message: {
    ...message().message,
    recipient: { chat_id: -100, chat_type: 'channel', post_id: 'mid.p1' },
    ...over,
  },
});
const answering = (sender: object | null) => ({
  link: { type: 'reply', sender, message: { mid: 'mid.0', seq: 0, text: 'Есть?' } },
});
const press = (user: number, under: object | null = message({ sender: person(1, true) }).message) => ({
  update_type: 'message_callback',
  timestamp: AT,
  callback: { timestamp: AT, callback_id: 'cb.1', payload: 'order', user: person(user) },
  message: under,
});
const removed = (over: object) => ({ timestamp: AT, message_id: 'mid.1', ...over });

async function told(update: object): Promise<readonly [string[], number]> {
  const max = new HookDeps(`kind: max, token: the-token, secret: ${SECRET}, staff: ["77"]`);
  assert.equal(await max.post(update, { headers: { 'x-max-bot-api-secret': SECRET } }), 200);
  return [max.told(), max.faults.length];
}

describe('an update of MAX', () => {
  for (const [what, update, lines, faults] of [
    ['a message', message(), ['message client 7 mid.1 10:00:00'], 0],
    ['a colleague’s', message({ sender: person(77) }), ['message employee 7 mid.1 10:00:00'], 0],
    ['a bot’s', message({ sender: person(1, true) }), ['message bot 7 mid.1 10:00:00'], 0],
    [
      'something passed on without a word',
      message({ body: null, link: { type: 'forward', message: { mid: 'mid.9', seq: 1 } } }),
      [`message client 7 7/${AT}/55 10:00:00`],
      0,
    ],
    [
      'a voice message without its message: somebody waits',
      { update_type: 'message_created', timestamp: AT, user_locale: 'ru' },
      [`message client hidden/${AT} hidden/${AT} 10:00:00`],
      0,
    ],
    [
      'an update without its message, of nobody knows what',
      { update_type: 'message_created', timestamp: AT },
      [],
      1,
    ],
    ['a press of a button', press(55), ['message client 7 press/cb.1 10:00:00'], 0],
    [
      'a press under a message that is gone',
      press(55, null),
      ['message client hidden/55 press/cb.1 10:00:00'],
      0,
    ],
    ['a colleague’s press', press(77), [], 0],
    [
      'a press under a post',
      press(55, { ...message().message, recipient: { chat_id: -100, chat_type: 'channel' } }),
      [],
      0,
    ],
    ['a post in a channel', message({ recipient: { chat_id: -100, chat_type: 'channel' } }), [], 0],
    [
      'a post on behalf of the channel',
      message({ sender: null, recipient: { chat_id: -100, chat_type: 'channel' } }),
      [],
      0,
    ],
    ['a message of nobody', message({ sender: null }), [], 1],
    ['a comment', comment(), ['comment client comment/p1/55 mid.1 10:00:00'], 0],
    [
      'a comment that comes as a message',
      { ...comment(), update_type: 'message_created' },
      ['comment client comment/p1/55 mid.1 10:00:00'],
      0,
    ],
    [
      'an answer on behalf of the channel',
      comment({ sender: null, ...answering(person(55)) }),
      ['comment unknown comment/p1/55 mid.1 10:00:00'],
      0,
    ],
    [
      'a colleague’s answer',
      comment({ sender: person(77), ...answering(person(55)) }),
      ['comment employee comment/p1/55 mid.1 10:00:00'],
      0,
    ],
    [
      'a bot’s answer',
      comment({ sender: person(1, true), ...answering(person(55)) }),
      ['comment bot comment/p1/55 mid.1 10:00:00'],
      0,
    ],
    [
      'what a client says to another',
      comment(answering(person(56))),
      ['comment client comment/p1/55 mid.1 10:00:00'],
      0,
    ],
    ['what we say to nobody', comment({ sender: null }), ['comment unknown comment/p1 mid.1 10:00:00'], 0],
    ['a comment under no post', comment({ recipient: { chat_id: -100, chat_type: 'channel' } }), [], 1],
    ['a comment that was changed', { ...comment(), update_type: 'comment_edited' }, [], 0],
    [
      'a comment taken back',
      { update_type: 'comment_removed', ...removed({ chat_id: -100, user_id: 55, post_id: 'mid.p1' }) },
      ['deletion client comment/p1/55 mid.1/deleted 10:00:00'],
      0,
    ],
    [
      'a comment that a colleague removed',
      { update_type: 'comment_removed', ...removed({ chat_id: -100, user_id: 77, post_id: 'mid.p1' }) },
      ['deletion employee comment/p1/77 mid.1/deleted 10:00:00'],
      0,
    ],
    [
      'a message that a colleague removed in a group',
      { update_type: 'message_removed', ...removed({ chat_id: -7, user_id: 77 }) },
      ['deletion employee -7 mid.1/deleted 10:00:00'],
      0,
    ],
    [
      'a comment of a colleague’s of which an edit leaves nothing',
      {
        ...comment({ sender: person(77), body: { mid: 'mid.1', seq: 1, text: '' } }),
        update_type: 'comment_edited',
      },
      ['deletion employee -100 mid.1/deleted 11:00:00'],
      0,
    ],
    [
      'a comment of a client’s of which an edit leaves nothing: nobody knows what they want',
      { ...comment({ body: { mid: 'mid.1', seq: 1, text: '' } }), update_type: 'comment_edited' },
      [],
      0,
    ],
    [
      'a message taken back',
      { update_type: 'message_removed', ...removed({ chat_id: 7, user_id: 55 }) },
      ['deletion client 7 mid.1/deleted 10:00:00'],
      0,
    ],
    [
      'a message removed in a group, by nobody knows whom',
      { update_type: 'message_removed', ...removed({ chat_id: -7, user_id: 55 }) },
      [],
      0,
    ],
    ['a permission', { update_type: 'bot_admin_permissions_changed', timestamp: AT }, [], 0],
  ] as const)
    it(`${what}: ${lines[0] ?? 'nobody’s'}`, async () => {
      assert.deepEqual(await told(update), [lines, faults]);
    });

  it('a comment that its author takes back is waited for no more, one that a moderator removes is', async () => {
    const max = new HookDeps(`kind: max, token: the-token, secret: ${SECRET}`);
    const post = (update: object) => max.post(update, { headers: { 'x-max-bot-api-secret': SECRET } });
    await post(comment());
    const removal = { update_type: 'comment_removed', chat_id: -100, post_id: 'p1' };
    await post({ ...removal, ...removed({ timestamp: AT + 60_000, user_id: 99 }) });
    assert.deepEqual(max.waits(), ['comment/p1/55 10:00:00 waits']);
    const taken = new HookDeps(`kind: max, token: the-token, secret: ${SECRET}`);
    const again = (update: object) => taken.post(update, { headers: { 'x-max-bot-api-secret': SECRET } });
    await again({ ...removal, ...removed({ timestamp: AT + 60_000, user_id: 55 }) });
    await again(comment());
    assert.deepEqual(taken.waits(), ['comment/p1/55 10:00:00 withdrawn 10:01:00']);
  });
});
