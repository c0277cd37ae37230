import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { FakeConnection } from '../../../tests/fakes/telegram/connection.ts';
import { editAtClient } from './edit.ts';
import { sendToClient } from './send.ts';
import { TOKEN } from './testing/account.ts';
import { IVAN, MARIA, OLGA, PAVEL, TelegramWorld } from './testing/world.ts';

let played: TelegramWorld;
let connection: FakeConnection;
beforeEach(async () => {
  played = await TelegramWorld.start();
  connection = new FakeConnection(played.bot, 'bc_9f2', OLGA);
});
afterEach(async () => {
  assert.deepEqual(played.telegram.violations, []);
  await played.close();
});

const THREAD = `b${OLGA.id}/${IVAN.id}`;

describe('an employee’s own account', () => {
  it('shows both sides, to the second', async () => {
    connection.announces();
    const now = Math.floor(Date.now() / 1000);
    connection.clientWrites(IVAN, 'Есть в наличии?', { date: now - 60 });
    connection.ownerWrites(IVAN, 'Да, две', { date: now - 18 });
    assert.deepEqual(await played.told(2), [
      `client ${THREAD} Есть в наличии?`,
      `employee ${THREAD} Да, две`,
    ]);
    const [asked, answered] = played.events();
    assert.deepEqual([asked?.at, answered?.at], [(now - 60) * 1000, (now - 18) * 1000]);
    assert.equal(answered?.author.id, String(OLGA.id));
  });

  it('tells greetings, away messages and other bots from its owner', async () => {
    connection.clientWrites(IVAN, 'Ау');
    connection.sendsAutomatically(IVAN, 'Мы ответим утром');
    connection.otherBotWrites(IVAN, 'Чем помочь?');
    assert.deepEqual(await played.told(3), [
      `client ${THREAD} Ау`,
      `bot ${THREAD} Мы ответим утром`,
      `bot ${THREAD} Чем помочь?`,
    ]);
  });

  it('does not stop the clock when a message is deleted: Telegram does not say by whom', async () => {
    const asked = connection.clientWrites(IVAN, 'Сколько?');
    connection.deletes(IVAN, [asked]);
    await played.told(2);
    const deletion = played.events().find(({ kind }) => kind === 'deletion');
    assert.equal(deletion?.side, 'unknown');
    assert.equal(deletion?.kind === 'deletion' && deletion.of, played.events()[0]?.id);
  });

  it('is no channel for colleagues among themselves', async () => {
    connection.ownerWrites(PAVEL, 'Обедать идёшь?');
    connection.clientWrites(PAVEL, 'Иду');
    connection.clientWrites(MARIA, 'Здравствуйте');
    assert.deepEqual(await played.told(1), [`client b${OLGA.id}/${MARIA.id} Здравствуйте`]);
  });

  it('keeps its conversations when it is connected anew', async () => {
    connection.clientWrites(IVAN, 'Сколько?');
    await played.told(1);
    connection.disconnects();
    connection.connectsAnew('bc_new').ownerWrites(IVAN, 'Сто');
    assert.deepEqual(await played.told(2), [`client ${THREAD} Сколько?`, `employee ${THREAD} Сто`]);
  });

  it('asks whose account it is when that was never told, and waits with the message until it knows', async () => {
    played.telegram.failNext('getBusinessConnection', { status: 502 });
    connection.clientWrites(IVAN, 'Сколько?');
    assert.deepEqual(await played.told(1), [`client ${THREAD} Сколько?`]);
    assert.ok(played.telegram.calls('getBusinessConnection').length >= 2);
  });

  it('is a channel that is down when it is cut off, and up again when it is connected', async () => {
    connection.announces();
    connection.clientWrites(IVAN, 'Сколько?');
    await played.told(1);
    connection.disconnects();
    await until(() => played.world.state?.up === false, { what: 'the channel is down' });
    assert.match(played.world.problem ?? '', /Ольга.*connect it again/);
    connection.connectsAnew('bc_new');
    await until(() => played.world.state?.up === true, { what: 'the channel is up' });
  });

  it('is found cut off also when Telegram’s word of it was lost', async () => {
    connection.clientWrites(IVAN, 'Сколько?');
    await played.told(1);
    await played.stopListening();
    connection.isEnabled = false;
    played.listen();
    await until(() => played.world.state?.up === false, { what: 'the channel is down' });
  });

  it('is answered from a ping by the connection of now; our own words do not come back as another’s', async () => {
    connection.clientWrites(IVAN, 'Сколько?');
    await played.told(1);
    const { channel, world, bot } = played;
    const sent = await sendToClient(channel, { thread: THREAD, text: 'Сто' }, world.memory);
    assert.ok(sent.outcome === 'sent');
    assert.deepEqual(
      bot.sentElsewhere.map(({ connection: by, text }) => [by, text]),
      [['bc_9f2', 'Сто']],
    );
    const own = bot.sentElsewhere[0]?.messageId;
    assert.equal(sent.id, `${THREAD}:${own}`);
    const edit = { thread: THREAD, handle: sent.handle ?? '', text: 'Двести' };
    assert.deepEqual(await editAtClient(channel, edit, world.memory), { outcome: 'edited' });
    assert.deepEqual(
      bot.sentElsewhere.map(({ text }) => text),
      ['Двести'],
    );
    connection.clientWrites(IVAN, 'Беру');
    assert.deepEqual(await played.told(2), [`client ${THREAD} Сколько?`, `client ${THREAD} Беру`]);
    connection.isEnabled = false;
    played.world.memory.values.clear();
    const late = await sendToClient(channel, { thread: THREAD, text: 'Сто' }, world.memory);
    assert.ok(late.outcome === 'refused' && late.problem.includes('not connected'));
  });

  it('that nobody knows any more is told apart by its connection', async () => {
    connection.clientWrites(IVAN, 'Сколько?');
    played.bot.connections.clear();
    assert.deepEqual(await played.told(1), [`client b_bc_9f2/${IVAN.id} Сколько?`]);
  });

  it('and the bot’s own chat with the same person are two conversations', async () => {
    connection.clientWrites(IVAN, 'Ольге');
    played.telegram.user(IVAN).writes(TOKEN, 'Боту');
    const told = await played.told(2);
    assert.deepEqual(told.toSorted(), [`client ${IVAN.id} Боту`, `client ${THREAD} Ольге`].toSorted());
  });
});
