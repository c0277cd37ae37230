import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { FakeConnection } from '../../../tests/fakes/telegram/connection.ts';
import { FakeGroup } from '../../../tests/fakes/telegram/group.ts';
import { botApi } from './botApi.ts';
import { checkTelegram } from './check.ts';
import { accountOf, TOKEN } from './testing/account.ts';
import { IVAN, OLGA, TelegramWorld } from './testing/world.ts';

let played: TelegramWorld;
beforeEach(async () => {
  played = await TelegramWorld.start();
});
afterEach(async () => {
  assert.deepEqual(played.telegram.violations, []);
  await played.close();
});

const told = async () => {
  const found = await checkTelegram(accountOf(played.channel), null, played.world.memory, played.world.now());
  return found.map(({ level, said }) => `${level}: ${said.en}`);
};

describe('the check of a bot’s set-up', () => {
  it('tells what is connected, and when it was last heard of', async () => {
    const connection = new FakeConnection(played.bot, 'bc_1', OLGA);
    connection.clientWrites(IVAN, 'Сколько?');
    new FakeGroup(played.bot, -1_002, { title: 'Магазин' }).writes(IVAN, 'Привет');
    await played.told(2);
    assert.deepEqual(await told(), [
      'fine: the bot @fake_700001_bot answers',
      'fine: the account of Ольга is connected, last message 0 min ago',
      'fine: the group «Магазин»: everything is seen',
    ]);
  });

  it('tells what is cut off, hidden or held by another program', async () => {
    const connection = new FakeConnection(played.bot, 'bc_1', OLGA);
    connection.clientWrites(IVAN, 'Сколько?');
    const group = new FakeGroup(played.bot, -1_002, { title: 'Магазин' });
    group.writes(IVAN, 'Привет');
    await played.told(2);
    await played.stopListening();
    connection.isEnabled = false;
    group.status = 'member';
    await botApi(TOKEN, played.telegram.apiRoot).setWebhook({ url: 'https://crm.example.com/hook' });
    const [, ...findings] = await told();
    assert.deepEqual(
      findings.map((finding) => finding.slice(0, 40)),
      [
        'fault: another program holds this bot by',
        'fault: the account of Ольга is disconnec',
        'gap: in the group «Магазин» the bot sees',
      ],
    );
    assert.equal(played.telegram.calls('deleteWebhook').length, 0, 'nobody is unplugged');
  });

  it('says so when the token is dead', async () => {
    played.telegram.revoke(TOKEN);
    assert.match((await told()).join(), /^fault: the bot does not answer/);
  });
});
