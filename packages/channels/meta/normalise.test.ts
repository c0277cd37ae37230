import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';
import { TestMemory } from '../testing/testMemory.ts';

const SECRET = 'the-app-secret';
const AT = Date.parse('2026-11-23T10:00:00Z');

const world = () =>
  new HookDeps(
    `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know, bot_apps: ["42"], staff: ["777"]`,
  );
const post = (meta: HookDeps, entry: object) => {
  const text = JSON.stringify({ object: 'instagram', entry: [{ id: '900', time: AT / 1_000, ...entry }] });
  const signed = createHmac('sha256', SECRET).update(text).digest('hex');
  return meta.post(text, { headers: { 'x-hub-signature-256': `sha256=${signed}` } });
};
const message = (over: object, from = '55', to = '900') => ({
  messaging: [{ sender: { id: from }, recipient: { id: to }, timestamp: AT, ...over }],
});

const feed = (from: string, over: object) => ({
  verb: 'add',
  from: { id: from, name: 'Иван' },
  message: 'Когда вы работаете?',
  created_time: AT / 1_000,
  ...over,
});

describe('an event of Meta', () => {
  for (const [what, entry, lines] of [
    ['a message', message({ message: { mid: 'm1', text: 'Цена?' } }), ['message client 55 m1 10:00:00']],
    [
      'a person’s echo',
      message({ message: { mid: 'm2', text: 'Да', is_echo: true, app_id: 1 } }, '900', '55'),
      ['message unknown 55 m2 10:00:00'],
    ],
    [
      'a bot’s echo',
      message({ message: { mid: 'm3', text: 'Да', is_echo: true, app_id: 42 } }, '900', '55'),
      ['message bot 55 m3 10:00:00'],
    ],
    ['a postback', message({ postback: { mid: 'm4', title: 'Начать' } }), ['message client 55 m4 10:00:00']],
    [
      'a message taken back',
      message({ message: { mid: 'm1', is_deleted: true } }),
      ['deletion client 55 m1/deleted 10:00:00'],
    ],
    ['a receipt', message({ read: { mid: 'm1' } }), []],
    ['a reaction', message({ reaction: { mid: 'm1', action: 'react' } }), []],
    [
      'a comment on Instagram',
      {
        changes: [
          {
            field: 'comments',
            value: { id: '178', from: { id: '9', username: 'client' }, text: 'Цена?', media: { id: 'M' } },
          },
        ],
      },
      ['comment client comment/178 comment/178 10:00:00'],
    ],
    [
      'our answer to it',
      {
        changes: [
          { field: 'comments', value: { id: '179', parent_id: '178', from: { id: '900' }, text: '100' } },
        ],
      },
      ['comment unknown comment/178 comment/179 10:00:00'],
    ],
    [
      'a comment on a page',
      {
        changes: [
          {
            field: 'feed',
            value: {
              item: 'comment',
              verb: 'add',
              comment_id: '1_2',
              post_id: '1',
              parent_id: '1',
              from: { id: '9', name: 'Иван' },
              message: 'Есть?',
              created_time: AT / 1_000,
            },
          },
        ],
      },
      ['comment client comment/1_2 comment/1_2 10:00:00'],
    ],
    [
      'a colleague’s answer from their own page',
      {
        changes: [
          { field: 'comments', value: { id: '180', parent_id: '178', from: { id: '777' }, text: '100' } },
        ],
      },
      ['comment employee comment/178 comment/180 10:00:00'],
    ],
    [
      'a comment in the entry itself',
      {
        field: 'comments',
        value: { id: '178', from: { id: '9', username: 'client' }, text: 'Цена?', parent_id: null },
      },
      ['comment client comment/178 comment/178 10:00:00'],
    ],
    [
      'a message in the entry itself, or among the changes, with seconds as text',
      {
        changes: [
          {
            field: 'messages',
            value: {
              sender: { id: '55' },
              recipient: { id: '900' },
              timestamp: String(AT / 1_000),
              message: { mid: 'm6', text: 'Цена?', attachments: null, is_echo: null },
            },
          },
        ],
        field: 'messages',
        value: {
          sender: { id: '56' },
          recipient: { id: '900' },
          timestamp: String(AT / 1_000),
          message: { mid: 'm7', text: 'Есть?' },
        },
      },
      ['message client 55 m6 10:00:00', 'message client 56 m7 10:00:00'],
    ],
    [
      'comments whose author Meta hides',
      {
        changes: [
          { field: 'comments', value: { id: '178', from: { username: 'client' }, text: 'Цена?' } },
          { field: 'comments', value: { id: '179', from: null, text: 'Есть?' } },
          {
            field: 'feed',
            value: { item: 'comment', verb: 'add', comment_id: '1_3', post_id: '1', message: 'А?' },
          },
        ],
      },
      [
        'comment client comment/178 comment/178 10:00:00',
        'comment client comment/179 comment/179 10:00:00',
        'comment client comment/1_3 comment/1_3 11:00:00',
      ],
    ],
    [
      'a visitor’s post, and our comment under it',
      {
        changes: [
          { field: 'feed', value: feed('9', { item: 'post', post_id: '900_1' }) },
          {
            field: 'feed',
            value: feed('900', { item: 'comment', comment_id: '1_9', post_id: '900_1', parent_id: '900_1' }),
          },
        ],
      },
      [
        'comment client comment/900_1 comment/900_1 10:00:00',
        'comment unknown comment/900_1 comment/1_9 10:00:00',
      ],
    ],
    [
      'what the page and a colleague post',
      {
        changes: [
          { field: 'feed', value: feed('900', { item: 'status', post_id: '900_2' }) },
          { field: 'feed', value: feed('777', { item: 'photo', post_id: '900_3' }) },
        ],
      },
      [],
    ],
    [
      'an edit for the nought-th time, which is a new message',
      message({ message_edit: { mid: 'm8', num_edit: 0, text: 'Добрый день' } }),
      ['message client 55 m8 10:00:00'],
    ],
    ['an edit', message({ message_edit: { mid: 'm8', num_edit: 1, text: 'Добрый день' } }), []],
    [
      'a postback without an id',
      message({ postback: { title: 'Начать' } }),
      [`message client 55 postback/55/${AT} 10:00:00`],
    ],
    ['a like', { changes: [{ field: 'feed', value: { item: 'reaction', verb: 'add' } }] }, []],
    ...['edited', 'hide', 'unhide', 'remove'].map(
      (verb) =>
        [
          `a comment that somebody has done this to: ${verb}`,
          {
            changes: [
              { field: 'feed', value: { item: 'comment', verb, comment_id: '1_2', from: { id: '9' } } },
            ],
          },
          [],
        ] as const,
    ),
  ] as const)
    it(`${what}: ${lines[0] ?? 'nobody’s'}`, async () => {
      const meta = world();
      assert.equal(await post(meta, entry), 200);
      assert.deepEqual([meta.told(), meta.faults], [lines, []]);
    });

  it('of another account is kept aside, and without the signature refused', async () => {
    const meta = world();
    await post(meta, { id: '901', ...message({ message: { mid: 'm', text: 'а' } }) });
    assert.equal(meta.faults.length, 1);
    assert.equal(await meta.post({ object: 'instagram', entry: [] }), 401);
    assert.deepEqual(meta.events, []);
  });

  it('that answers a comment in private answers no comment: Meta says there whom it is to, and not what it is about', async () => {
    const meta = world();
    const value = { id: '178', from: { id: '9', username: 'client' }, text: 'Цена?' };
    await post(meta, { changes: [{ field: 'comments', value }] });
    await post(meta, message({ message: { mid: 'm5', text: '100', is_echo: true } }, '900', '9'));
    assert.deepEqual(meta.waits(), ['comment/178 10:00:00 waits']);
  });
});

describe('an instant reply', () => {
  const KEYS = `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know, auto_replies: ["Мы скоро ответим"]`;
  /** A client writes, and is answered `seconds` later. */
  const greeted = (meta: HookDeps, client: string, seconds: number, text: string) =>
    post(meta, {
      messaging: [
        {
          sender: { id: client },
          recipient: { id: '900' },
          timestamp: AT,
          message: { mid: `q${client}`, text: 'Есть?' },
        },
        {
          sender: { id: '900' },
          recipient: { id: client },
          timestamp: AT + seconds * 1_000,
          message: { mid: `a${client}`, text, is_echo: true },
        },
      ],
    });

  it('that is in the config is a machine’s', async () => {
    const meta = new HookDeps(KEYS);
    await greeted(meta, '55', 60, 'Мы скоро ответим!');
    assert.deepEqual(meta.waits(), ['55 10:00:00 waits']);
  });

  it('is learned when the same words come within seconds in three chats, and the first two are taken back', async () => {
    const meta = new HookDeps(KEYS, new TestMemory());
    for (const client of ['55', '56', '57']) await greeted(meta, client, 1, 'Спасибо за обращение!');
    assert.deepEqual(meta.waits(), ['55 10:00:00 waits', '56 10:00:00 waits', '57 10:00:00 waits']);
    await greeted(meta, '58', 1, 'Да, есть красные.');
    assert.deepEqual(meta.waits().at(-1), '58 10:00:00 answered 10:00:01');
  });
});
