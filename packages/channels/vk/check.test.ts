import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkVk } from './check.ts';
import { playVk, vkError, vkList } from './testing/playedVk.ts';

type Answers = Parameters<typeof playVk>[1];

const RIGHTS: Answers = {
  'groups.getTokenPermissions': () => ({
    response: {
      mask: 1,
      permissions: ['messages', 'manage', 'photos', 'docs'].map((name) => ({ name })),
    },
  }),
  'groups.getCallbackServers': () =>
    vkList([{ id: 3, url: 'https://otklik.example.ru/hooks/vk', status: 'ok' }]),
  'groups.getCallbackSettings': () => ({ response: { events: { message_new: 1 } } }),
  'groups.getMembers': () => vkList([{ id: 777, role: 'creator' }]),
};

async function checked(answers: Answers, keys = 'user_token: the-user-token, '): Promise<string[]> {
  const vk = await playVk(`${keys}secret: the-secret-of-this-test, staff: ["777"]`, {
    ...RIGHTS,
    ...answers,
  });
  try {
    return (await checkVk(vk.channel, vk.config, 0)).map(({ level, said }) => `${level}: ${said.en}`);
  } finally {
    vk.close();
  }
}

describe('the check of a community', () => {
  it('finds nothing where all is set up', async () => {
    assert.deepEqual(await checked({}), [
      'fine: VK takes the community’s token',
      'fine: VK tells of all that is needed',
      'fine: user_token lists comments',
    ]);
  });

  for (const [what, answers, line] of [
    [
      'a token that cannot read messages',
      { 'groups.getTokenPermissions': () => ({ response: { permissions: [{ name: 'manage' }] } }) },
      /^fault: the community’s token lacks the right messages/,
    ],
    [
      'a token that cannot send pictures',
      {
        'groups.getTokenPermissions': () => ({
          response: { permissions: ['messages', 'manage', 'docs'].map((name) => ({ name })) },
        }),
      },
      /^gap: the community’s token lacks the right photos/,
    ],
    [
      'a token that cannot say what VK delivers',
      {
        'groups.getTokenPermissions': () => ({ response: { permissions: [{ name: 'messages' }] } }),
        'groups.getCallbackServers': () => vkError(15),
      },
      /^gap: the community’s token lacks the right manage/,
    ],
    [
      'a token that VK does not take',
      { 'groups.getTokenPermissions': () => vkError(5) },
      /^fault: VK does not take the community’s token/,
    ],
    [
      'an event that is switched off',
      { 'groups.getCallbackSettings': () => ({ response: { events: { board_post_new: 0 } } }) },
      /^gap: VK does not tell of this: comment in a discussion \(board_post_new\)/,
    ],
    [
      'managers who are not in staff',
      { 'groups.getMembers': () => vkList([{ id: 777 }, { id: 778 }, { id: 779 }]) },
      /^gap: managers of the community who are not in staff: 778, 779/,
    ],
    [
      'managers whom VK does not name',
      { 'groups.getMembers': () => vkError(15) },
      /^gap: the managers cannot be listed/,
    ],
    [
      'a section that cannot be listed',
      { 'market.get': () => vkError(27) },
      /^gap: VK does not let user_token list comments: goods \(27\)/,
    ],
  ] as const)
    it(`finds ${what}`, async () => {
      const found = await checked(answers);
      assert.ok(
        found.some((each) => line.test(each)),
        found.join('\n'),
      );
    });

  it('says that nothing lists comments without a person’s token', async () => {
    assert.match((await checked({}, '')).join('\n'), /gap: user_token is not set/);
  });
});
