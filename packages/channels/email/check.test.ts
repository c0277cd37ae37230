import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { it } from 'vitest';
import { TestMailbox } from '../testing/mailbox.ts';
import { emailChannelOf } from '../testing/mails.ts';
import { checkMailbox } from './check.ts';

it('a mailbox is checked by a mail to itself: it says whether the provider files a copy', async () => {
  const mailbox = await TestMailbox.open();
  let files = true;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const deliver = async (mail: string) => {
        await mailbox.append('INBOX', mail);
        if (files) await mailbox.append('Sent', mail);
      };
      text(stream)
        .then(deliver)
        .then(() => done(), done);
    },
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const smtp = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    const channel = emailChannelOf({ imap: { reveal: () => mailbox.imap }, smtp: { reveal: () => smtp } });
    const told = async () =>
      (await checkMailbox(channel, 300)).map(({ level, said }) => `${level}: ${said.en.slice(0, 30)}`);
    assert.deepEqual(await told(), [
      'fine: folders that are read: INBOX',
      'fine: answers are looked for in Sent',
      'fine: a mail to oneself arrived',
      'fine: the copy of what was sent lies',
    ]);
    files = false;
    assert.equal((await told()).at(-1), 'gap: the mail server files no copy ');
    const wrong = { ...channel, imap: { reveal: () => mailbox.imap.replace('secret-of', 'wrong') } };
    assert.deepEqual(
      (await checkMailbox(wrong)).map(({ level }) => level),
      ['fault'],
    );
    const silent = await checkMailbox({ ...channel, smtp: null });
    assert.equal(silent.at(-1)?.level, 'gap');
  } finally {
    await new Promise((closed) => server.close(() => closed(undefined)));
  }
});
