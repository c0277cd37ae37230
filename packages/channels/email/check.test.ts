import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { it } from 'vitest';
import { checkMailbox } from './check.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { emailChannelOf } from './testing/mails.ts';

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
      'gap: senders are not confirmed: mai',
    ]);
    const trust = async (name: string[]) =>
      (await checkMailbox({ ...channel, smtp: null, trustedAuthserv: name })).at(-1);
    for (const _ of [1, 2, 3])
      await mailbox.append(
        'INBOX',
        'Authentication-Results: mx.example.ru; dkim=none\nFrom: a@b.example\n\nx\n',
      );
    assert.match(
      (await trust([]))?.said.en ?? '',
      /trusted_authserv: mx\.example\.ru, if that is your server$/,
    );
    assert.equal((await trust(['mx.example.ru']))?.level, 'fine');
    assert.match(
      (await trust(['mx.other.ru']))?.said.en ?? '',
      /^none of the latest mails .* mx\.example\.ru/,
    );
    files = false;
    assert.equal((await told()).at(-2), 'gap: the mail server files no copy ');
    const wrong = { ...channel, imap: { reveal: () => mailbox.imap.replace('secret-of', 'wrong') } };
    assert.deepEqual(
      (await checkMailbox(wrong)).map(({ level }) => level),
      ['fault'],
    );
    const silent = await checkMailbox({ ...channel, smtp: null });
    assert.equal(silent.at(-2)?.level, 'gap');
  } finally {
    await new Promise((closed) => server.close(() => closed(undefined)));
  }
});
