import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Outgoing } from '../channel.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { lastMailOf, lastName } from './lastMail.ts';
import { sendMail } from './send.ts';
import { emailChannelOf, mailOf } from './testing/mails.ts';

describe('an employee’s words by mail', () => {
  const mails: string[] = [];
  let refuseWith: number | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      void text(stream).then((mail) => {
        if (refuseWith !== null) return done(Object.assign(new Error('no'), { responseCode: refuseWith }));
        mails.push(mail);
        return done();
      });
    },
  });
  const memory = new TestMemory();
  let smtp = '';
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    smtp = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    const client = { address: 'ann@mail.example', name: null };
    const last = lastMailOf(mailOf({ references: ['q0@mail.example'] }), client);
    memory.values.set(lastName('t1'), JSON.stringify(last));
  });
  afterAll(() => new Promise((closed) => server.close(() => closed(undefined))));
  const send = (over: object = {}, outgoing: Partial<Outgoing> = {}) => {
    const channel = emailChannelOf({ smtp: { reveal: () => smtp } });
    const world = {
      memory,
      now: () => 7_000,
      viaListener: () => Promise.reject(new Error('not by this way')),
    };
    return sendMail(
      { ...channel, ...over },
      { id: 'bot:5:77', thread: 't1', text: 'Да, две', ...outgoing },
      world,
    );
  };

  it('answer the client’s last mail, under an id that another try keeps', async () => {
    const sent = await send();
    assert.deepEqual(sent, { outcome: 'sent', id: 'otklik.bot-5-77@example.ru', at: 7_000 });
    const [mail = ''] = mails;
    assert.match(mail, /^Message-ID: <otklik\.bot-5-77@example\.ru>/m);
    assert.match(mail, /^In-Reply-To: <q1@mail\.example>/m);
    assert.match(mail, /^References: <q0@mail\.example>\s+<q1@mail\.example>/m);
    assert.match(mail, /^To: ann@mail\.example/m);
    assert.deepEqual(await send(), sent);
  });

  it('go with the file that belongs to them, in one mail of the same thread', async () => {
    const bytes = Buffer.from('%PDF-1.7');
    const facts = { width: null, height: null, seconds: null };
    const file = { kind: 'document', name: 'Прайс.pdf', mime: 'application/pdf', ...facts, bytes } as const;
    assert.equal((await send({}, { id: 'bot:5:78', text: '', file })).outcome, 'sent');
    const mail = mails.at(-1) ?? '';
    assert.match(mail, /^In-Reply-To: <q1@mail\.example>/m);
    assert.match(mail, /^Content-Disposition: attachment;\s+filename\*0\*=utf-8''%D0%9F.*pdf/m);
    assert.match(mail, /^Content-Type: application\/pdf;/m);
    assert.ok(mail.includes(bytes.toString('base64')));
    refuseWith = 552;
    const refused = await send({}, { file });
    assert.ok(refused.outcome === 'refused' && refused.said?.ru.endsWith('такого размера'));
    refuseWith = null;
  });

  it('are tried again after 4xx, and not after 5xx', async () => {
    refuseWith = 451;
    assert.equal((await send()).outcome, 'retry');
    refuseWith = 550;
    assert.equal((await send()).outcome, 'refused');
    refuseWith = null;
  });

  it('need a server to send by, and a mail to answer', async () => {
    assert.equal((await send({ smtp: null })).outcome, 'refused');
    memory.values.clear();
    assert.equal((await send()).outcome, 'refused');
    assert.equal((await send({ smtp: { reveal: () => 'smtp://127.0.0.1:1' } })).outcome, 'refused');
  });
});
