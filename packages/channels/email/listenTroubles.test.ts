import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Listener } from '../channel.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { listenMailbox } from './listen.ts';
import { TestMailbox } from './testing/mailbox.ts';
import { emailChannelOf } from './testing/mails.ts';
import { FAST } from './testing/provider.ts';

const DAY_MS = 86_400_000;

function mail(id: string, more = '', [from, to] = ['ann@mail.example', 'sales@example.ru']): string {
  return `From: ${from}\nTo: ${to}\nSubject: Order\nMessage-ID: <${id}>\n${more}Content-Type: text/plain\n\nText\n`;
}
const OURS: [string, string] = ['sales@example.ru', 'ann@mail.example'];

describe('a mailbox with something wrong in it', () => {
  let mailbox: TestMailbox;
  let world: TestWorld;
  let listener: Listener;
  beforeAll(async () => {
    mailbox = await TestMailbox.open();
  });
  beforeEach(async () => {
    world = new TestWorld();
    const channel = emailChannelOf({ imap: { reveal: () => mailbox.imap } });
    const privacy = { text: 'full', keepText: 0, keepEvents: 0 } as const;
    listener = listenMailbox({ channel, people: new Set(), privacy }, world, FAST);
    await until(() => world.state?.caughtUp === true, { timeoutMs: 10_000, what: 'it has caught up' });
  });
  afterEach(async () => {
    listener.stop();
    await listener.done;
  });
  const sees = (id: string) =>
    until(() => world.eventIds.includes(id), { timeoutMs: 10_000, what: `${id} is seen` });

  it('a draft answers nobody, wherever it lies', async () => {
    const client = await mailbox.open();
    await client.append('INBOX', mail('draft@x', 'In-Reply-To: <q@x>\n', OURS), ['\\Draft']);
    client.close();
    await mailbox.append('INBOX', mail('after-draft@x'));
    await sees('after-draft@x');
    assert.ok(!world.eventIds.includes('draft@x'));
  });

  it('what is older than a month when it turns up is nobody’s fresh turn', async () => {
    await mailbox.append('INBOX', mail('old@x'), new Date(Date.now() - 31 * DAY_MS));
    await mailbox.append('INBOX', mail('week@x'), new Date(Date.now() - 7 * DAY_MS));
    await sees('week@x');
    assert.ok(!world.eventIds.includes('old@x'));
  });

  it('a header of megabytes holds nobody up, and its writer waits too', async () => {
    const huge = `References:${` <${'r'.repeat(60)}@mail.example>\n`.repeat(40_000)}`;
    await mailbox.append('INBOX', mail('huge@x', huge));
    await mailbox.append('INBOX', mail('after-huge@x'));
    await sees('after-huge@x');
    assert.ok(world.eventIds.includes('huge@x'));
  });

  it('a folder that may not be read is a gap, and the others are read', async () => {
    const client = await mailbox.open();
    await client.mailboxCreate('Closed');
    client.close();
    await mailbox.append('Closed', mail('closed@x'));
    mailbox.forbid('Closed');
    await until(() => world.gaps.some((gap) => gap.includes('Closed')), {
      timeoutMs: 10_000,
      what: 'it is told',
    });
    await mailbox.append('INBOX', mail('after-closed@x'));
    await sees('after-closed@x');
    assert.equal(world.state?.up, true);
  });

  it('when what was read cannot be kept, it is not the mail server that is blamed', async () => {
    world.before = (step) => {
      if (step === 'deliver') throw new Error('the queue is away');
    };
    await mailbox.append('INBOX', mail('unkept@x'));
    await until(() => world.problem?.includes('cannot be kept'), { timeoutMs: 10_000, what: 'it is told' });
    world.before = () => {};
    await sees('unkept@x');
  });
});
