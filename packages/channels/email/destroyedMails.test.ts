import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@otklik/testing';
import fc from 'fast-check';
import { it } from 'vitest';
import { TestWorld } from '../testing/testWorld.ts';
import { listenMailbox } from './listen.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { emailChannelOf } from './testing/mails.ts';
import { FAST } from './testing/provider.ts';

const FOLDER = join(import.meta.dirname, 'samples/bounces');
const TO = 'To: sales@example.ru\nSubject: Заявка\nMessage-ID: <m1@client.example>\nMIME-Version: 1.0\n';
const PLAIN = 'Content-Type: text/plain; charset=utf-8\n\nНужно 20 окон\n';
const html = '<p>Когда?</p><blockquote>старое</blockquote>';
const alternative = `Content-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: text/plain\n\n \n--B\nContent-Type: text/html; charset=utf-8\n\n${html}\n--B--\n`;
const complaint =
  'Content-Type: multipart/report; report-type=feedback-report; boundary=B\n\n--B\nContent-Type: text/plain\n\nSpam\n--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--B\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--B--\n';

const SAMPLES: readonly string[] = [
  ...readdirSync(FOLDER).map((file) => readFileSync(join(FOLDER, file), 'utf8')),
  `From: Сайт <noreply@forms.example>\nReply-To: Иван <ivan@mail.example>\nAuto-Submitted: auto-generated\n${TO}${PLAIN}`,
  `From: Сайт <noreply@named.example>\n${TO}${PLAIN}Почта: ivan@mail.example\n`,
  `From: 'Ann' via Sales <sales@example.ru>\nReply-To: ann@client.example\nX-Original-From: Ann <ann@client.example>\nList-Id: <sales.example.ru>\nPrecedence: list\n${TO}${PLAIN}`,
  `From: sales@example.ru\nReply-To: ivan@mail.example\n${TO}${PLAIN}`,
  `From: Petrova, Vera <vera@other.example>\nReply-To: petr@other.example, x\n${TO}${PLAIN}`,
  `Reply-To: petr@other.example\nSender: olga@other.example\n${TO}${PLAIN}`,
  `Return-Path: <ivan@other.example>\n${TO}${PLAIN}`,
  `${TO}${PLAIN}`,
  `From: Ann <ann@client.example>\nList-Unsubscribe: <https://x.example>\n${TO}${alternative}`,
  `From: staff@isp.example\n${TO}${complaint}`,
  `From: =?utf-8?q?A=00n?= <ann@client.example>\nReply-To: =?utf-8?b?AABB?= <x@client.example>\n${TO.replace('Заявка', '=?utf-8?q?=00=?=')}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n0J8AQQA=\n`,
  `From: Ann <ann@client.example>\n${TO}Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n`,
];

/** All but NUL, which no server takes (RFC 9051, 9: CHAR8). */
const bytes = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => 1 + ((at * 31 + seed * 17) % 255)));

const DESTROYED: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom(...SAMPLES),
    fc.array(fc.record({ at: fc.nat(), kind: fc.nat(3), much: fc.constantFrom(1, 40, 2_000, 60_000) }), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([sample, hows]) => {
    const lines = sample.split(/\r?\n/).map((line) => Buffer.from(line));
    for (const { at, kind, much } of hows) {
      const place = at % Math.max(lines.length, 1);
      const line = lines[place] ?? Buffer.alloc(0);
      const head = line.subarray(0, line.indexOf(':') + 1);
      const instead = [[], [line, line], [line.subarray(0, at % (line.length + 1))]][kind];
      lines.splice(place, 1, ...(instead ?? [Buffer.concat([head, bytes(much, at)])]));
    }
    return Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\r\n')]));
  });

it('mails that were destroyed on the way are read, or left, and hide no other', async () => {
  const seed = Date.now() % 1_000_000;
  const mails = fc.sample(DESTROYED, { numRuns: 300, seed });
  const mailbox = await TestMailbox.open();
  const world = new TestWorld();
  const channel = emailChannelOf({ imap: { reveal: () => mailbox.imap }, forms: ['@named.example'] });
  const privacy = { text: 'full', keepText: 0, keepEvents: 0 } as const;
  const listener = listenMailbox({ channel, people: new Set(), privacy }, world, FAST);
  try {
    await until(() => world.state?.up === true, { timeoutMs: 10_000, what: 'it is up' });
    const client = await mailbox.open();
    const whole: string[] = [];
    for (const [at, mail] of mails.entries()) {
      await client.append('INBOX', mail);
      if (at % 20 !== 19) continue;
      const id = `whole${at}@other.example`;
      whole.push(id);
      await client.append('INBOX', `From: vera@other.example\r\nMessage-ID: <${id}>\r\n\r\nЗамер\r\n`);
    }
    client.close();
    await until(() => whole.every((id) => world.eventIds.includes(id)), {
      timeoutMs: 60_000,
      what: `every whole mail is seen (seed ${seed})`,
    });
    assert.deepEqual(
      world.quarantined
        .map(({ reason }) => reason)
        .filter((reason) => !reason.startsWith('says that a colleague')),
      [],
      `seed ${seed}: reading is written not to throw`,
    );
    assert.ok(
      world.states.every(({ up }) => up),
      `seed ${seed}: the connection held`,
    );
    // Text that the database refuses would come back for ever.
    assert.doesNotMatch(JSON.stringify(world.kept), /\\u0000|\\ud[89a-f]/, `seed ${seed}`);
  } finally {
    listener.stop();
    await listener.done;
  }
});
