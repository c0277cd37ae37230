import assert from 'node:assert/strict';
import { HOSTILE, isLinear } from '@otklik/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { DeliveryReport, Mail } from './mail.ts';
import { messageIdOf } from './messageIds.ts';
import { namesNeeded, type Read, readMail } from './normalise.ts';
import { answerOf, emailChannelOf, MAIL_AT, mailOf, readingWith } from './testing/mails.ts';

const CHANNEL = emailChannelOf({
  forms: ['noreply@forms.example', '@leads.example'],
  junk: 'all',
  trustedAuthserv: ['mx.example.ru'],
});
const by = (address: string): Partial<Mail> => ({ from: { address, name: 'Сайт' } });
const ivan = { address: 'ivan@mail.example', name: 'Иван' };
const report = (over: Partial<DeliveryReport> = {}): Partial<Mail> => ({
  ...by('mailer-daemon@mx.example'),
  messageId: 'b1@mx.example',
  report: {
    isSure: true,
    action: 'failed',
    about: ['a1@example.ru'],
    failed: ['ann@mail.example'],
    reached: ['bob@mail.example'],
    named: ['ann@mail.example'],
    ...over,
  },
});

const KINDS: Readonly<Record<string, Mail>> = {
  question: mailOf({}, { date: 'Mon, 23 Nov 2026 10:00:00 +0300' }),
  answer: answerOf(),
  'an answer to many': answerOf({ to: [ivan, { address: 'ann@mail.example', name: null }] }),
  'a new mail of ours': answerOf({ inReplyTo: null, references: [], subject: 'Предложение' }),
  'a form with Reply-To': mailOf({ ...by('robot@forms2.example'), replyTo: ivan }, { precedence: 'bulk' }),
  'a form that names in its text': mailOf({
    ...by('noreply@forms.example'),
    text: 'Почта: ivan@mail.example',
  }),
  'a form of a whole domain': mailOf(by('x@leads.example')),
  'a form of our own site': mailOf({ ...by('wordpress@example.ru'), replyTo: ivan }),
  'a group of ours': mailOf(
    { ...by('sales@example.ru'), replyTo: ivan },
    { 'list-id': '<sales.example.ru>' },
  ),
  'a list of others': mailOf({}, { 'list-id': '<x.example>', 'list-unsubscribe': '<https://x.example>' }),
  'a mail of nobody': mailOf({ from: null }, { from: 'Иван Петров' }),
  'a mail that passes on': mailOf({ text: null, quoted: 'Счёт', subject: 'Fwd: Счёт' }),
  'what claims to be ours': answerOf({
    folder: 'inbox',
    authentication: ['mx.example.ru; dmarc=pass header.from=example.ru'],
  }),
  'spam of somebody': mailOf({ folder: 'junk' }),
  'a mailing': mailOf({ subject: 'Выпуск № 12 [Дайджест]', text: 'View this email in your browser' }),
  'a report': mailOf(report(), { 'return-path': '<>' }),
  'a report that names no mail': mailOf(report({ about: [] })),
  'a report that may be a person’s': mailOf(report({ isSure: false })),
  'a report of a delay': mailOf(report({ action: 'delayed' })),
};

/** The mailbox reader lets no other characters through. */
const JUNK = fc
  .oneof(
    fc.constantFrom(
      '',
      ' ',
      '@',
      '<>',
      'a@',
      '@a',
      'a@b@c',
      '"',
      '<',
      're:',
      'Re: '.repeat(500),
      'x'.repeat(5_000),
    ),
    fc.string({ unit: 'binary' }),
  )
  .map((text) => text.replaceAll('\0', '').toWellFormed());

function destroyed(mail: Mail): fc.Arbitrary<Mail> {
  const plain = { ...mail, headers: Object.fromEntries(mail.headers) };
  const how = fc.record({ at: fc.nat(), cut: fc.nat(40), junk: JUNK, kind: fc.nat(3) });
  return fc.array(how, { minLength: 1, maxLength: 5 }).map((hows) => {
    const ruined = structuredClone(plain);
    for (const { at, cut, junk, kind } of hows) {
      const places = placesIn(ruined);
      const { holder, key } = places[at % places.length] ?? { holder: {}, key: '' };
      const value = holder[key];
      if (Array.isArray(value)) holder[key] = kind === 0 ? [] : [...value, ...value];
      else if (typeof value === 'string')
        holder[key] = [junk, value.slice(0, cut), `${value}${value}`, `${value.slice(cut)}${junk}`][
          kind
        ]?.toWellFormed();
    }
    return {
      ...ruined,
      headers: new Map(Object.entries(ruined.headers)),
      // As the mailbox reader does.
      messageId: messageIdOf(ruined.messageId ?? undefined),
      inReplyTo: messageIdOf(ruined.inReplyTo ?? undefined),
      references: ruined.references.flatMap((id) => messageIdOf(id) ?? []),
    };
  });
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, child]): Place[] => {
    if (key === 'folder' || key === 'action') return [];
    const here = typeof child === 'string' || Array.isArray(child) ? [{ holder, key }] : [];
    return [...here, ...placesIn(child)];
  });
}

/** Each knows only the names that it asks for. */
function readAll(mails: readonly Mail[]): Read[] {
  const memory = new Map<string, string>();
  const people = new Set(['olga@mail.private']);
  return mails.map((mail) => {
    const asked = namesNeeded(mail, CHANNEL, people);
    const known = new Map(
      asked.flatMap((name) => {
        const value = memory.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const read = readMail(
      mail,
      readingWith(known, { channel: CHANNEL, people, receivedAt: MAIL_AT + 10 ** 8 }),
    );
    for (const [name, value] of read.learned) memory.set(name, value);
    return read;
  });
}

describe('a mail that was destroyed on the way', () => {
  const last = mailOf({ messageId: 'last@other.example', ...by('vera@other.example'), subject: 'Замер' });
  for (const [kind, mail] of Object.entries(KINDS))
    it(`${kind}: is read all the same, and hides no other`, () => {
      fc.assert(
        fc.property(destroyed(mail), destroyed(mail), (first, second) => {
          const reads = readAll([KINDS.question ?? first, first, KINDS.answer ?? first, second, last]);
          for (const { event, bounce } of reads)
            for (const one of [event, bounce])
              if (one) {
                assert.ok(Number.isSafeInteger(one.at), 'its time is one');
                // Text that the database refuses would come back for ever.
                assert.ok(!/\\u0000|\\ud[89a-f]/.test(JSON.stringify(one)), 'it can be kept');
                assert.ok(one.id !== '' && one.thread !== '');
              }
          const event = reads.at(-1)?.event;
          assert.deepEqual([event?.side, event?.author.id], ['client', 'vera@other.example']);
        }),
        { numRuns: 500 },
      );
    });
});

describe('a mail with 100,000 characters in each of its fields is read in linear time', () => {
  const long = (text: string): Mail =>
    mailOf(
      {
        messageId: text,
        inReplyTo: text,
        references: [text],
        from: { address: text, name: text },
        replyTo: { address: `x${text}`, name: text },
        to: [{ address: text, name: text }],
        subject: text,
        text,
        authentication: [text],
        precedence: [text],
      },
      Object.fromEntries(
        ['from', 'return-path', 'auto-submitted', 'list-id', 'list-unsubscribe', 'delivered-to', 'date'].map(
          (name) => [name, text],
        ),
      ),
    );
  for (const [what, over] of [
    ['of somebody', {}],
    ['of nobody', { from: null, replyTo: null }],
    ['of a form', { from: { address: 'noreply@forms.example', name: null }, replyTo: null }],
    ['without words of its own', { text: null }],
  ] as const)
    it(what, () => {
      const read = (text: string) =>
        readAll([{ ...long(text), ...over, ...('text' in over && { quoted: text }) }]);
      assert.deepEqual(
        HOSTILE.filter((piece) => !isLinear(read, piece)),
        [],
      );
    });
});
