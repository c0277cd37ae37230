import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { fetchMails } from './fetchMails.ts';
import type { DeliveryReport, Mail } from './mail.ts';
import { namesNeeded, readMail } from './normalise.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { answerOf, MAIL_AT, mailOf, readingWith } from './testing/mails.ts';

const SAMPLES = join(import.meta.dirname, 'samples/bounces');
const NOTHING = [
  'of-cc-only',
  'client-relayed-cc-failed',
  'delayed-text',
  'delayed-report',
  'delivered-report',
];
const SETTING = ['question', 'answer', 'answer-with-copy-to-others'];

/** Each knows only the names that it asks for. */
function bouncesIn(mails: readonly Mail[]) {
  const memory = new Map<string, string>();
  return mails.flatMap((mail) => {
    const { channel, people } = readingWith();
    const known = new Map(
      namesNeeded(mail, channel, people).flatMap((name) => {
        const value = memory.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const read = readMail(mail, readingWith(known, { receivedAt: MAIL_AT + 10 * 86_400_000 }));
    for (const [name, value] of read.learned) memory.set(name, value);
    return [read.event, read.bounce].flatMap((event) =>
      event?.kind === 'bounce' ? [{ of: event.of, thread: event.thread, id: event.id }] : [],
    );
  });
}
const clientsIn = (mails: readonly Mail[]) =>
  mails.flatMap((mail) => {
    const { event } = readMail(mail, readingWith());
    return event?.side === 'client' ? [event.author.id] : [];
  });

describe('a mail that comes back', () => {
  const names = readdirSync(SAMPLES).map((file) => file.replace('.eml', ''));
  const read = new Map<string, Mail>();
  beforeAll(async () => {
    const box = await TestMailbox.open();
    for (const name of names) await box.append('INBOX', readFileSync(join(SAMPLES, `${name}.eml`), 'utf8'));
    const client = await box.open();
    await client.mailboxOpen('INBOX', { readOnly: true });
    const mails = await fetchMails(client, 'inbox', { from: 1, to: names.length }, () => true);
    await client.logout();
    for (const [at, name] of names.entries()) {
      const mail = mails[at] ?? mailOf();
      const folder = name.startsWith('answer') ? 'sent' : 'inbox';
      read.set(name, { ...mail, folder, internalDate: MAIL_AT + (name === 'question' ? 0 : 60_000) });
    }
  });
  const sample = (name: string) => read.get(name) ?? mailOf();

  for (const name of names.filter((name) => !SETTING.includes(name))) {
    const isNothing = NOTHING.includes(name);
    it(`${name}: ${isNothing ? 'is none' : 'is no answer'}, in whatever order they are read`, () => {
      const answer = sample(name.includes('cc') ? 'answer-with-copy-to-others' : 'answer');
      const bounce = sample(name);
      const expected = isNothing
        ? []
        : [{ of: 'a1@example.ru', thread: 'q1@client.example', id: bounce.messageId }];
      assert.deepEqual(bouncesIn([sample('question'), answer, bounce]), expected);
      assert.deepEqual(bouncesIn([sample('question'), bounce, answer]), expected);
      assert.deepEqual(bouncesIn([bounce, answer, sample('question')]), expected);
      assert.deepEqual(clientsIn([bounce]), []);
    });
  }
});

describe('a report that names no mail', () => {
  const reportAt = (at: number, over: Partial<DeliveryReport> = {}) =>
    mailOf({
      messageId: 'x1@mx.example',
      from: { address: 'mailer-daemon@mx.example', name: null },
      internalDate: at,
      report: {
        isSure: true,
        action: 'failed',
        about: [],
        failed: ['ann@mail.example'],
        reached: [],
        named: [],
        ...over,
      },
    });
  const of = (mails: readonly Mail[]) => bouncesIn(mails).map(({ of }) => of);
  const later = answerOf({ messageId: 'a2@example.ru', internalDate: MAIL_AT + 180_000 });
  const HOUR = 3_600_000;

  it('is about the latest mail of ours to whom it names', () => {
    assert.deepEqual(of([mailOf(), answerOf(), later, reportAt(MAIL_AT + HOUR)]), ['a2@example.ru']);
    assert.deepEqual(of([mailOf(), reportAt(MAIL_AT + HOUR), answerOf()]), ['a1@example.ru']);
    const words = { failed: [], named: ['support@mx.example', 'ann@mail.example'] };
    assert.deepEqual(of([mailOf(), answerOf(), reportAt(MAIL_AT + HOUR, words)]), ['a1@example.ru']);
  });
  it('is about none that is long past, or goes to others', () => {
    assert.deepEqual(of([mailOf(), answerOf(), reportAt(MAIL_AT + 7 * 24 * HOUR)]), []);
    assert.deepEqual(
      of([mailOf(), answerOf(), reportAt(MAIL_AT + HOUR, { failed: ['bob@mail.example'] })]),
      [],
    );
    assert.deepEqual(of([mailOf(), answerOf(), reportAt(MAIL_AT + HOUR, { action: 'delayed' })]), []);
  });
  it('is about none of ours where it names another mail, or only ourselves', () => {
    const elsewhere = { about: ['newsletter@crm.example'] };
    assert.deepEqual(of([mailOf(), answerOf(), reportAt(MAIL_AT + HOUR, elsewhere)]), []);
    const ourselves = { about: ['a1@example.ru'], failed: ['info@example.ru'] };
    assert.deepEqual(of([mailOf(), answerOf(), reportAt(MAIL_AT + HOUR, ourselves)]), []);
  });
  it('is not taken for one when it names a client’s mail', () => {
    assert.deepEqual(
      of([mailOf(), answerOf(), reportAt(MAIL_AT + HOUR, { about: ['q1@mail.example'] })]),
      [],
    );
  });
});

describe('what only looks like a report', () => {
  const doubtful = (about: string[]) =>
    mailOf({
      messageId: 'c2@mail.example',
      report: { isSure: false, action: 'failed', about, failed: [], reached: [], named: [] },
    });
  it('is a client’s mail, unless it is about a mail of ours', () => {
    assert.deepEqual(clientsIn([doubtful([])]), ['ann@mail.example']);
    assert.deepEqual(clientsIn([doubtful(['other@x'])]), ['ann@mail.example']);
    assert.deepEqual(
      bouncesIn([mailOf(), answerOf(), doubtful(['a1@example.ru'])]).map(({ of }) => of),
      ['a1@example.ru'],
    );
    assert.deepEqual(bouncesIn([mailOf(), doubtful(['a1@example.ru']), answerOf()]), [
      { of: 'a1@example.ru', thread: 'q1@mail.example', id: 'c2@mail.example/bounce' },
    ]);
  });
});
