import assert from 'node:assert/strict';
import { MINUTE } from '@otklik/domain';
import { channelMemory, claimBotWords, claimReplies, saveReply } from '@otklik/store';
import { afterEach, beforeEach, it } from 'vitest';
import { lastName } from '../../packages/channels/email/lastMail.ts';
import { configOf } from '../../packages/config/testing/reading.ts';
import { at } from '../../packages/domain/testing/story.ts';
import { company } from '../../packages/store/testing/company.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { createReplies } from './replies.ts';

const config = configOf(`version: 1
people: [{ id: anna, name: Анна, telegram: 100001 }]
channels:
  - { id: mail, kind: email, name: Почта, owner: anna, address: sales@example.ru, imap: "imaps://u:p@127.0.0.1:1", smtp: "smtp://127.0.0.1:1" }
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`);

let opened: TestStore;
let now = at('10:00:00');
beforeEach(async () => {
  opened = await testStore();
  now = at('10:00:00');
});
afterEach(() => opened[Symbol.asyncDispose]());

/** What the bot has to say to whoever wrote the answer. */
async function told(): Promise<string> {
  const words = await claimBotWords(opened.store, now, 10);
  return words.map(({ text }) => text).join();
}

function replies() {
  const silent = () => undefined;
  return createReplies(
    {
      config: () => config,
      rules: () => company(),
      store: opened.store,
      api: () => null,
      log: { error: silent, warn: silent, info: silent } as never,
      now: () => now,
    },
    () => undefined,
  );
}

const answer = (channel: string) =>
  saveReply(
    opened.store,
    {
      id: '7:1:1',
      wait_id: '00000000-0000-0000-0000-000000000001',
      channel,
      thread: 't',
      person: 'anna',
      text: 'Да',
      account: '7',
      chat_id: 1,
      message_id: 1,
    },
    now,
  );

it('an answer that a fault of our own keeps back is tried again, and its writer is told at last', async () => {
  // What nobody can have written there.
  const memory = channelMemory(opened.store, 'mail');
  await memory.remember(new Map([[lastName('t'), '{']]), 'history');
  await answer('mail');
  const { drain, idle } = replies();
  for (let tries = 1; tries <= 8; tries += 1) {
    assert.equal(await told(), '', `told after ${tries - 1} tries`);
    await drain();
    await idle();
    now += 10 * MINUTE;
  }
  assert.match(await told(), /^Не отправлено \(.*\): канал не принял сообщение/);
  assert.deepEqual(await claimReplies(opened.store, now, 1, false), []);
});

it('an answer whose channel is gone is told of at once', async () => {
  await answer('former');
  const { drain, idle } = replies();
  await drain();
  await idle();
  assert.match(await told(), /канала больше нет в настройках/);
});
