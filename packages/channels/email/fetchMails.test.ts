import assert from 'node:assert/strict';
import { beforeAll, describe, it } from 'vitest';
import { fetchMails } from './fetchMails.ts';
import type { Mail } from './mail.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { mailOf } from './testing/mails.ts';

const PLAIN = 'Content-Type: text/plain; charset=utf-8\n\n';
const FROM = 'From: Ann <ann@mail.example>\n';
const HEADERS = 'To: sales@example.ru\nSubject: Заказ\nMIME-Version: 1.0\n';
const PROVEN = 'Authentication-Results: mx.example.ru; dkim=pass header.d=other.example\n';
const parts = (...some: readonly string[]) =>
  `Content-Type: multipart/mixed; boundary=B\n\n${some.map((part) => `--B\n${part}\n`).join('')}--B--`;
const attached = (type: string) =>
  `Content-Type: ${type}\nContent-Disposition: attachment; filename=a.txt\n\nFeedback-Type: abuse`;

/** Non-standard mails that occur. */
const MAILS = {
  returned: `Return-Path: <ivan@other.example>\n${PROVEN}${HEADERS}${PLAIN}Вопрос`,
  nobody: `${HEADERS}${PLAIN}Вопрос`,
  spaces: `From: <ivan petr sidorov@other.example>\n${HEADERS}${PLAIN}Вопрос`,
  proven: `${PROVEN}From: <ivan@other.example>\n${HEADERS}${PLAIN}Вопрос`,
  file: `${FROM}${HEADERS}${parts(`${PLAIN} `, attached('text/plain'))}`,
  blank: `${FROM}${HEADERS}${parts(`${PLAIN} `)}`,
  complaint: `${FROM}${HEADERS}${parts(`${PLAIN}Spam`, 'Content-Type: message/feedback-report\n\nFeedback-Type: abuse')}`,
  asksAboutComplaint: `${FROM}${HEADERS}${parts(`${PLAIN}Что это?`, attached('message/feedback-report'))}`,
  passedOn: `${FROM}${HEADERS}${PLAIN}-------- Original Message --------\nSubject: Счёт\n\nОплатите`,
  passedOnInHtml: `${FROM}${HEADERS}Content-Type: text/html; charset=utf-8\n\n<p>-----Original Message-----</p><p>Оплатите</p>`,
} as const;

describe('what the server says of a mail', () => {
  const read = new Map<string, Mail>();
  beforeAll(async () => {
    const box = await TestMailbox.open();
    const names = Object.keys(MAILS);
    for (const mail of Object.values(MAILS)) await box.append('INBOX', `${mail}\n`);
    const client = await box.open();
    await client.mailboxOpen('INBOX', { readOnly: true });
    const mails = await fetchMails(client, 'inbox', { from: 1, to: names.length }, () => true);
    await client.logout();
    for (const [at, name] of names.entries()) read.set(name, mails[at] ?? mailOf());
  });
  const of = (name: keyof typeof MAILS): Mail => read.get(name) ?? mailOf({ subject: 'not read' });

  it('is who sent it, where nothing else names a writer, and what is proven of them proves nothing', () => {
    assert.equal(of('returned').from?.address, 'ivan@other.example');
    assert.deepEqual(of('returned').authentication, []);
    assert.equal(of('proven').authentication.length, 1);
    assert.equal(of('nobody').from, null);
  });
  it('is the address that stands in a From which it cannot read', () =>
    assert.equal(of('spaces').from?.address, 'sidorov@other.example'));
  it('is not empty when a file of words hangs on it', () => {
    assert.equal(of('file').text, null);
    assert.equal(of('blank').text, '');
  });
  it('is that it is a report, by the part that only reports have', () => {
    assert.equal(of('complaint').reportType, 'feedback-report');
    assert.equal(of('asksAboutComplaint').reportType, null);
  });
  it('is what it passes on, where it has no words of its own', () => {
    assert.deepEqual(
      [of('passedOn').text, of('passedOn').quoted],
      [null, '-------- Original Message --------\nSubject: Счёт\n\nОплатите'],
    );
    assert.equal(of('passedOnInHtml').quoted, '-----Original Message-----\nОплатите');
    assert.equal(of('proven').quoted, undefined);
  });
});
