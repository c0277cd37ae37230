import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { attachedIn } from './attachedIn.ts';
import type { Mail } from './mail.ts';
import { pingsAnswered, replyToPing } from './pingReply.ts';
import { emailChannelOf, MAIL_AT, mailOf } from './testing/mails.ts';

const NOTICE = '0199f3c0-1111-4000-8000-00000000000f';
const WAIT = '0199f3c0-0000-4000-8000-000000000001';
const OLGA = { address: 'olga@mail.private', name: 'Ольга' };
const mailbox = (trustedAuthserv: string[] = []) => ({
  channel: emailChannelOf({ trustedAuthserv }),
  people: new Set([OLGA.address]),
  pings: 'example.ru',
});
const reply = (over: Partial<Mail> = {}, headers: Record<string, string> = {}): Mail =>
  mailOf(
    {
      from: OLGA,
      messageId: 'r1@mail.private',
      inReplyTo: `${NOTICE}@example.ru`,
      references: [`wait.${WAIT}@example.ru`, `${NOTICE}@example.ru`],
      subject: 'Re: Иван ждёт ответа',
      text: 'Да, завтра.\n\n-- \nОльга',
      ...over,
    },
    headers,
  );

describe('a reply to a ping', () => {
  it('names the mails that it answers, the nearest first', () => {
    assert.deepEqual(pingsAnswered(reply(), mailbox()), [NOTICE, `wait.${WAIT}`]);
    const broken = reply({ inReplyTo: null, references: [`<x@y.example`, `${NOTICE}@EXAMPLE.RU`] });
    assert.deepEqual(pingsAnswered(broken, mailbox()), [NOTICE]);
  });

  const NONE: Record<string, Mail> = {
    'a stranger’s': reply({ from: { address: 'eve@mail.example', name: null } }),
    'of nobody': reply({ from: null }),
    'our own copy': reply({ folder: 'sent' }),
    'one that answers another mail': reply({ inReplyTo: 'x@example.ru', references: [] }),
    'one that answers a mail of another domain': reply({
      inReplyTo: `${NOTICE}@evil.example`,
      references: [],
    }),
    'one that answers nothing': reply({ inReplyTo: null, references: [] }),
  };
  for (const [what, mail] of Object.entries(NONE))
    it(`is not ${what}`, () => assert.deepEqual(pingsAnswered(mail, mailbox()), []));

  it('is none where pings are sent from elsewhere', () => {
    assert.deepEqual(pingsAnswered(reply(), { ...mailbox(), pings: null }), []);
  });

  it('proves itself by the notice alone where the server vouches for nobody: that id went to one person', () => {
    assert.deepEqual(pingsAnswered(reply(), mailbox(['mx.example.ru'])), [NOTICE]);
    const byWait = reply({ inReplyTo: null, references: [`wait.${WAIT}@example.ru`] });
    assert.deepEqual(pingsAnswered(byWait, mailbox(['mx.example.ru'])), []);
  });

  it('says its own words', () => {
    const said = replyToPing(reply(), [NOTICE], mailbox(), MAIL_AT + 1);
    assert.deepEqual([said?.text, said?.from, said?.at], ['Да, завтра.', OLGA.address, MAIL_AT]);
    assert.equal(replyToPing(reply({ text: null }), [NOTICE], mailbox(), MAIL_AT)?.text, '');
  });

  const MACHINES: Record<string, Mail> = {
    'an answer by itself': reply({}, { 'auto-submitted': 'auto-replied' }),
    'out of office, by its subject': reply({ subject: 'Автоматический ответ: Иван ждёт ответа' }),
    'out of office, by its header': reply({}, { 'x-autoreply': 'yes' }),
    'a vacation of Apple’s': reply({}, { 'x-apple-action': 'VACATION' }),
    'a receipt': reply({ contentType: 'multipart/report', reportType: 'disposition-notification' }),
    'a bounce': reply({}, { 'return-path': '<>' }),
    'one that is marked as of many': reply({}, { precedence: 'bulk' }),
    'a mail of ours': reply({}, { 'x-otklik': 'ping' }),
  };
  for (const [what, mail] of Object.entries(MACHINES))
    it(`is nobody’s when it is ${what}`, () =>
      assert.equal(replyToPing(mail, [NOTICE], mailbox(), MAIL_AT), null));
});

describe('what a mail has beside its words', () => {
  const part = (type: string, more: object = {}) => ({ type, ...more });
  const mixed = (...childNodes: ReturnType<typeof part>[]) => ({ type: 'multipart/mixed', childNodes });
  const words = part('text/plain');
  const CASES = [
    ['nothing', words],
    ['nothing', mixed(words, part('text/html'))],
    ['nothing', mixed(words, part('application/pkcs7-signature', { disposition: 'attachment' }))],
    ['pictures', mixed(words, part('image/png', { disposition: 'inline', id: '<logo@x>' }))],
    ['files', mixed(words, part('image/jpeg', { disposition: 'attachment', id: '<a@x>' }))],
    ['files', mixed(words, part('image/jpeg', { disposition: 'inline' }))],
    ['files', mixed(words, part('application/pdf'))],
    ['files', mixed(words, part('text/plain', { disposition: 'attachment' }))],
    ['files', mixed(words, part('message/rfc822'))],
    ['files', mixed(words, part('audio/ogg'), part('image/png', { id: '<logo@x>' }))],
  ] as const;
  for (const [expected, structure] of CASES)
    it(`${expected} in ${JSON.stringify(structure)}`, () => assert.equal(attachedIn(structure), expected));
});
