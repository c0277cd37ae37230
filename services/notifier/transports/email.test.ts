import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { company, pingAbout, waiting } from '../testing/company.ts';
import { emailTransport } from './email.ts';
import { handOverOf } from './smtpRefusals.ts';

const NOW = at('10:03:00');
const ID_OF_END = '0199f3c0-1111-7000-8000-0000000000ee';

describe('e-mail', () => {
  /** What the server says to the next recipients: nothing is a yes. */
  const answers: (Error & { responseCode: number })[] = [];
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // As the large providers do: an account writes under its own address, or not at all.
    onMailFrom: ({ address }, _session, done) =>
      done(
        address === 'otklik@example.ru'
          ? null
          : Object.assign(new Error('5.7.1 Sender address rejected: not owned by auth user'), {
              responseCode: 553,
            }),
      ),
    onRcptTo: (_address, _session, done) => done(answers.shift()),
    onData: (stream, _session, done) => {
      let mail = '';
      stream.on('data', (chunk: Buffer) => {
        mail += chunk.toString();
      });
      stream.on('end', () => {
        mails.push(mail);
        done();
      });
    },
  });
  let port = 0;
  let transport: ReturnType<typeof emailTransport>;
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
    port = (server.server.address() as AddressInfo).port;
    const config = company(`email: { smtp: "smtp://127.0.0.1:${port}", from: "Отклик <otklik@example.ru>" }`);
    transport = emailTransport(
      () => config,
      () => NOW,
    );
  });
  afterAll(async () => {
    transport.close();
    await new Promise<void>((closed) => server.close(closed));
  });
  afterEach(() => {
    mails.length = 0;
  });

  const said = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
  const send = (recipient: string, link: string | null = null) =>
    transport.send([pingAbout(waiting({ link }), { recipient, transport: 'email' })], NOW);
  /** The header, decoded (RFC 2047). */
  const header = (mail: string, name: string) =>
    (new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(mail)?.[1] ?? '')
      .replaceAll(/\r\n[ \t]/g, '')
      .replaceAll(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_all, how: string, text: string) =>
        how.toUpperCase() === 'B'
          ? Buffer.from(text, 'base64').toString()
          : Buffer.from(
              text
                .replaceAll('_', ' ')
                .replaceAll(/=([0-9A-F]{2})/gi, (_hex, code: string) =>
                  String.fromCharCode(Number.parseInt(code, 16)),
                ),
              'latin1',
            ).toString(),
      );
  /** One of the two ways in which a mail says the same (RFC 2046, 5.1.4). */
  const partOf = (mail: string, type: string) => {
    const boundary = /boundary="([^"]+)"/.exec(header(mail, 'Content-Type'))?.[1] ?? '';
    const part = mail.split(`--${boundary}`).find((each) => each.includes(`Content-Type: ${type}`));
    return (part ?? '').trimStart();
  };
  const text = (whole: string, type = 'text/plain') => {
    const mail = partOf(whole, type);
    const body = mail.slice(mail.indexOf('\r\n\r\n') + 4);
    return header(mail, 'Content-Transfer-Encoding') === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : Buffer.from(
          body
            .replaceAll('=\r\n', '')
            .replaceAll(/=([0-9A-F]{2})/g, (_all, code: string) =>
              String.fromCharCode(Number.parseInt(code, 16)),
            ),
          'latin1',
        ).toString();
  };

  it('reaches its recipient with the client’s words, under the notice’s own id, marked as made by a machine', async () => {
    assert.deepEqual(await send('anna', 'https://example.ru/chats/42'), {
      outcome: 'sent',
      mail: '0199f3c0-1111-7000-8000-00000000000f',
    });
    const [mail = ''] = mails;
    assert.equal(header(mail, 'To'), 'anna@example.ru');
    assert.equal(header(mail, 'From'), 'Отклик <otklik@example.ru>');
    assert.equal(header(mail, 'Subject'), 'Иван ждёт ответа · Чат на сайте');
    assert.equal(header(mail, 'Message-ID'), '<0199f3c0-1111-7000-8000-00000000000f@example.ru>');
    assert.equal(header(mail, 'Auto-Submitted'), 'auto-generated');
    assert.match(
      text(mail, 'text/html'),
      /<a href="https:\/\/example\.ru\/chats\/42">https:\/\/example\.ru\/chats\/42<\/a>/,
    );
    assert.deepEqual(text(mail).trim().split(/\r?\n/), [
      '⏳ Иван ждёт ответа',
      '',
      '«Есть ли доставка?»',
      '',
      'Чат на сайте',
      'Ждёт с 10:00:00, ответить до 10:05:00',
      '',
      'Открыть чат: https://example.ru/chats/42',
      '',
      'Не отвечайте на это письмо: до клиента ответ не дойдёт.',
    ]);
  });

  it('is one thread with all that is said of the wait, under one subject', async () => {
    await send('anna');
    const late = { warned_at: at('10:03:00'), breached_at: at('10:05:00'), breach_at: at('10:02:00') };
    await transport.send([pingAbout(waiting(late), { stage: 'breached', transport: 'email' })], NOW);
    const of = (name: string) => mails.map((mail) => header(mail, name));
    assert.equal(new Set(of('Subject')).size, 1);
    assert.deepEqual(new Set(of('References')), new Set([`<wait.${waiting().id}@example.ru>`]));
    assert.match(text(mails[1] ?? ''), /^🔴 Иван ждёт ответа слишком долго/);
  });

  it('links to the very wait on the board, in a list for each', async () => {
    const config = {
      ...company(`email: { smtp: "smtp://127.0.0.1:${port}", from: "Отклик <otklik@example.ru>" }`),
      publicUrl: 'https://otklik.example.ru/',
    };
    const transport = emailTransport(
      () => config,
      () => NOW,
    );
    const other = { id: '0199f3c0-0000-7000-8000-000000000009', client_name: 'Ольга' };
    const [first, second] = [
      pingAbout(waiting()),
      pingAbout(waiting(other), { id: '0199f3c0-1111-7000-8000-00000000000e' }),
    ];
    await transport.send([first], NOW);
    await transport.send([first, second], NOW);
    transport.close();
    const link = `https://otklik.example.ru/?wait=${waiting().id}`;
    const [ping = '', list = ''] = mails;
    assert.match(text(ping), new RegExp(`^На доске: ${RegExp.escape(link)}$`, 'm'));
    assert.ok(text(ping, 'text/html').includes(`<a href="${link}">`));
    assert.match(text(list), new RegExp(`^   На доске: ${RegExp.escape(link)}$`, 'm'));
    assert.match(text(list), /^ {3}На доске: https:\/\/otklik\.example\.ru\/\?wait=\S+09$/m);
    assert.match(text(list), /^Доска: https:\/\/otklik\.example\.ru\/$/m);
  });

  const ended = (said: Parameters<typeof waiting>[0], more: Parameters<typeof pingAbout>[1] = {}) =>
    pingAbout(waiting(said), { id: ID_OF_END, type: 'wait.ended', transport: 'email', ...more });

  it('says in the thread of the ping how it ended', async () => {
    await send('anna');
    const answered = { closed_at: at('10:04:10'), outcome: 'answered', answered_by: 'anna' } as const;
    await transport.send([ended(answered, { ends: ['0199f3c0-1111-7000-8000-00000000000f'] })], NOW);
    const [ping = '', end = ''] = mails;
    assert.equal(header(end, 'Subject'), header(ping, 'Subject'));
    assert.equal(header(end, 'In-Reply-To'), header(ping, 'Message-ID'));
    assert.equal(header(end, 'References'), header(ping, 'References') + header(ping, 'Message-ID'));
    assert.equal(header(end, 'Message-ID'), `<${ID_OF_END}@example.ru>`);
    assert.equal(header(end, 'Auto-Submitted'), 'auto-generated');
    assert.deepEqual(text(end).trim().split(/\r?\n/), [
      '✅ Отвечено за 4:10 — Анна Петрова',
      '',
      'Иван · Чат на сайте',
    ]);
  });

  it('tells of all that ended together in one mail, whoever has it now by name', async () => {
    const first = ended({ closed_at: at('10:06:00'), outcome: 'answered', answered_by: 'anna' });
    const second = ended({
      id: '0199f3c0-0000-7000-8000-000000000009',
      client_name: 'Ольга',
      owner: 'boris',
    });
    await transport.send([first, { ...second, data: { handed: true } }], NOW);
    const [mail = ''] = mails;
    assert.equal(mails.length, 1);
    assert.equal(header(mail, 'Subject'), '✅ Ответа от вас больше не ждут: 2');
    assert.deepEqual(text(mail).trim().split(/\r?\n/), [
      'Ответа от вас больше не ждут: 2',
      '',
      '1. ✅ Иван · Чат на сайте · отвечено за 6:00 — Анна Петрова, на 1:00 позже срока',
      '2. ➡️ Ольга · Чат на сайте · передано: Boris Smith',
    ]);
  });

  it('shows a client’s markup as words', async () => {
    const wait = waiting({ client_name: '<img src=x>', text: '<b>жирно</b>' });
    await transport.send([pingAbout(wait, { transport: 'email' })], NOW);
    const html = text(mails[0] ?? '', 'text/html');
    assert.match(html, /&lt;b&gt;жирно&lt;\/b&gt;/);
    assert.doesNotMatch(html, /<img|<b>/);
  });

  it('marks a client’s lines so that no program takes them for a quotation in the reply', async () => {
    const wait = waiting({ text: 'Есть ли доставка?\nИ сколько?' });
    await transport.send([pingAbout(wait, { transport: 'email' })], NOW);
    assert.match(text(mails[0] ?? ''), /\n│ Есть ли доставка\?\r?\n│ И сколько\?\r?\n/);
    assert.doesNotMatch(text(mails[0] ?? ''), /^>/m);
  });

  it('speaks the recipient’s language', async () => {
    await send('boris');
    assert.match(header(mails[0] ?? '', 'Subject'), /^Иван is waiting for an answer · /);
    assert.match(text(mails[0] ?? ''), /“Есть ли доставка\?”/);
  });

  it('tells of all that is due together in one mail', async () => {
    const other = {
      id: '0199f3c0-0000-7000-8000-000000000009',
      client_name: 'Ольга',
      breach_at: at('10:06:00'),
    };
    const [first, second] = [
      pingAbout(waiting({ link: 'https://example.ru/chats/42' })),
      pingAbout(waiting(other), { id: '0199f3c0-1111-7000-8000-00000000000e' }),
    ];
    assert.deepEqual(await transport.send([first, second], NOW), {
      outcome: 'sent',
      mail: '0199f3c0-1111-7000-8000-00000000000f',
    });
    const [mail = '', ...more] = mails;
    assert.deepEqual(more, []);
    assert.equal(header(mail, 'Subject'), '⏳ Ждут ответа: 2');
    assert.equal(header(mail, 'Message-ID'), `<${first.id}@example.ru>`);
    assert.deepEqual(text(mail).trim().split(/\r?\n/), [
      'Ждут ответа: 2',
      '',
      '1. ⏳ Иван · Чат на сайте · ответить до 10:05:00',
      '   «Есть ли доставка?»',
      '   Открыть чат: https://example.ru/chats/42',
      '2. ⏳ Ольга · Чат на сайте · ответить до 10:06:00',
      '   «Есть ли доставка?»',
      '',
      'Не отвечайте на это письмо: до клиента ответ не дойдёт.',
    ]);
  });

  it('is tried again when the server is busy, and given up when it refuses', async () => {
    answers.push(said(451));
    assert.equal((await send('anna')).outcome, 'retry');
    answers.push(said(550));
    assert.deepEqual(await send('anna'), {
      outcome: 'refused',
      isDeadEnd: true,
      problem: "Can't send mail - all recipients were rejected: 550 no",
    });
    assert.deepEqual(await send('anna'), { outcome: 'sent', mail: '0199f3c0-1111-7000-8000-00000000000f' });
  });

  const refusals: { says: string; code: number; outcome: string; isDeadEnd?: true }[] = [
    { says: '5.1.1 no such user', code: 550, outcome: 'refused', isDeadEnd: true },
    { says: '5.2.1 mailbox disabled', code: 550, outcome: 'refused', isDeadEnd: true },
    { says: 'User unknown', code: 551, outcome: 'refused', isDeadEnd: true },
    { says: '5.7.1 Relay access denied', code: 554, outcome: 'closed' },
    { says: 'relay not permitted', code: 550, outcome: 'closed' },
    { says: '5.7.0 Authentication required', code: 530, outcome: 'closed' },
    { says: '4.2.2 mailbox full', code: 452, outcome: 'retry' },
    { says: 'Sender address rejected: not owned by user otklik@example.ru', code: 553, outcome: 'closed' },
    { says: '5.1.8 Bad sender address', code: 550, outcome: 'closed' },
    { says: '5.1.1 the recipient has moved, sender may ask', code: 550, outcome: 'refused', isDeadEnd: true },
  ];
  for (const { says, code, outcome, isDeadEnd } of refusals)
    it(`a recipient refused with “${code} ${says}” is ${isDeadEnd ? 'a dead end' : outcome}`, async () => {
      answers.push(Object.assign(new Error(says), { responseCode: code }));
      const result = await send('anna');
      assert.deepEqual(
        [result.outcome, 'isDeadEnd' in result ? result.isDeadEnd : undefined],
        [outcome, isDeadEnd],
      );
    });

  it('a refused sender is a fault of the set-up', () => {
    const error = Object.assign(new Error('no'), {
      code: 'EENVELOPE',
      command: 'MAIL FROM',
      responseCode: 550,
    });
    assert.equal(handOverOf(error).outcome, 'closed');
  });

  it('a sender refused only when the server has the whole mail is a fault of the set-up too, and a refused text is not', () => {
    const after = (response: string) =>
      handOverOf(
        Object.assign(new Error(response), {
          code: 'EMESSAGE',
          command: 'DATA',
          responseCode: 550,
          response,
        }),
      ).outcome;
    assert.equal(
      after('550 5.7.1 Unauthenticated email is not accepted due to the domain’s DMARC policy'),
      'closed',
    );
    assert.equal(
      after('550 5.7.60 SendAsDenied; client does not have permissions to send as this sender'),
      'closed',
    );
    assert.equal(after('554 5.6.0 the message is too long'), 'refused');
  });

  it('is given up for people without an address', async () => {
    assert.equal((await send('vera')).outcome, 'refused');
  });

  it('waits for a password that is wrong to be mended', async () => {
    const strict = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(said(535)),
    });
    await new Promise<void>((listening) => strict.listen(0, '127.0.0.1', () => listening()));
    const { port: other } = strict.server.address() as AddressInfo;
    const config = company(
      `email: { smtp: "smtp://us:wrong@127.0.0.1:${other}", from: "otklik@example.ru" }`,
    );
    const signedOut = emailTransport(
      () => config,
      () => NOW,
    );
    const result = await signedOut.send([pingAbout(waiting(), { transport: 'email' })], NOW);
    signedOut.close();
    await new Promise<void>((closed) => strict.close(closed));
    assert.equal(result.outcome, 'closed');
  });

  it('is tried again when there is no server', async () => {
    const config = company('email: { smtp: "smtp://127.0.0.1:1", from: "otklik@example.ru" }');
    const nowhere = emailTransport(
      () => config,
      () => NOW,
    );
    const result = await nowhere.send([pingAbout(waiting(), { transport: 'email' })], NOW);
    nowhere.close();
    assert.equal(result.outcome, 'retry');
  });
});
