import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { mayBeReport, readReport } from './deliveryReport.ts';
import type { Mail } from './mail.ts';
import { mailOf } from './testing/mails.ts';

const daemon = (over: Partial<Mail> = {}, headers: Readonly<Record<string, string>> = {}): Mail =>
  mailOf(
    {
      messageId: 'x1@mx.example',
      from: { address: 'mailer-daemon@mx.example', name: null },
      subject: 'Mail system',
      ...over,
    },
    headers,
  );
const COPY = 'Return-Path: <sales@example.ru>\nTo: ann@mail.example\nMessage-ID: <a1@example.ru>\n\nHello';
const read = (text: string, over: Partial<Mail> = {}, status: string[] = []) =>
  readReport(daemon(over), { status, returned: [], text });
const status = (fields: string) => `Reporting-MTA: dns; mx.example\n\n${fields}`;
const fateOf = (fields: string) => read('', {}, [status(fields)])?.action;

describe('what became of a mail', () => {
  const FAILED = [
    'I am sorry, your message could not\nbe delivered to ann@mail.example.',
    '<ann@mail.example>: 550 5.1.1 unknown user',
    'Delivery to the following recipient failed permanently: ann@mail.example',
    'Your message did not reach ann@mail.example: was not delivered.',
    'ann@mail.example: mailbox is full',
    'Ваше письмо не может быть доставлено: ann@mail.example',
    'Ihre Nachricht konnte nicht zugestellt werden: ann@mail.example',
  ];
  for (const words of FAILED)
    it(`failed: ${words.replaceAll('\n', ' ')}`, () =>
      assert.equal(read(`${words}\n\n${COPY}`)?.action, 'failed'));

  const DELAYED = [
    'THIS IS A WARNING MESSAGE ONLY.\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\nDelivery to ann@mail.example failed so far.',
    'Your message has not yet been delivered: 450 user unknown. It will be retried for 2 days.',
    'A message that you sent has not been delivered to ann@mail.example after 24 hours.',
    'Сообщение ещё не доставлено. Попытки доставки будут продолжены.',
  ];
  for (const words of DELAYED)
    it(`delayed: ${words.slice(0, 60)}`, () => assert.equal(read(`${words}\n\n${COPY}`)?.action, 'delayed'));
  it('delayed by its subject', () =>
    assert.equal(
      read(`550 unknown\n\n${COPY}`, { subject: 'Warning: message delayed 24 hours' })?.action,
      'delayed',
    ));
  it('delivered', () => {
    assert.equal(
      read(`Your message was successfully delivered to ann@mail.example.\n\n${COPY}`)?.action,
      'delivered',
    );
    assert.equal(read(COPY, { subject: 'Delivery Status Notification (Success)' })?.action, 'delivered');
  });

  const TO = 'Final-Recipient: rfc822; ann@mail.example\n';
  const FIELDS: [string, string][] = [
    [`${TO}Action: failed\nStatus: 4.4.7`, 'failed'],
    [`${TO}Action: expired\nStatus: 2.0.0`, 'failed'],
    [`${TO}Status: 5.1.1`, 'failed'],
    [`${TO}Diagnostic-Code: smtp; 550 unknown`, 'failed'],
    [`${TO}Action: delayed\nStatus: 5.1.1`, 'delayed'],
    [`${TO}Status: 4.4.1`, 'delayed'],
    [`${TO}Action: delivered\nStatus: 2.0.0`, 'delivered'],
    [`${TO}Action: relayed`, 'delivered'],
    [`${TO}Status: 2.1.5`, 'delivered'],
  ];
  for (const [fields, fate] of FIELDS)
    it(`${fate}: ${fields.slice(TO.length).replaceAll('\n', ', ')}`, () =>
      assert.equal(fateOf(fields), fate));
  it('is told for each recipient, also where no empty line parts them', () => {
    const both =
      'Final-Recipient: rfc822; ann@mail.example\nAction: relayed\nFinal-Recipient: rfc822;<Bob@mail.example>\nAction: failed';
    const { failed, reached } = read('', {}, [status(both)]) ?? {};
    assert.deepEqual([failed, reached], [['bob@mail.example'], ['ann@mail.example']]);
  });
});

describe('the mail that a report is about', () => {
  const aboutOf = (text: string, over: Partial<Mail> = {}, returned: string[] = []) =>
    readReport(daemon(over), { status: [], returned, text: `Undeliverable\n${text}` })?.about;
  it('is named in what comes back, in quoted headers, or by what the report answers', () => {
    assert.deepEqual(aboutOf('', {}, [COPY]), ['a1@example.ru']);
    assert.deepEqual(aboutOf('', {}, ['Message-ID:\r\n <a1@example.ru>']), ['a1@example.ru']);
    assert.deepEqual(aboutOf('  Message-ID: <a1@example.ru>'), ['a1@example.ru']);
    const over = { inReplyTo: 'a1@example.ru', references: ['q1@mail.example', 'a1@example.ru'] };
    assert.deepEqual(aboutOf('', over), ['a1@example.ru', 'q1@mail.example']);
  });
  it('is never the report itself', () => assert.deepEqual(aboutOf('Message-ID: <x1@mx.example>'), []));
});

describe('what may be a report', () => {
  const CASES: [string, Mail, string[], boolean][] = [
    ['a mail of a daemon', daemon(), [], true],
    ['one that names who failed', mailOf({}, { 'x-failed-recipients': 'a@b' }), [], true],
    ['a report without its type', mailOf({ contentType: 'multipart/report' }), [], true],
    [
      'a receipt',
      mailOf({ contentType: 'multipart/report', reportType: 'disposition-notification' }),
      [],
      false,
    ],
    ['a complaint', mailOf({ contentType: 'multipart/report', reportType: 'feedback-report' }), [], false],
    ['a mail without a sender', mailOf({ from: null }), [], true],
    ['a machine that returns a mail', mailOf({}, { 'return-path': '<>' }), ['message/rfc822'], true],
    ['a machine that returns none', mailOf({}, { 'return-path': '<>' }), [], false],
    ['a person who attaches a mail', mailOf(), ['message/rfc822'], false],
    ['a person who forwards a report', mailOf({ subject: 'Fwd: Undelivered Mail' }), [], false],
    ['a client', mailOf(), [], false],
    [
      'a form that has no sender',
      mailOf({ from: null, replyTo: { address: 'ivan@mail.example', name: null } }, { 'return-path': '<>' }),
      [],
      false,
    ],
    ['a copy of our own', daemon({ folder: 'sent' }), [], false],
  ];
  for (const [what, mail, types, expected] of CASES)
    it(`${what}: ${expected ? 'yes' : 'no'}`, () => assert.equal(mayBeReport(mail, types), expected));
  it('is surely a machine’s when nobody else writes so', () => {
    const said = {
      status: [status('Final-Recipient: rfc822; ann@mail.example\nAction: failed')],
      returned: [],
      text: '',
    };
    const isSure = (mail: Mail) => readReport(mail, said)?.isSure;
    const about = { subject: 'Delivery Status' };
    assert.equal(isSure(mailOf({ ...about, from: null }, { from: '<>' })), true);
    assert.equal(isSure(mailOf(about, { 'return-path': '<MAILER-DAEMON@mx.example>' })), true);
    assert.equal(isSure(mailOf({ ...about, contentType: 'message/delivery-status' })), true);
    assert.equal(
      isSure(mailOf({ ...about, from: { address: 'postmaster\\@x@mx.example', name: null } })),
      true,
    );
    assert.equal(isSure(mailOf({ ...about, from: null }, { from: 'Иван <>' })), false);
    assert.equal(isSure(mailOf(about, { 'return-path': '<ann@mail.example>' })), false);
  });
  it('is a report only if it says so', () => {
    assert.equal(read('Hello, how are you?'), null);
    const person = mailOf({ from: null, subject: 'Заказ' });
    assert.equal(readReport(person, { status: [], returned: [], text: 'My order has expired' }), null);
  });
});

describe('a report that was destroyed on the way', () => {
  const folder = join(import.meta.dirname, 'samples/bounces');
  const samples = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  it('is read all the same, and names only addresses and ids that stand in it', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...samples), place, place, fc.string(), (sample, from, to, junk) => {
        const [start, end] = [Math.floor(from * sample.length), Math.floor(to * sample.length)];
        const broken = `${sample.slice(0, start)}${junk}${sample.slice(end)}`;
        const report = readReport(daemon({ subject: junk }), {
          status: [broken],
          returned: [broken],
          text: broken,
        });
        const { about = [], failed = [], reached = [], named = [] } = report ?? {};
        const whole = broken.toLowerCase();
        for (const address of [...failed, ...reached, ...named]) assert.ok(whole.includes(address), address);
        for (const id of about) assert.ok(broken.includes(id), id);
      }),
    );
  });
});
