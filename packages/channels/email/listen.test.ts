import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '@otklik/testing';
import { afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Listener } from '../channel.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { listenMailbox } from './listen.ts';
import type { MailPace } from './pace.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { emailChannelOf } from './testing/mails.ts';
import { FAST } from './testing/provider.ts';

const OWN = 'mx.example.ru';
const PRIVACY = { text: 'full', keepText: 0, keepEvents: 0 } as const;

function mail(id: string, more = '', body = 'Здравствуйте!', from = 'ann@mail.example'): string {
  return `From: Ann <${from}>\nTo: sales@example.ru\nSubject: Order\nMessage-ID: <${id}>\nMIME-Version: 1.0\n${more === '' ? 'Content-Type: text/plain; charset=utf-8\n' : more}\n${body}\n`;
}

/** Keeps the test's own mails out of the measurement. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
};

describe('a mailbox', () => {
  let mailbox: TestMailbox;
  let world: TestWorld;
  let listeners: Listener[];
  beforeAll(async () => {
    mailbox = await TestMailbox.open();
  });
  let run = 0;
  beforeEach(() => {
    run += 1;
    world = new TestWorld();
    listeners = [];
  });
  afterEach(async () => {
    for (const listener of listeners) listener.stop();
    await Promise.all(listeners.map(({ done }) => done));
  });

  const listen = (pace: Partial<MailPace> = {}, imap = mailbox.imap) => {
    const channel = emailChannelOf({ imap: { reveal: () => imap }, trustedAuthserv: [OWN] });
    const listener = listenMailbox({ channel, people: new Set(), privacy: PRIVACY }, world, {
      ...FAST,
      ...pace,
    });
    listeners.push(listener);
    return listener;
  };
  const up = () =>
    until(() => world.state?.up === true && world.state.caughtUp, { timeoutMs: 10_000, what: 'up' });
  /** Ids of this test's mails: all tests share the mailbox. */
  const seen = () => [...new Set(world.eventIds)].filter((id) => id.startsWith(`t${run}.`));
  const id = (name: string) => `t${run}.${name}@mail.example`;
  const arrives = (...names: string[]) =>
    until(() => names.every((name) => seen().includes(id(name))), {
      timeoutMs: 10_000,
      what: names.join(' and '),
    });

  it('is read without a trace: nothing is marked as seen', async () => {
    await mailbox.append('INBOX', mail(id('a')));
    listen();
    await arrives('a');
    const client = await mailbox.open();
    await client.mailboxOpen('INBOX', { readOnly: true });
    const flags = await client.fetchOne('*', { flags: true });
    client.close();
    assert.ok(flags && !flags.flags?.has('\\Seen'));
  });

  it('tells of a new mail in any folder, and of an answer in the folder of sent mail', async () => {
    listen();
    await up();
    const client = await mailbox.open();
    await client.mailboxCreate(`Клиенты ${run}`);
    client.close();
    await mailbox.append(`Клиенты ${run}`, mail(id('a')));
    await mailbox.append(
      'Sent',
      mail(id('b'), `In-Reply-To: <${id('a')}>\n`, 'Да', 'sales@example.ru').replace(
        'To: sales@example.ru',
        'To: ann@mail.example',
      ),
    );
    await arrives('a', 'b');
    const sides = world.kept.flatMap(({ events }) => events).filter((event) => seen().includes(event.id));
    assert.deepEqual(
      new Set(sides.map(({ side, thread }) => `${side} ${thread}`)),
      new Set([`client ${id('a')}`, `employee ${id('a')}`]),
    );
  });

  it('knows who wrote, and what, though it is written as no standard has it', async () => {
    const bare = (name: string, headers: string, body = 'Вопрос') =>
      `${headers}\nTo: sales@example.ru\nSubject: Order\nMessage-ID: <${id(name)}>\nMIME-Version: 1.0\n${body.startsWith('Content-') ? '' : 'Content-Type: text/plain; charset=utf-8\n\n'}${body}\n`;
    const parts = (kind: string, ...some: string[]) =>
      `Content-Type: multipart/${kind}; boundary=B\n\n${some.map((part) => `--B\n${part}\n`).join('')}--B--`;
    const plain = (text: string) => `Content-Type: text/plain; charset=utf-8\n\n${text}`;
    const picture =
      'Content-Type: image/png; name=a.png\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=';
    const from = 'From: Ann <ann@mail.example>';
    await mailbox.append('INBOX', bare('loose', 'From: Boris boris@other.example'));
    await mailbox.append('INBOX', bare('comma', 'From: Petrova, Vera <vera@other.example>'));
    await mailbox.append('INBOX', bare('reply-to', 'Reply-To: petr@other.example'));
    await mailbox.append('INBOX', bare('sender', 'Sender: olga@other.example'));
    await mailbox.append(
      'INBOX',
      bare(
        'html',
        from,
        parts('alternative', plain(' '), 'Content-Type: text/html; charset=utf-8\n\n<p>Когда?</p>'),
      ),
    );
    await mailbox.append(
      'INBOX',
      bare('cut', from, parts('mixed', plain('Добрый день'), picture, plain('Сколько?'))),
    );
    // «Привет» in windows-1251, without a charset.
    const windows = '\xcf\xf0\xe8\xe2\xe5\xf2';
    const unnamed = bare('windows', from, `Content-Type: text/plain\n\n${windows}`).replace('Order', windows);
    await mailbox.append('INBOX', Buffer.from(unnamed.replaceAll('\n', '\r\n'), 'latin1'));
    listen();
    await arrives('loose', 'comma', 'reply-to', 'sender', 'html', 'cut', 'windows');
    const told = new Map(world.kept.flatMap(({ events }) => events).map((event) => [event.id, event]));
    const read = (name: string) => told.get(id(name));
    assert.deepEqual(
      ['loose', 'comma', 'reply-to', 'sender'].map((name) => read(name)?.author.id),
      ['boris@other.example', 'vera@other.example', 'petr@other.example', 'olga@other.example'],
    );
    const words = (name: string) => {
      const event = read(name);
      return event && 'text' in event ? event.text : null;
    };
    assert.deepEqual(['html', 'cut', 'windows'].map(words), ['Когда?', 'Добрый день\n\nСколько?', 'Привет']);
    const windowsMail = read('windows');
    assert.equal(windowsMail?.kind === 'message' && windowsMail.subject?.title, 'Привет');
  });

  it('finds the thread of an answer whose In-Reply-To has several ids, or words', async () => {
    const answer = (name: string, replied: string) =>
      mail(id(name), `In-Reply-To: ${replied}\n`, 'Да', 'sales@example.ru')
        .replace('To: sales@example.ru', 'To: ann@mail.example')
        .replace('Subject: Order', 'Subject: По вашему вопросу');
    await mailbox.append('INBOX', mail(id('q')));
    await mailbox.append('Sent', answer('two', `<${id('q')}> <other@x.example>`));
    await mailbox.append('Sent', answer('words', `Message from Ann of "Mon, 23 Nov" <${id('q')}>`));
    listen();
    await arrives('q', 'two', 'words');
    const events = world.kept.flatMap(({ events }) => events);
    const threads = ['two', 'words'].map((name) => events.find((event) => event.id === id(name))?.thread);
    assert.deepEqual(threads, [id('q'), id('q')]);
  });

  it('counts a mail once when it is moved, also out of spam', async () => {
    listen();
    await up();
    await mailbox.append('INBOX', mail(id('a')));
    await arrives('a');
    const client = await mailbox.open();
    await client.mailboxOpen('INBOX');
    await client.mailboxCreate(`Archive ${run}`).catch(() => undefined);
    await client.messageMove('*', `Archive ${run}`);
    client.close();
    await mailbox.append('INBOX', mail(id('b')));
    await arrives('b');
    assert.deepEqual(seen().toSorted(), [id('a'), id('b')]);
  });

  it('is read again by date when its UIDs have begun anew', async () => {
    await mailbox.append('INBOX', mail(id('a')));
    listen();
    await arrives('a');
    for (const listener of listeners.splice(0)) {
      listener.stop();
      await listener.done;
    }
    const places = JSON.parse(world.cursor ?? '{}') as Record<
      string,
      { uidValidity: string; lastUid: number }
    >;
    world.cursor = JSON.stringify({ ...places, INBOX: { uidValidity: '1', lastUid: 99_999 } });
    await mailbox.append('INBOX', mail(id('b')));
    listen();
    await arrives('b');
  });

  it('is connected to again when the server ends the connection, and what came meanwhile is read', async () => {
    listen();
    await up();
    for (const pid of mailbox.imapProcesses()) process.kill(pid, 'SIGKILL');
    await mailbox.append('INBOX', mail(id('a')));
    await arrives('a');
  });

  it('is found dead when the server does not answer any more', async () => {
    listen({ socketTimeoutMs: 300 });
    await up();
    const stopped = mailbox.imapProcesses();
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    try {
      world.states.length = 0;
      await until(() => world.states.some((state) => !state.up), {
        timeoutMs: 10_000,
        what: 'it is noticed',
      });
    } finally {
      for (const pid of stopped) process.kill(pid, 'SIGKILL');
    }
    await up();
  });

  it('says what is wrong with its password, and with its address', async () => {
    listen({}, mailbox.imap.replace('secret-of-this-test', 'wrong'));
    await until(() => world.problem?.includes('app password'), { timeoutMs: 10_000, what: 'the problem' });
    assert.doesNotMatch(JSON.stringify(world.logged), /wrong|sales/);
    world = new TestWorld();
    listen({}, 'imap://sales:x@127.0.0.1:1');
    await until(() => world.problem?.includes('does not answer'), { what: 'the other problem' });
  });

  it('gives the words of any charset and of HTML, and asks for no attachment', async () => {
    const attachment = Buffer.alloc(30_000_000, 7).toString('base64').replaceAll(/.{76}/g, '$&\n');
    const type = 'Content-Type: multipart/mixed; boundary="b"\n';
    const letter = 'Content-Type: message/rfc822\n\nSubject: x\nContent-Type: text/plain\n\nSomebody else';
    const body = `--b\n${letter}\n--b\nContent-Type: text/html; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n${Buffer.from([0xe4, 0xc1]).toString('base64')}\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\n${attachment}\n--b--`;
    await mailbox.append('INBOX', mail(id('a'), type, body));
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    listen();
    await arrives('a');
    const event = world.kept.flatMap(({ events }) => events).find((each) => each.id === id('a'));
    assert.equal(event?.kind === 'message' && event.text, 'Да');
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  });

  it('keeps aside what only says that a colleague wrote it; the own server’s header, its topmost, proves it', async () => {
    listen();
    await up();
    const answer = (name: string, headers: string) =>
      mailbox.append(
        'INBOX',
        `${headers}${mail(id(name), `In-Reply-To: <${id('a')}>\n`, 'Да', 'sales@example.ru').replace('To: sales@example.ru', 'To: ann@mail.example')}`,
      );
    const header = (result: string) =>
      `Authentication-Results: ${OWN};\n\tdmarc=${result} (p=none;\n dis=none) header.from=example.ru\n`;
    await mailbox.append('INBOX', mail(id('a')));
    await answer('b', `Authentication-Results: evil.example; dmarc=pass header.from=example.ru\n`);
    await answer('c', header('fail') + header('pass'));
    await answer('d', header('pass') + header('fail'));
    await arrives('a', 'd');
    assert.deepEqual(seen().toSorted(), [id('a'), id('d')]);
    assert.deepEqual(
      world.quarantined.map(({ body }) => (body as { messageId: string }).messageId),
      [id('b'), id('c')],
    );
  });

  it('reads again what it could not read, by its id or its place; what is gone stays kept aside', async () => {
    await mailbox.append('INBOX', mail(id('a')));
    const listener = listen();
    await arrives('a');
    await up();
    const kept = world.kept.length;
    const gone = { messageId: id('gone'), folder: 'inbox', size: 9 };
    await listener.readAgain?.([
      { body: { messageId: id('a'), folder: 'inbox', size: 9 }, at: 1 },
      { body: { folder: 'INBOX', uid: 1 }, at: 1 },
      { body: gone, at: 1 },
    ]);
    const [named, placed, ...more] = world.kept
      .slice(kept)
      .flatMap(({ events }) => events.map((event) => event.id));
    assert.deepEqual([named, more], [id('a'), []]);
    assert.ok(placed, 'the first mail of the inbox, whoever’s it is');
    assert.deepEqual(world.quarantined.at(-1), { body: gone, reason: 'this mail is in the mailbox no more' });
  });

  it('takes back an answer that bounced', async () => {
    listen();
    await up();
    await mailbox.append('INBOX', mail(id('a')));
    await mailbox.append(
      'Sent',
      mail(id('b'), `In-Reply-To: <${id('a')}>\n`, 'Да', 'sales@example.ru').replace(
        'To: sales@example.ru',
        'To: ann@mail.example',
      ),
    );
    await arrives('a', 'b');
    const type = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n';
    const body = `--b\nContent-Type: text/plain\n\nNot delivered\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ann@mail.example\nAction: failed\nStatus: 5.1.1\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <${id('b')}>\n--b--`;
    await mailbox.append('INBOX', mail(id('c'), type, body, 'mailer-daemon@example.ru'));
    await arrives('c');
    const bounce = world.kept.flatMap(({ events }) => events).find((event) => event.id === id('c'));
    assert.deepEqual(bounce?.kind === 'bounce' && [bounce.of, bounce.thread], [id('b'), id('a')]);
  });
  it('takes back an answer that bounced, whichever of the two is read first', async () => {
    const answer = mail(id('b'), `In-Reply-To: <${id('a')}>\n`, 'Да', 'sales@example.ru').replace(
      'To: sales@example.ru',
      'To: ann@mail.example',
    );
    const isTakenBack = () =>
      world.kept
        .flatMap(({ events }) => events)
        .some((event) => event.kind === 'bounce' && event.of === id('b') && event.thread === id('a'));
    await mailbox.append('INBOX', mail(id('a')));
    listen();
    await arrives('a');
    const body = `Your message could not be delivered to ann@mail.example.\n\nMessage-ID: <${id('b')}>\n`;
    await mailbox.append('INBOX', mail(id('c'), '', body, 'mailer-daemon@example.ru'));
    await mailbox.append('INBOX', mail(id('d')));
    await arrives('d');
    await mailbox.append('Sent', answer);
    await until(isTakenBack, { timeoutMs: 10_000, what: 'the bounce' });
  });
});
