import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Listener } from '../channel.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { listenMailbox } from './listen.ts';
import { MAIL_PACE, reconnectAfterMs } from './pace.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { emailChannelOf } from './testing/mails.ts';
import { FAST } from './testing/provider.ts';

/** The timer never fires within a test. */
const LISTENING = { ...MAIL_PACE, lookEveryMs: 600_000 };
const IN_TIME = { timeoutMs: 2_000 };

const mail = (id: string, from = 'ann@mail.example', to = 'sales@example.ru') =>
  `From: <${from}>\nTo: <${to}>\nSubject: Order\nMessage-ID: <${id}>\n\nЗдравствуйте\n`;
const answer = (id: string) => mail(id, 'sales@example.ru', 'ann@mail.example');

interface Between {
  /** null: pass it on. */
  readonly asked?: (command: string) => { readonly answer: string } | null;
  readonly said?: (response: string) => string;
}

/** A proxy that alters the server's behaviour. */
async function inFrontOf(
  imap: string,
  betweenEach: () => Between,
): Promise<{ imap: string; server: Server }> {
  const url = new URL(imap);
  const real = { port: Number(url.port), host: url.hostname };
  const server = createServer((client) => {
    const { asked, said } = betweenEach();
    const behind = connect(real);
    client.on('error', () => behind.destroy());
    behind.on('error', () => client.destroy());
    client.on('close', () => behind.destroy());
    behind.on('close', () => client.destroy());
    client.on('data', (data: Buffer) => {
      const instead = asked?.(data.toString('latin1')) ?? null;
      if (instead === null) behind.write(data);
      else client.write(instead.answer);
    });
    behind.on('data', (data: Buffer) =>
      client.write(said === undefined ? data : Buffer.from(said(data.toString('latin1')), 'latin1')),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url.port = String((server.address() as AddressInfo).port);
  return { imap: url.href, server };
}

const neverTells = (): Between => ({ said: (response) => response.replaceAll(' IDLE', '') });
const refusesToTell = (): Between => ({
  asked: (command) => {
    const tag = /^(\S+) IDLE\r\n$/.exec(command)?.[1];
    return tag === undefined ? null : { answer: `${tag} NO not today\r\n` };
  },
});

describe('a mail is seen within two seconds', () => {
  let mailbox: TestMailbox;
  let world: TestWorld;
  let listener: Listener | null;
  let servers: Server[];
  beforeEach(async () => {
    mailbox = await TestMailbox.open();
    world = new TestWorld();
    listener = null;
    servers = [];
  });
  afterEach(async () => {
    listener?.stop();
    await listener?.done;
    for (const server of servers) server.close();
  });

  const listen = (imap = mailbox.imap, pace = LISTENING) => {
    const channel = emailChannelOf({ imap: { reveal: () => imap }, also: [] });
    const privacy = { text: 'full', keepText: 0, keepEvents: 0 } as const;
    listener = listenMailbox({ channel, people: new Set(), privacy }, world, pace);
  };
  const isUp = () => until(() => world.state?.up === true, { timeoutMs: 10_000, what: 'it is up' });
  const isSeen = (id: string) => until(() => world.eventIds.includes(id), { ...IN_TIME, what: id });
  /** Once, at the first step that fits. */
  const once = (fits: () => boolean, work: () => Promise<void>) => {
    world.before = async () => {
      if (!fits()) return;
      world.before = () => {};
      await work();
    };
  };
  const placesOf = () => Object.keys(JSON.parse(world.cursor ?? '{}') as object);

  it('that comes to the inbox after it was looked at and before the server is listened to', async () => {
    const client = await mailbox.open();
    await client.mailboxCreate('Zz');
    client.close();
    await mailbox.append('INBOX', mail('first@x'));
    await mailbox.append('Zz', mail('other@x'));
    // The inbox's place is saved; the next folder is being kept.
    once(
      () => placesOf().includes('INBOX') && !placesOf().includes('Zz') && world.eventIds.includes('first@x'),
      () => mailbox.append('INBOX', mail('between@x')),
    );
    listen();
    await isUp();
    await isSeen('between@x');
  });

  it('that is sent while the inbox is being read', async () => {
    await mailbox.append('INBOX', mail('first@x'));
    once(
      () => placesOf().includes('Sent'),
      () => mailbox.append('Sent', answer('sent@x')),
    );
    listen();
    await isUp();
    await isSeen('sent@x');
  });

  it('that comes, or is sent, while the server is listened to', async () => {
    listen();
    await isUp();
    await mailbox.append('Sent', answer('sent@x'));
    await isSeen('sent@x');
    await mailbox.append('INBOX', mail('later@x'));
    await isSeen('later@x');
    await mailbox.append('Sent', answer('again@x'));
    await isSeen('again@x');
  });

  it('that comes while what came before it cannot be kept', async () => {
    listen();
    await isUp();
    let refused = 0;
    world.before = (step) => {
      if (step !== 'deliver') return;
      refused += 1;
      throw new Error('the queue is away');
    };
    await mailbox.append('INBOX', mail('refused@x'));
    await until(() => refused >= 2, { timeoutMs: 10_000, what: 'it was refused again and again' });
    assert.match(world.problem ?? '', /cannot be kept/);
    await mailbox.append('INBOX', mail('meanwhile@x'));
    await mailbox.append('Sent', answer('sent@x'));
    world.before = () => {};
    await Promise.all(['refused@x', 'meanwhile@x', 'sent@x'].map(isSeen));
    await until(() => world.state?.up === true, { ...IN_TIME, what: 'it is up again' });
  });

  it('that comes when its place could not be saved', async () => {
    listen();
    await isUp();
    let refused = 0;
    world.before = (step) => {
      if (step !== 'saveCursor') return;
      refused += 1;
      throw new Error('the database is away');
    };
    await mailbox.append('INBOX', mail('first@x'));
    await until(() => refused >= 2, { timeoutMs: 10_000, what: 'it was refused again and again' });
    await mailbox.append('INBOX', mail('meanwhile@x'));
    world.before = () => {};
    await isSeen('meanwhile@x');
    assert.equal(world.eventIds.filter((id) => id === 'first@x').length, 1, 'nothing was read again');
  });

  for (const [what, between] of [
    ['never tells', neverTells],
    ['refuses to tell', refusesToTell],
  ] as const)
    it(`that comes to a server which ${what} by itself`, async () => {
      const { imap, server } = await inFrontOf(mailbox.imap, between);
      servers.push(server);
      listen(imap);
      await isUp();
      await mailbox.append('INBOX', mail('asked@x'));
      await isSeen('asked@x');
      await mailbox.append('Sent', answer('sent@x'));
      await isSeen('sent@x');
      await mailbox.append('INBOX', mail('again@x'));
      await isSeen('again@x');
    });

  it('though the STATUS of the server lags behind: it looks once more, and then listens', async () => {
    let isListening = false;
    const { imap, server } = await inFrontOf(mailbox.imap, () => {
      let isReader = false;
      return {
        asked: (command) => {
          isReader ||= command.includes(' EXAMINE INBOX');
          isListening ||= isReader && command.includes(' IDLE');
          return null;
        },
        said: (response) => response.replaceAll(/STATUS INBOX \(UIDNEXT \d+\)/g, 'STATUS INBOX (UIDNEXT 1)'),
      };
    });
    servers.push(server);
    await mailbox.append('INBOX', mail('first@x'));
    listen(imap);
    await until(() => isListening, { timeoutMs: 10_000, what: 'it listens' });
    await mailbox.append('INBOX', mail('later@x'));
    await isSeen('later@x');
  });

  it('that comes while the connection is gone', async () => {
    listen(mailbox.imap, { ...LISTENING, firstBackoffMs: FAST.firstBackoffMs });
    await isUp();
    for (const pid of mailbox.imapProcesses()) process.kill(pid, 'SIGKILL');
    await mailbox.append('INBOX', mail('gap@x'));
    await isSeen('gap@x');
    await mailbox.append('Sent', answer('sent@x'));
    await isSeen('sent@x');
  });
});

describe('the next connection', () => {
  const after = (failures: number, lastedMs: number) =>
    reconnectAfterMs({ ...MAIL_PACE, random: () => 0 }, failures, lastedMs);
  it('is made at once when the server has ended a long one', () => assert.equal(after(1, 60_000), 0));
  it('waits, and longer each time, when it ended soon', () => {
    assert.deepEqual([after(1, 59_999), after(2, 0), after(3, 0)], [1_500, 3_000, 6_000]);
    assert.equal(after(2, 60_000), 3_000);
  });
});
