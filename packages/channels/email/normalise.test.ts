import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { verdictOf } from './automatic.ts';
import type { Mail } from './mail.ts';
import { type Read, type Reading, readMail } from './normalise.ts';
import { answerOf, emailChannelOf, MAIL_AT, mailOf, readingWith } from './testing/mails.ts';

/** In order, each with what the earlier ones taught. */
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

const OWN_SERVER = 'mx.example.ru';
/** The own server vouches for the domain. */
const proven = (domain: string): Partial<Mail> => ({
  authentication: [`${OWN_SERVER}; dmarc=pass header.from=${domain}`],
});
const TRUSTING = { channel: emailChannelOf({ trustedAuthserv: [OWN_SERVER] }) };

describe('who speaks', () => {
  const CASES: [string, Mail, string][] = [
    ['a stranger in the inbox', mailOf(), 'client'],
    ['a copy in the folder of sent mail', answerOf(), 'employee'],
    [
      'our address in the inbox (another program filed no copy, and sent us one), proven',
      answerOf({ folder: 'inbox', ...proven('example.ru') }),
      'employee',
    ],
    ['the same, which anybody can write', answerOf({ folder: 'inbox' }), 'nothing'],
    ['another address of ours', answerOf({ from: { address: 'info@example.ru', name: null } }), 'employee'],
    [
      'an address of a domain of ours',
      answerOf({ from: { address: 'a@shop.example.ru', name: null } }),
      'employee',
    ],
    [
      'one of our people from their own address, proven',
      answerOf({
        folder: 'inbox',
        from: { address: 'olga@mail.private', name: null },
        ...proven('mail.private'),
      }),
      'employee',
    ],
    [
      'the same, proven of another domain',
      answerOf({
        folder: 'inbox',
        from: { address: 'olga@mail.private', name: null },
        ...proven('evil.example'),
      }),
      'nothing',
    ],
    ['a forward to a colleague', answerOf({ to: [{ address: 'info@example.ru', name: null }] }), 'nothing'],
    ['whoever does not say who they are', mailOf({ from: null }), 'client'],
    ['the same in spam', mailOf({ from: null, folder: 'junk' }), 'nothing'],
    ['a mail of nobody with nothing in it', mailOf({ from: null, subject: '', text: '' }), 'nothing'],
    ['the same of which nothing was read', mailOf({ from: null, subject: '', text: null }), 'client'],
    [
      'an alias in the folder of sent mail',
      answerOf({ from: { address: 'alias@elsewhere.ru', name: null } }),
      'employee',
    ],
  ];
  for (const [what, mail, expected] of CASES)
    it(`${what}: ${expected}`, () => assert.equal(side(mail, TRUSTING), expected));
});

describe('a mail that says a colleague wrote it, and nobody vouches for that', () => {
  const forged = answerOf({ folder: 'inbox' });
  it('answers nothing, teaches nothing, and is kept aside once', () => {
    const [, first, again] = readAll([mailOf(), forged, forged], TRUSTING);
    assert.deepEqual([first?.event, again?.event], [null, null]);
    assert.match(first?.aside ?? '', /answers nobody/);
    assert.equal(again?.aside, undefined);
    assert.deepEqual(
      [...(first?.learned.keys() ?? [])].filter((name) => !name.startsWith('aside:')),
      [],
    );
  });
  it('is so whatever the sender has written into it', () => {
    for (const authentication of [
      ['evil.example; dmarc=pass header.from=example.ru'],
      [
        `${OWN_SERVER}; dmarc=fail header.from=example.ru`,
        `${OWN_SERVER}; dmarc=pass header.from=example.ru`,
      ],
    ])
      assert.equal(side({ ...forged, authentication }, TRUSTING), 'nothing');
  });
  it('is so where no server is trusted at all', () => {
    const [read] = readAll([{ ...forged, ...proven('example.ru') }]);
    assert.deepEqual([read?.event, read?.aside === undefined], [null, false]);
  });
  it('counts in the folder of sent mail, read before or after', () => {
    for (const mails of [
      [mailOf(), forged, answerOf()],
      [mailOf(), answerOf(), forged],
    ])
      assert.deepEqual(
        readAll(mails, TRUSTING).flatMap(({ event }) => event?.side ?? []),
        ['client', 'employee'],
      );
  });
  it('is the turn of the stranger whom its Reply-To names: a form on our own site', () => {
    const replyTo = { address: 'ivan@mail.example', name: 'Иван' };
    const to = [{ address: 'sales@example.ru', name: null }];
    for (const over of [{ to }, {}]) {
      const [read] = readAll([{ ...forged, replyTo, ...over }], TRUSTING);
      assert.deepEqual([read?.event?.side, read?.event?.author.id], ['client', replyTo.address]);
    }
    assert.equal(
      side({ ...forged, replyTo: { address: 'info@example.ru', name: null } }, TRUSTING),
      'nothing',
    );
  });
  it('is not kept aside in spam, nor between colleagues where no server is trusted', () => {
    assert.equal(readAll([{ ...forged, folder: 'junk' }], TRUSTING)[0]?.aside, undefined);
    const between = { ...forged, to: [{ address: 'info@example.ru', name: null }] };
    assert.equal(readAll([between])[0]?.aside, undefined);
    assert.notEqual(readAll([between], TRUSTING)[0]?.aside, undefined);
  });
});

describe('a client’s address', () => {
  const author = (mail: Mail, over: Partial<Reading> = TRUSTING) => readAll([mail], over)[0]?.event?.author;
  it('is theirs when the own server has proven it, else it is what somebody wrote', () => {
    const address = 'ann@mail.example';
    const typed = { phone: null, email: address };
    assert.equal(author(mailOf(proven('mail.example')))?.email, address);
    assert.deepEqual([author(mailOf())?.email, author(mailOf())?.typed], [null, typed]);
    assert.deepEqual([author(mailOf(), {})?.email, author(mailOf(), {})?.typed], [null, typed]);
  });
  it('with a subject that anybody can know brings nobody into a client’s thread, where it could have been proven', () => {
    const forged = mailOf({ messageId: 'q3@evil.example', subject: 'Re: Заказ' });
    const threadOf = (mail: Mail, over: Partial<Reading>) =>
      readAll([mailOf(), mail], over)[1]?.event?.thread;
    assert.equal(threadOf(forged, TRUSTING), 'q3@evil.example');
    const own = { ...forged, ...proven('mail.example') };
    const known = readAll([mailOf(proven('mail.example')), own], TRUSTING).map(({ event }) => event?.thread);
    assert.equal(known[1], known[0]);
    assert.equal(threadOf(forged, {}), 'q1@mail.example', 'nobody could have proven it');
  });
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
    ['postmaster@example.ru', 'mass'],
    ['no-reply@bank.example', 'mass'],
    ['noreply+12@bank.example', 'mass'],
    ['norepls@bank.example', 'human'],
  ] as const) {
    it(`from ${address} is ${verdict}`, () =>
      assert.equal(verdictOf(mailOf({ from: { address, name: null } })), verdict));
  }
  it('of a postmaster is a person’s when they write it in a mail program', () => {
    const from = { address: 'postmaster@mail.example', name: null };
    assert.equal(side(mailOf({ from })), 'bot');
    assert.equal(side(mailOf({ from }, { 'user-agent': 'Thunderbird' })), 'client');
    assert.equal(side(mailOf({ from }, { 'user-agent': 'x', 'auto-submitted': 'auto-generated' })), 'bot');
    const robot = { address: 'noreply@mail.example', name: null };
    assert.equal(side(mailOf({ from: robot }, { 'user-agent': 'x' })), 'bot');
  });
  it('of a list is a person’s when it is addressed to us, unless it is a campaign', () => {
    const list = { 'list-id': '<corp.example>', precedence: 'list' };
    assert.equal(side(mailOf({}, list)), 'client');
    assert.equal(side(mailOf({ to: [{ address: 'list@corp.example', name: null }] }, list)), 'bot');
    assert.equal(side(mailOf({}, { ...list, 'list-unsubscribe': '<mailto:x@y>' })), 'bot');
  });

  it('is a DMARC report, whoever passes it on', () => {
    const from = { address: 'postbox@mail.example', name: 'noreply via postbox' };
    const subject = 'Report Domain: example.ru Submitter: google.com Report-ID: 2244696';
    assert.equal(side(mailOf({ from, subject })), 'bot');
    assert.equal(side(mailOf({ from, subject: 'Report Domain: где он?' })), 'client');
  });

  it('is a receipt in Outlook’s own format, and Outlook.com’s complaint', () => {
    const tnef = { contentType: 'application/ms-tnef' };
    assert.equal(side(mailOf({ ...tnef, subject: 'Прочитано: Заказ' })), 'bot');
    assert.equal(side(mailOf({ ...tnef, subject: 'Заказ' })), 'client');
    assert.equal(side(mailOf({ subject: 'Прочитано: Заказ' })), 'client');
    const subject = 'complaint about message from 192.0.2.1';
    const complaint = mailOf({ subject, from: { address: 'staff@hotmail.com', name: null } });
    assert.equal(side(complaint), 'bot');
    assert.equal(side(mailOf({ subject })), 'client');
  });

  it('multipart/report is auto', () =>
    assert.equal(verdictOf(mailOf({ contentType: 'multipart/report' })), 'auto'));

  it('opens no wait, and answers none', () => {
    assert.equal(side(mailOf({}, { 'auto-submitted': 'auto-replied' })), 'bot');
    assert.equal(side(mailOf({}, { 'list-unsubscribe': '<mailto:x@y>', precedence: 'bulk' })), 'bot');
    assert.equal(side(answerOf({}, { 'auto-submitted': 'auto-replied' })), 'bot');
    assert.equal(side(answerOf({}, { precedence: 'bulk' })), 'bot');
  });

  it('that many programs mark, each in its own way', () => {
    const MARKS: Record<string, string>[] = [
      { precedence: 'auto-reply' },
      { 'x-apple-action': 'VACATION' },
      { 'x-post-messageclass': '9; Autoresponder' },
      { 'x-fc-machinegenerated': 'true' },
      { 'x-autogenerated': 'Reply' },
      { 'delivered-to': 'Autoresponder' },
      { 'x-jira-fingerprint': 'a1' },
      { 'x-hmxmroriginalrecipient': 'ann@mail.example' },
    ];
    for (const headers of MARKS) assert.equal(side(mailOf({}, headers)), 'bot', JSON.stringify(headers));
    const notices = ['gmail-noreply', 'no_reply', 'no.reply', 'noreply1', 'do_not_reply', 'notify', 'robot'];
    for (const name of [...notices, 'autoreply', 'dmarcreport', 'reply+4f2'])
      assert.equal(side(mailOf({ from: { address: `${name}@bank.example`, name: null } })), 'bot', name);
    for (const name of ['norepls', 'robotova', 'notifyev', 'replyanskiy', 'bounceman'])
      assert.equal(side(mailOf({ from: { address: `${name}@bank.example`, name: null } })), 'client', name);
  });

  it('that only its subject gives away: an answer that nobody has written', () => {
    for (const subject of [
      'Автоответ: Re: Заказ',
      'Automatic reply: Order',
      'Out of Office: x',
      'Автоматический ответ: да',
      'Out of Office reply',
      'AUTO: Ann is out of the office (returning 03/01/2027)',
    ])
      assert.equal(side(mailOf({ subject })), 'bot', subject);
    for (const subject of [
      'Re: Автоответ: Заказ',
      'Автоответчик',
      'Автоответчик не работает',
      'Out of office hours?',
      'Our manager is out of the office',
    ])
      assert.equal(side(mailOf({ subject })), 'client', subject);
  });

  it('any of several Precedence headers counts', () => {
    assert.equal(side(mailOf({ precedence: ['first-class', 'bulk'] })), 'bot');
  });

  it('a person’s program may offer a way out; whoever sends to many gives more away', () => {
    const out = { 'list-unsubscribe': '<https://crm.example/u/1>' };
    assert.equal(side(mailOf({}, out)), 'client');
    for (const many of [
      { 'list-id': '<x.example>' },
      { 'list-unsubscribe-post': 'List-Unsubscribe=One-Click' },
    ])
      assert.equal(side(mailOf({}, { ...out, ...many })), 'bot');
    const two = ['sales@example.ru', 'x@y.example'].map((address) => ({ address, name: null }));
    assert.equal(side(mailOf({ to: two }, out)), 'bot');
    assert.equal(side(mailOf({ folder: 'junk' }, out)), 'nothing');
  });

  it('of a group that is our own address is whoever wrote to it', () => {
    const group = {
      'list-id': '<sales.example.ru>',
      'list-unsubscribe': '<mailto:x+unsubscribe@groups.example>',
      precedence: 'list',
    };
    assert.equal(side(mailOf({}, group)), 'client');
    assert.equal(side(mailOf({}, { ...group, 'list-id': '<news.shop.example>' })), 'bot');
    const rewritten = mailOf(
      {
        from: { address: 'sales@example.ru', name: "'Ann' via Sales" },
        replyTo: { address: 'ann@mail.example', name: 'Ann' },
      },
      group,
    );
    const [read] = readAll([rewritten]);
    assert.deepEqual([read?.event?.side, read?.event?.author.id], ['client', 'ann@mail.example']);
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

describe('a mail that does not say who wrote it', () => {
  const nobody = (over: Partial<Mail> = {}, headers: Record<string, string> = {}) =>
    mailOf({ from: null, text: 'Когда привезёте?', ...over }, headers);
  it('is of a client of its own, of whom only a name may be known', () => {
    const [first, second] = readAll([
      nobody({ messageId: 'n1@x' }, { from: 'Иван Петров' }),
      nobody({ messageId: 'n2@x', subject: 'Re: Заказ' }, { from: '"=?utf-8?b?broken' }),
    ]);
    assert.deepEqual(first?.event?.author, { id: null, name: 'Иван Петров', phone: null, email: null });
    assert.equal(second?.event?.author.name, null);
    const [third] = readAll([nobody({}, { from: `${'x'.repeat(99)}😀` })]);
    assert.ok(third?.event?.author.name?.isWellFormed(), 'half a character cannot be kept');
    assert.notEqual(first?.event?.thread, second?.event?.thread);
  });
  it('teaches nothing of anybody, and cannot be answered from a ping', () => {
    const [read] = readAll([nobody()]);
    const learned = [...(read?.learned.keys() ?? [])];
    assert.deepEqual(
      learned.filter((name) => !name.startsWith('id:')),
      [],
    );
  });
  it('belongs to the thread that it names, and is a robot’s where its headers say so', () => {
    const answers = nobody({ messageId: 'n3@x', inReplyTo: 'a1@example.ru' });
    assert.equal(readAll([mailOf(), answerOf(), answers])[2]?.event?.thread, 'q1@mail.example');
    assert.equal(side(nobody({}, { 'auto-submitted': 'auto-generated' })), 'bot');
  });
});

describe('a mailing that no header gives away', () => {
  const from = (address: string, name: string | null = null): Partial<Mail> => ({ from: { address, name } });
  const tracking = { address: '44.41.17.14.2026.1139@reply.shop.example', name: null };
  const MAILINGS: [string, Mail][] = [
    ['by the name of its sender', mailOf(from('anna@shop.example', 'Окна: рассылка'))],
    ['by the same in English', mailOf(from('anna@shop.example', 'Shop Newsletter'))],
    ['by its address', mailOf(from('newsletter@shop.example'))],
    ['by its address with more behind it', mailOf(from('newsletter-12@shop.example'))],
    ['by where its answers go', mailOf({ ...from('info@shop.example'), replyTo: tracking })],
    ['by its number and name', mailOf({ subject: '☆ Выпуск № 12. Окна зимой [Дайджест «Дом»]' })],
    ['by the same in Japanese', mailOf({ subject: '☆第12号　「窓」のサロン　【月刊ホーム】' })],
    ['by its first line', mailOf({ text: 'Can’t read this email? Click here\nSale' })],
    ['by a line soon after', mailOf({ text: '1 December\n\nView this email in your browser\nSale' })],
    [
      'by the same in German',
      mailOf({ text: 'Falls diese Mail nicht richtig angezeigt wird, bitte hier klicken' }),
    ],
    ['by the same in Russian', mailOf({ text: 'Открыть письмо в браузере\nСкидки' })],
    [
      'by its first line in Russian',
      mailOf({ text: 'Если письмо отображается некорректно, перейдите по ссылке' }),
    ],
    ['by the account of a script', mailOf(from('oracle@db1.shop.example'))],
  ];
  for (const [what, mail] of MAILINGS)
    it(`${what} opens no wait, and yet is a client’s when it answers us`, () => {
      assert.equal(side(mail), 'bot');
    });

  const PEOPLE: [string, Mail][] = [
    ['asks about a mailing', mailOf({ text: 'Ваше письмо не открывается в браузере. Можно онлайн-версию?' })],
    ['writes of an issue', mailOf({ subject: 'Выпуск № 12 не пришёл [срочно]' })],
    ['quotes an issue’s name', mailOf({ subject: 'Не пришёл выпуск № 12 [Дайджест «Дом»]' })],
    ['answers a mailing', mailOf({ subject: 'Re: Выпуск № 12. Окна [Дайджест]' })],
    [
      'passes a mailing on without a word',
      mailOf({ subject: 'Fwd: Скидки', text: 'View this email in your browser' }),
    ],
    [
      'answers, and their program quotes without a mark',
      mailOf({ inReplyTo: 'a1@example.ru', text: 'View this email in your browser' }),
    ],
    ['quotes one below', mailOf({ text: `${'Вопрос\n'.repeat(6)}View this email in your browser` })],
    ['bears a like name', mailOf(from('annews@mail.example', 'Рассылкина Анна'))],
    ['writes from a newspaper', mailOf(from('news@gazeta.example'))],
    ['writes by a program', mailOf(from('oracle@mail.example'), { 'mime-version': '1.0' })],
    [
      'is passed on by a marketplace',
      mailOf({
        ...from('buyer@market.example'),
        replyTo: { address: '12.4f2@reply.market.example', name: null },
      }),
    ],
    ['writes through a form of their site', mailOf(from('www-data@shop.example'))],
  ];
  for (const [who, mail] of PEOPLE) it(`is no person’s who ${who}`, () => assert.equal(side(mail), 'client'));
  it('is none that one of us writes to a client', () => {
    const answer = answerOf({ from: { address: 'sales@example.ru', name: 'Newsletter' }, inReplyTo: null });
    assert.equal(side(answer), 'employee');
    assert.equal(side({ ...answer, text: 'Открыть письмо в браузере' }), 'employee');
  });
  it('is none of a group of ours, which writes its own name into From', () => {
    const replyTo = { address: 'ann@mail.example', name: 'Ann' };
    const to = [{ address: 'all@corp.example', name: null }];
    const group = { ...from('sales@example.ru', 'Ann via Newsletter'), replyTo, to };
    assert.equal(side(mailOf(group, { 'list-id': '<sales.example.ru>' })), 'client');
  });
  it('is no form’s, whose client stands in Reply-To', () => {
    const replyTo = { address: 'ivan@mail.example', name: null };
    const text = 'Открыть письмо в браузере\nНужно 20 окон';
    assert.equal(side(mailOf({ ...from('newsletter@forms.example'), replyTo, text })), 'client');
  });
});

describe('what a client passes on', () => {
  const shown = (over: Partial<Mail>) => {
    const event = readAll([mailOf({ text: null, quoted: 'Оплатите счёт', ...over })])[0]?.event;
    return event?.kind === 'message' ? event.text : null;
  };
  it('is what they say when they say nothing else', () => {
    assert.equal(shown({ subject: 'Fwd: Счёт' }), 'Оплатите счёт');
    assert.equal(shown({ subject: 'Счёт', text: 'Что это?' }), 'Что это?');
  });
  it('is not shown where they answer: it may be our own words', () =>
    assert.equal(shown({ subject: 'Re: Счёт' }), 'Re: Счёт'));
  it('makes an answer of ours no fuller', () => {
    const [, answer] = readAll([mailOf(), answerOf({ text: '', quoted: 'Оплатите счёт', subject: '' })]);
    assert.equal(answer?.event?.kind === 'message' && answer.event.wording?.empty, true);
    assert.equal(answer?.event?.kind === 'message' && answer.event.text, '');
  });
});

describe('a form on a web site', () => {
  const client = { address: 'ivan@mail.example', name: 'Иван' };
  const form = (address: string, over: Partial<Mail> = {}) =>
    mailOf({ from: { address, name: 'Сайт' }, replyTo: client, ...over });
  it('writes for the client whom it names, as a robot or as ourselves', () => {
    for (const from of ['noreply@forms.example', 'sales@example.ru', 'wordpress@shop.example.ru']) {
      const [read] = readAll([form(from)]);
      assert.deepEqual(
        [read?.event?.side, read?.event?.author.typed?.email],
        ['client', client.address],
        from,
      );
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
      side(
        form('sales@example.ru', {
          to: [{ address: 'ann@mail.example', name: null }],
          ...proven('example.ru'),
        }),
        TRUSTING,
      ),
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

it('an answer that follows another keeps its date, though a later question of the chain is read before both', () => {
  const first = answerOf({ messageId: 'a1@example.ru', internalDate: MAIL_AT + 60_000 });
  const second = answerOf({
    messageId: 'a2@example.ru',
    inReplyTo: 'a1@example.ru',
    references: ['q1@mail.example', 'a1@example.ru'],
    internalDate: MAIL_AT + 120_000,
  });
  const again = mailOf({
    messageId: 'q2@mail.example',
    inReplyTo: 'a2@example.ru',
    references: ['q1@mail.example', 'a1@example.ru', 'a2@example.ru'],
    internalDate: MAIL_AT + 180_000,
  });
  const read = readAll([mailOf(), again, first, second]);
  assert.deepEqual(
    read.map(({ event }) => [(event?.at ?? 0) - MAIL_AT, event?.atSource]),
    [0, 180_000, 60_000, 120_000].map((after) => [after, 'provider']),
  );
});

describe('a form on a web site', () => {
  const ivan = { address: 'ivan@mail.example', name: 'Иван' };
  const lead = (over: Partial<Mail> = {}, headers: Record<string, string> = {}): Mail =>
    mailOf(
      {
        messageId: 'f1@forms.example',
        from: { address: 'noreply@forms.example', name: 'Site' },
        replyTo: ivan,
        ...over,
      },
      headers,
    );
  const who = (mail: Mail) => readAll([mail]).map(({ event }) => [event?.side, event?.author.id])[0];

  it('names the client in Reply-To, whatever its program says of itself', () => {
    const MARKS: Record<string, string>[] = [
      {},
      { 'auto-submitted': 'auto-generated' },
      { 'return-path': '<>' },
      { precedence: 'bulk' },
    ];
    for (const headers of MARKS) assert.deepEqual(who(lead({}, headers)), ['client', ivan.address]);
    const own = lead({ from: { address: 'wordpress@example.ru', name: null } });
    assert.deepEqual(who(own), ['client', ivan.address]);
  });

  it('is no form where it answers, or is of a list', () => {
    assert.equal(
      who(lead({ inReplyTo: 'a1@example.ru' }, { 'auto-submitted': 'auto-generated' }))?.[0],
      'bot',
    );
    assert.equal(who(lead({}, { 'auto-submitted': 'auto-replied' }))?.[0], 'bot');
    assert.equal(who(lead({}, { 'list-id': '<news.shop.example>', 'list-unsubscribe': '<x>' }))?.[0], 'bot');
  });

  it('of one service has as many clients as it names', () => {
    const [first, second, answer] = readAll([
      lead({ from: { address: 'forms@service.example', name: null } }),
      lead({
        messageId: 'f2@forms.example',
        from: { address: 'forms@service.example', name: null },
        replyTo: { address: 'petr@mail.example', name: null },
      }),
      answerOf({ inReplyTo: 'f1@forms.example', references: [], to: [ivan], subject: 'Re: Заказ' }),
    ]);
    assert.notEqual(first?.event?.thread, second?.event?.thread);
    assert.equal(answer?.event?.thread, first?.event?.thread);
  });

  it('that names the client in its text alone is a client’s where the config says so, each mail another’s', () => {
    const named = (id: string, text: string) => lead({ messageId: id, replyTo: null, text });
    const channel = emailChannelOf({ forms: ['noreply@forms.example'] });
    const mails = [named('f1@x', 'Почта: ivan@mail.example'), named('f2@x', 'Телефон: 8 900')];
    const told = readAll(mails, { channel }).map(({ event }) => [
      event?.side,
      event?.thread,
      event?.author.email,
      event?.author.typed?.email,
    ]);
    assert.deepEqual(told, [
      ['client', 'f1@x', null, 'ivan@mail.example'],
      ['client', 'f2@x', null, undefined],
    ]);
    assert.equal(who(named('f1@x', 'Почта'))?.[0], 'bot');
  });
});

describe('which question an answer of ours is to', () => {
  const answer = (over: Partial<Mail>) => answerOf({ inReplyTo: null, references: [], ...over });
  const inOrder = (...mails: readonly Mail[]) =>
    readAll(mails).map(({ event }) => [event?.side, event?.thread]);
  const QUESTION = ['client', 'q1@mail.example'];
  const ANSWER = ['employee', 'q1@mail.example'];

  it('a new mail to the client: that in which they wrote last', () => {
    const offer = answer({ subject: 'Наше предложение' });
    assert.deepEqual(inOrder(mailOf(), offer), [QUESTION, ANSWER]);
    assert.deepEqual(inOrder(mailOf(), answer({ subject: 'Заказ' })), [QUESTION, ANSWER]);
    const [, other] = inOrder(mailOf(), answer({ to: [{ address: 'x@mail.example', name: null }] }));
    assert.notDeepEqual(other, ANSWER);
  });

  it('whichever of the two is read first (law 2)', () => {
    for (const subject of ['Re: Заказ', 'Наше предложение']) {
      const [first, second] = inOrder(answer({ subject }), mailOf());
      assert.equal(first?.[1], second?.[1]);
    }
    // Said before the question, so no answer.
    const [early, question] = inOrder(
      answer({ internalDate: MAIL_AT - 1_000, subject: 'Предложение' }),
      mailOf(),
    );
    assert.notEqual(early?.[1], question?.[1]);
  });
});

it('two people whose program writes one Message-ID are two clients, and one mail read twice is one', () => {
  const by = (address: string, date: string) =>
    mailOf({ messageId: 'const@form.example', from: { address, name: null } }, { date });
  const [ann, boris, again] = readAll([
    by('ann@mail.example', 'Mon, 23 Nov 2026 10:00:00 +0300'),
    by('boris@other.example', 'Mon, 23 Nov 2026 10:05:00 +0300'),
    by('ann@mail.example', 'Mon, 23 Nov 2026 07:00:00 +0000'),
  ]);
  assert.equal(ann?.event?.id, 'const@form.example');
  assert.equal(again?.event?.id, ann?.event?.id);
  assert.notEqual(boris?.event?.id, ann?.event?.id);
  assert.notEqual(boris?.event?.thread, ann?.event?.thread);
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
      report: { isSure: true, action, about: [about], failed: ['ann@mail.example'], reached: [], named: [] },
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
