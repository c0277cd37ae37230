import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

interface Wait {
  readonly thread: string;
  readonly opened_at: string;
  readonly outcome: string | null;
}

/** As scripts write it that know no milliseconds. */
const wholeSecond = (): { at: number; text: string } => {
  const at = Math.floor(Date.now() / 1_000) * 1_000;
  return { at, text: new Date(at).toISOString().replace('.000', '') };
};

describe('events of one instant', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({
      config: `
version: 1
people: [{ id: anna, name: Анна }, { id: vera, name: Вера, role: head }]
policies: { default: { warn: 2s, breach: 4s } }
channels: [{ id: site, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }]
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`,
    });
  });
  afterAll(async () => {
    await otklik?.stop();
    receiver.close();
  });

  const waitsOf = async (thread: string): Promise<Wait[]> => {
    const { body } = await otklik.api<{ items: Wait[] }>('/waits?limit=200');
    return body.items.filter((wait) => wait.thread === thread).reverse();
  };
  const outcomes = async (thread: string): Promise<string[]> =>
    (await waitsOf(thread)).map(({ outcome }) => outcome ?? 'waits').sort();
  const send = async (...events: object[]): Promise<void> => {
    const { status } = await otklik.send('site', events);
    assert.equal(status, 202);
  };

  it('a question in the second of the answer before it is pinged for, twenty times of twenty', async () => {
    const { text } = wholeSecond();
    for (let nth = 0; nth < 20; nth += 1) {
      const say = (side: 'client' | 'employee') => message(side, `next-${nth}`, 0, { at: text });
      for (const side of ['client', 'employee', 'client'] as const) await send(say(side));
    }
    for (let nth = 0; nth < 20; nth += 1) {
      await until(() => receiver.steps(`next-${nth}`).length > 0, { what: `the ping of ${nth}` });
      assert.deepEqual(await outcomes(`next-${nth}`), ['answered', 'waits']);
    }
  });

  it('a question and its answer in one second are answered', async () => {
    const { text } = wholeSecond();
    await send(message('client', 'answered', 0, { at: text }));
    await send(message('employee', 'answered', 0, { at: text }));
    await until(async () => (await outcomes('answered'))[0] === 'answered', { what: 'the answer' });
    assert.deepEqual(await outcomes('answered'), ['answered']);
  });

  it('a body of a clock that runs ahead keeps its order, as three bodies do', async () => {
    const ahead = Date.now() + 120_000;
    const exchange = (thread: string) => [
      message('client', thread, ahead),
      message('employee', thread, ahead + 1_000),
      message('client', thread, ahead + 2_000),
    ];
    await send(...exchange('one-body'));
    for (const event of exchange('three-bodies')) await send(event);
    for (const thread of ['one-body', 'three-bodies']) {
      await until(async () => (await waitsOf(thread)).length === 2, { what: `both waits of ${thread}` });
      assert.deepEqual(await outcomes(thread), ['answered', 'waits'], thread);
    }
  });

  it('the sender’s own order puts right what came in another', async () => {
    const { text } = wholeSecond();
    const say = (side: 'client' | 'employee', seq: number) => message(side, 'numbered', 0, { at: text, seq });
    await send(say('client', 3));
    await send(say('employee', 2));
    await send(say('client', 1));
    await until(async () => (await waitsOf('numbered')).length === 2, { what: 'both waits' });
    assert.deepEqual(await outcomes('numbered'), ['answered', 'waits']);
  });
});
