import { channelBase } from '../../testing/channelBase.ts';
import type { EmailChannel } from '../config.ts';
import type { Mail } from '../mail.ts';
import type { Reading } from '../normalise.ts';

export const MAIL_AT = 1_795_410_000_000;

export function emailChannelOf(over: Partial<EmailChannel> = {}): EmailChannel {
  const reveal = () => 'imap://sales:secret@127.0.0.1:143';
  return {
    ...channelBase('mail', 'Почта'),
    kind: 'email',
    address: 'sales@example.ru',
    also: ['info@example.ru', '@shop.example.ru'],
    forms: [],
    imap: { reveal },
    smtp: null,
    oauth: null,
    sent: null,
    trustedAuthserv: [],
    junk: 'known',
    ...over,
  };
}

/** A client's first mail. */
export function mailOf(over: Partial<Mail> = {}, headers: Readonly<Record<string, string>> = {}): Mail {
  return {
    folder: 'inbox',
    messageId: 'q1@mail.example',
    inReplyTo: null,
    references: [],
    from: { address: 'ann@mail.example', name: 'Анна Клиент' },
    replyTo: null,
    to: [{ address: 'sales@example.ru', name: null }],
    subject: 'Заказ',
    internalDate: MAIL_AT,
    size: 500,
    precedence: headers.precedence === undefined ? [] : [headers.precedence.toLowerCase()],
    headers: new Map(Object.entries(headers)),
    authentication: [],
    contentType: 'text/plain',
    reportType: null,
    text: 'Здравствуйте!',
    report: null,
    ...over,
  };
}

/** An answer in sent mail. */
export function answerOf(over: Partial<Mail> = {}, headers: Readonly<Record<string, string>> = {}): Mail {
  return mailOf(
    {
      folder: 'sent',
      messageId: 'a1@example.ru',
      inReplyTo: 'q1@mail.example',
      references: ['q1@mail.example'],
      from: { address: 'sales@example.ru', name: null },
      to: [{ address: 'ann@mail.example', name: null }],
      subject: 'Re: Заказ',
      internalDate: MAIL_AT + 120_000,
      ...over,
    },
    headers,
  );
}

export function readingWith(
  known: ReadonlyMap<string, string> = new Map(),
  over: Partial<Reading> = {},
): Reading {
  return {
    channel: emailChannelOf(),
    people: new Set(['olga@mail.private']),
    known,
    privacy: { text: 'full', keepText: 0, keepEvents: 0 },
    receivedAt: MAIL_AT + 300_000,
    ...over,
  };
}
