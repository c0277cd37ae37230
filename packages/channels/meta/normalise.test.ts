import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'vitest';
import { HookWorld } from '../testing/hookWorld.ts';

const SECRET = 'the-app-secret';
const AT = Date.parse('2026-11-23T10:00:00Z');

const world = () =>
  new HookWorld(
    `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know, bot_apps: ["42"], staff: ["777"]`,
  );
const post = (meta: HookWorld, entry: object) => {
  const text = JSON.stringify({ object: 'instagram', entry: [{ id: '900', time: AT / 1_000, ...entry }] });
  const signed = createHmac('sha256', SECRET).update(text).digest('hex');
  return meta.post(text, { headers: { 'x-hub-signature-256': `sha256=${signed}` } });
};
const message = (over: object, from = '55', to = '900') => ({
  messaging: [{ sender: { id: from }, recipient: { id: to }, timestamp: AT, ...over }],
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
