import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { answerOf, emailChannelOf, MAIL_AT, mailOf, readingWith } from '../testing/mails.ts';
import { verdictOf } from './automatic.ts';
import type { Mail } from './mail.ts';
import { type Read, type Reading, readMail } from './normalise.ts';

/** Reads mails in their order, each with what the ones before it have taught. */
function readAll(mails: readonly Mail[], over: Partial<Reading> = {}): Read[] {
  const known = new Map<string, string>();
  return mails.map((mail) => {
    const read = readMail(mail, readingWith(known, over));
    for (const [name, value] of read.learned) known.set(name, value);
    return read;
  });
}

const side = (mail: Mail, over: Partial<Reading> = {}) => readAll([mail], over)[0]?.event?.side ?? 'nothing';
const threads = (mails: readonly Mail[]) => readAll(mails).map(({ event }) => event?.thread);

describe('who speaks', () => {
  const CASES: [string, Mail, string][] = [
    ['a stranger in the inbox', mailOf(), 'client'],
    ['a copy in the folder of sent mail', answerOf(), 'employee'],
    [
      'our address in the inbox (another program filed no copy, and sent us one)',
      answerOf({ folder: 'inbox' }),
      'employee',
    ],
    ['another address of ours', answerOf({ from: { address: 'info@example.ru', name: null } }), 'employee'],
    [
      'an address of a domain of ours',
      answerOf({ from: { address: 'a@shop.example.ru', name: null } }),
      'employee',
    ],
    [
      'one of our people from their own address',
      answerOf({ folder: 'inbox', from: { address: 'olga@mail.private', name: null } }),
      'employee',
    ],
    ['a forward to a colleague', answerOf({ to: [{ address: 'info@example.ru', name: null }] }), 'nothing'],
    ['a mail of nobody', mailOf({ from: null }), 'nothing'],
    [
      'an alias in the folder of sent mail',
      answerOf({ from: { address: 'alias@elsewhere.ru', name: null } }),
      'employee',
    ],
  ];
  for (const [what, mail, expected] of CASES)
    it(`${what}: ${expected}`, () => assert.equal(side(mail), expected));
});

describe('what a mail is about', () => {
  const subject = (mail: Mail, text: 'none' | 'preview' | 'full' = 'full') => {
    const event = readAll([mail], { privacy: { text, keepText: 0, keepEvents: 0 } })[0]?.event;
    return event?.kind === 'message' ? (event.subject?.title ?? null) : null;
  };
  it('is its subject, as far as privacy keeps words', () => {
    const mail = mailOf({ subject: `Заказ ${'№'.repeat(150)}` });
    assert.equal(subject(mail), mail.subject);
    assert.equal(subject(mail, 'preview'), `Заказ ${'№'.repeat(114)}…`);
    assert.equal(subject(mail, 'none'), null);
    assert.equal(subject(mailOf({ subject: '' })), null);
  });
  it('is nothing that a robot says', () =>
    assert.equal(subject(mailOf({ subject: 'Автоответ' }, { 'auto-submitted': 'auto-replied' })), null));
});

describe('automatic mail', () => {
  /** Headers, and the verdict on them. */
  const TABLE: [Record<string, string>, 'human' | 'mass' | 'auto'][] = [
    [{}, 'human'],
    [{ 'auto-submitted': 'no' }, 'human'],
    [{ 'auto-submitted': 'auto-replied' }, 'auto'],
    [{ 'auto-submitted': 'auto-generated; owner-email="a@b"' }, 'auto'],
    [{ 'auto-submitted': 'auto-notified' }, 'auto'],
    [{ 'return-path': '<>' }, 'auto'],
    [{ precedence: 'auto_reply' }, 'auto'],
    [{ precedence: 'bulk' }, 'mass'],
    [{ precedence: 'junk' }, 'mass'],
    [{ precedence: 'list' }, 'mass'],
    [{ 'list-id': '<news.example>' }, 'mass'],
    [{ 'list-unsubscribe': '<mailto:x@y>' }, 'mass'],
    [{ 'feedback-id': '1:2:3' }, 'human'],
    [{ 'x-autoreply': 'yes' }, 'auto'],
    [{ 'x-autoreply': 'no' }, 'human'],
    [{ 'x-autorespond': 'Отсутствую' }, 'auto'],
    [{ 'x-auto-response-suppress': 'All' }, 'human'],
    [{ 'x-otklik': 'ping' }, 'auto'],
  ];
  for (const [headers, verdict] of TABLE) {
    it(`${JSON.stringify(headers)} is ${verdict}`, () =>
      assert.equal(verdictOf(mailOf({}, headers)), verdict));
  }
  for (const [address, verdict] of [
    ['mailer-daemon@example.ru', 'auto'],
    ['postmaster@example.ru', 'auto'],
    ['no-reply@bank.example', 'mass'],
    ['noreply+12@bank.example', 'mass'],
    ['norepls@bank.example', 'human'],
  ] as const) {
    it(`from ${address} is ${verdict}`, () =>
      assert.equal(verdictOf(mailOf({ from: { address, name: null } })), verdict));
  }
  it('of a list is a person’s when it is addressed to us, unless it is a campaign', () => {
    const list = { 'list-id': '<corp.example>', precedence: 'list' };
    assert.equal(side(mailOf({}, list)), 'client');
    assert.equal(side(mailOf({ to: [{ address: 'list@corp.example', name: null }] }, list)), 'bot');
    assert.equal(side(mailOf({}, { ...list, 'list-unsubscribe': '<mailto:x@y>' })), 'bot');
  });

  it('multipart/report is auto', () =>
    assert.equal(verdictOf(mailOf({ contentType: 'multipart/report' })), 'auto'));

  it('opens no wait, and answers none', () => {
    assert.equal(side(mailOf({}, { 'auto-submitted': 'auto-replied' })), 'bot');
    assert.equal(side(mailOf({}, { 'list-unsubscribe': '<mailto:x@y>' })), 'bot');
    assert.equal(side(answerOf({}, { 'auto-submitted': 'auto-replied' })), 'bot');
    assert.equal(side(answerOf({}, { precedence: 'bulk' })), 'bot');
  });

  it('of a list is a client’s when it answers us', () => {
    const list = { 'list-unsubscribe': '<mailto:x@corp.example>' };
    const first = mailOf();
    const reply = mailOf(
      { messageId: 'q2@mail.example', inReplyTo: 'a1@example.ru', references: ['a1@example.ru'] },
      list,
    );
    assert.deepEqual(
      readAll([first, answerOf(), reply]).map(({ event }) => event?.side),
      ['client', 'employee', 'client'],
    );
  });
});

describe('a form on a web site', () => {
  const client = { address: 'ivan@mail.example', name: 'Иван' };
  const form = (address: string, over: Partial<Mail> = {}) =>
    mailOf({ from: { address, name: 'Сайт' }, replyTo: client, ...over });
  it('writes for the client whom it names, as a robot or as ourselves', () => {
    for (const from of ['noreply@forms.example', 'sales@example.ru', 'wordpress@shop.example.ru']) {
      const [read] = readAll([form(from)]);
      assert.deepEqual([read?.event?.side, read?.event?.author.email], ['client', client.address], from);
    }
  });
  it('is answered where the client wants it', () => {
    for (const from of ['noreply@forms.example', 'ann@mail.example']) {
      const [read] = readAll([form(from)]);
      const last = [...(read?.learned ?? [])].find(([name]) => name.startsWith('last:'))?.[1];
      assert.equal(JSON.parse(last ?? '{}').replyTo, client.address, from);
    }
  });
  it('is none when a robot names its own house, a colleague is named, or we wrote to somebody', () => {
    assert.equal(side(form('no-reply@mail.example')), 'bot', 'its own house');
    assert.equal(
      side(form('noreply@forms.example', { replyTo: { address: 'info@example.ru', name: null } })),
      'bot',
    );
    assert.equal(
      side(form('sales@example.ru', { to: [{ address: 'ann@mail.example', name: null }] })),
      'employee',
    );
  });
});

describe('threads', () => {
  it('go by the mail that is answered, by any that is referred to, and by the subject as a last resort', () => {
    const byReference = mailOf({
      messageId: 'q2@mail.example',
      references: ['q1@mail.example', 'lost@x'],
      subject: 'Другое',
    });
    const bySubject = mailOf({ messageId: 'q3@mail.example', subject: 'Re[2]: заказ' });
    const other = mailOf({ messageId: 'q4@mail.example', subject: 'Заказ' });
    const [first, ...more] = threads([mailOf(), answerOf(), byReference, bySubject]);
    assert.deepEqual(more, [first, first, first]);
    assert.notEqual(threads([mailOf(), other])[1], first, 'a new mail with an old subject is a new thread');
  });

  it('are the same when the answer is read before the question', () => {
    const [answer, question] = threads([answerOf(), mailOf()]);
    assert.equal(answer, question);
  });

  it('do not depend on the order of reading (law 2)', () => {
    const mails = [
      mailOf(),
      answerOf(),
      mailOf({
        messageId: 'q2@mail.example',
        inReplyTo: 'a1@example.ru',
        references: ['q1@mail.example', 'a1@example.ru'],
      }),
      answerOf({
        messageId: 'a2@example.ru',
        inReplyTo: 'q2@mail.example',
        references: ['q1@mail.example', 'a1@example.ru', 'q2@mail.example'],
      }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(mails, { minLength: mails.length }), (shuffled) => {
        assert.equal(new Set(threads(shuffled)).size, 1);
      }),
    );
  });
});

describe('time', () => {
  it('is the server’s, to the second', () => {
    const [read] = readAll([mailOf()]);
    assert.deepEqual([read?.event?.at, read?.event?.atSource], [MAIL_AT, 'provider']);
  });
  it('is that of our reading where the server’s lies ahead or is missing', () => {
    for (const internalDate of [MAIL_AT + 999_000, null]) {
      const [read] = readAll([mailOf({ internalDate })]);
      assert.deepEqual([read?.event?.at, read?.event?.atSource], [MAIL_AT + 300_000, 'arrival']);
    }
  });
});

it('an answer whose copy is dated before its question is dated by our reading: it does answer', () => {
  const [question, answer] = readAll([mailOf(), answerOf({ internalDate: MAIL_AT - 3_600_000 })]);
  assert.ok((answer?.event?.at ?? 0) > (question?.event?.at ?? 0));
  assert.equal(answer?.event?.atSource, 'arrival');
});

describe('spam', () => {
  const spam = mailOf({ folder: 'junk' });
  it('of a stranger is left alone, unless the config wants all of it', () => {
    assert.equal(side(spam), 'nothing');
    assert.equal(side(spam, { channel: emailChannelOf({ junk: 'all' }) }), 'client');
  });
  it('of somebody whom we know is a client’s also when they begin anew, unless it is a campaign', () => {
    const anew = mailOf({ folder: 'junk', messageId: 'q3@mail.example', subject: 'Ещё вопрос' });
    assert.equal(readAll([mailOf(), anew])[1]?.event?.side, 'client');
    const campaign = { ...anew, headers: new Map([['list-unsubscribe', '<mailto:x@y>']]) };
    assert.equal(readAll([mailOf(), campaign])[1]?.event, null);
  });
  it('that answers us is a client’s', () => {
    const reply = mailOf({ folder: 'junk', messageId: 'q2@mail.example', inReplyTo: 'a1@example.ru' });
    assert.equal(readAll([mailOf(), answerOf(), reply])[2]?.event?.side, 'client');
  });
});

describe('a delivery report', () => {
  const report = (action: 'failed' | 'delayed', about = 'a1@example.ru') =>
    mailOf({
      messageId: 'b1@example.ru',
      from: { address: 'mailer-daemon@example.ru', name: null },
      contentType: 'multipart/report',
      reportType: 'delivery-status',
      report: { action, about },
    });
  it('of a failed answer takes it back', () => {
    const [, answer, bounce] = readAll([mailOf(), answerOf(), report('failed')]);
    assert.ok(bounce?.event?.kind === 'bounce');
    assert.equal(bounce.event.of, answer?.event?.id);
    assert.equal(bounce.event.thread, answer?.event?.thread);
  });
  it('of a delay, or of a mail that nobody knows, is nothing', () => {
    assert.equal(readAll([mailOf(), answerOf(), report('delayed')])[2]?.event, null);
    assert.equal(readAll([mailOf(), answerOf(), report('failed', 'other@x')])[2]?.event, null);
  });
});

it('two copies of one answer are one event, and so is a mail without an id wherever it lies', () => {
  const copies = readAll([answerOf(), answerOf({ size: 900 })]).map(({ event }) => event?.id);
  assert.equal(new Set(copies).size, 1);
  const bare = mailOf({ messageId: null }, { date: 'Mon, 23 Nov 2026 10:00:00 +0300' });
  const moved = { ...bare, folder: 'junk' as const };
  const ids = readAll([bare, moved], { channel: emailChannelOf({ junk: 'all' }) }).map(
    ({ event }) => event?.id,
  );
  assert.equal(new Set(ids).size, 1);
});
