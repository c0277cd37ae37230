import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { FileKind, OutgoingFile } from '../files.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { TestWorld } from '../testing/testWorld.ts';
import type { WhatsappCloudChannel } from './config.ts';
import { keepNumber } from './keepNumber.ts';
import { sendByGraph } from './send.ts';
import { FakeGraph } from './testing/fakeGraph.ts';
import { CloudWorld } from './testing/world.ts';

const TOKEN = 'EAAG-the-token-of-this-test';

let graph: FakeGraph;
let channel: WhatsappCloudChannel;
let memory: TestMemory;
beforeEach(async () => {
  graph = await FakeGraph.start({
    phoneNumberId: '5560001',
    appSecret: 'x',
    token: TOKEN,
    callback: 'http://127.0.0.1:9/hooks/wa',
  });
  const reveal = () => TOKEN;
  channel = { ...new CloudWorld().channel, apiRoot: graph.apiRoot, token: { reveal } };
  memory = new TestMemory();
});
afterEach(async () => {
  assert.deepEqual(graph.violations, []);
  await graph.close();
});

const send = (text: string, thread = '79161234567', file?: OutgoingFile) =>
  sendByGraph(
    channel,
    { id: 'r1', thread, text, ...(file && { file }) },
    {
      memory,
      now: () => 5_000,
      viaListener: () => Promise.reject(new Error('not by this way')),
    },
    1,
  );

const JPEG = Buffer.from('ffd8ffe0', 'hex');
const fileOf = (kind: FileKind, name: string, mime: string): OutgoingFile => ({
  kind,
  name,
  mime,
  width: null,
  height: null,
  seconds: null,
  bytes: JPEG,
});
const got = () => graph.sent.map(({ text, file }) => [file?.kind, file?.name, text]);

describe('a file', () => {
  it('is uploaded and sent as what it is, with the words below it', async () => {
    const sent = await send('Вот он', undefined, fileOf('photo', 'photo.jpg', 'image/jpeg'));
    assert.deepEqual(sent, { outcome: 'sent', id: 'wamid.sent1', at: 5_000 });
    await send('', undefined, fileOf('document', 'Прайс.pdf', 'application/pdf'));
    await send('Видео', undefined, fileOf('video', 'a.mp4', 'video/mp4'));
    assert.deepEqual(got(), [
      ['image', 'photo.jpg', 'Вот он'],
      ['document', 'Прайс.pdf', ''],
      ['video', 'a.mp4', 'Видео'],
    ]);
    assert.deepEqual(Buffer.from(graph.sent[0]?.file?.bytes ?? []), JPEG);
  });

  it('of sound has its words in a message of their own, and so has a long text', async () => {
    await send('Послушайте', undefined, fileOf('voice', 'voice.ogg', 'audio/ogg'));
    await send('я'.repeat(1_025), undefined, fileOf('photo', 'photo.jpg', 'image/jpeg'));
    assert.deepEqual(got(), [
      ['audio', 'voice.ogg', ''],
      [undefined, undefined, 'Послушайте'],
      ['image', 'photo.jpg', ''],
      [undefined, undefined, 'я'.repeat(1_025)],
    ]);
  });

  it('that cannot be uploaded now is tried again, and nothing of it is sent', async () => {
    graph.failNext({ status: 503 });
    assert.equal((await send('Да', undefined, fileOf('photo', 'a.jpg', 'image/jpeg'))).outcome, 'retry');
    assert.deepEqual(graph.sent, []);
  });
});

describe('an employee’s words', () => {
  it('reach the client, and are known by the id that Meta gave them', async () => {
    assert.deepEqual(await send('Да, две'), { outcome: 'sent', id: 'wamid.sent1', at: 5_000 });
    assert.deepEqual(graph.sent, [{ to: '79161234567', text: 'Да, две', id: 'wamid.sent1' }]);
    assert.equal(memory.values.get('sent:wamid.sent1'), '79161234567');
  });

  it('go to the number of a client who is known by another name, and else to that name', async () => {
    await send('Да', 'RU.1502576394655843');
    memory.values.set('number:RU.1502576394655843', '79161234567');
    await send('Да', 'RU.1502576394655843');
    assert.deepEqual(
      graph.sent.map(({ to }) => to),
      ['RU.1502576394655843', '79161234567'],
    );
  });

  it('go to the group that they are said in', async () => {
    await send('Да', 'group/Y2FwaV9ncm91cDox');
    assert.deepEqual(
      graph.sent.map(({ to }) => to),
      ['Y2FwaV9ncm91cDox'],
    );
  });

  it('are tried again when Meta is busy, and not when they never can go out', async () => {
    graph.failNext({ status: 429, code: 130429, retryAfter: 7 });
    assert.deepEqual(await send('Да'), { outcome: 'retry', afterMs: 7_000, problem: 'failed' });
    graph.failNext({ status: 503 });
    assert.equal((await send('Да')).outcome, 'retry');
    graph.failNext({ status: 400, code: 131047 });
    const late = await send('Да');
    assert.ok(late.outcome === 'refused' && late.problem.includes('24 hours'));
    assert.equal((await send(' ')).outcome, 'refused');
    assert.equal((await send('я'.repeat(4_097))).outcome, 'refused');
    assert.equal(graph.sent.length, 0);
  });

  it('cannot be sent by a channel that only listens', async () => {
    channel = { ...channel, token: null };
    assert.equal((await send('Да')).outcome, 'refused');
  });

  it('that never arrived take back the answer that they were', async () => {
    const world = new CloudWorld();
    world.memory().values.set('sent:wamid.sent1', '79161234567');
    const received = await world.post({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            {
              field: 'messages',
              value: {
                metadata: { phone_number_id: '5560001' },
                statuses: [{ id: 'wamid.sent1', status: 'failed', timestamp: '1795410050' }],
              },
            },
          ],
        },
      ],
    });
    assert.ok(received.outcome === 'accepted');
    assert.deepEqual(
      received.delivery.events.map((event) => [
        event.kind,
        event.kind === 'bounce' && event.of,
        event.thread,
      ]),
      [['bounce', 'wamid.sent1', '79161234567']],
    );
  });
});

describe('the look after the number', () => {
  const PACE = { everyMs: 10, graceMs: 0, firstBackoffMs: 5, maxBackoffMs: 10, random: () => 0.5 };

  it('tells that the token has died, and that it is taken again', async () => {
    const world = new TestWorld();
    const listener = keepNumber(channel, world, PACE);
    await until(() => world.state?.up === true, { what: 'up' });
    graph.isTokenDead = true;
    await until(() => world.problem?.includes('access token'), { what: 'the problem' });
    graph.isTokenDead = false;
    await until(() => world.state?.up === true, { what: 'up again' });
    listener.stop();
    await listener.done;
  });

  it('tells what Meta said of the account', async () => {
    const world = new TestWorld();
    world.memory.values.set('alert', JSON.stringify({ event: 'DISABLED_UPDATE', at: world.now() }));
    const listener = keepNumber(channel, world, PACE);
    await until(() => world.problem?.includes('DISABLED_UPDATE'), { what: 'the problem' });
    listener.stop();
    await listener.done;
  });

  it('tells that Meta is going to disable the account while the number still hears', async () => {
    const world = new TestWorld();
    const alert = { event: 'DISABLED_UPDATE', at: world.now(), stops: false };
    world.memory.values.set('alert', JSON.stringify(alert));
    const listener = keepNumber(channel, world, PACE);
    await until(() => world.state?.gaps?.[0]?.en.includes('going to disable'), { what: 'the warning' });
    assert.equal(world.state?.up, true);
    listener.stop();
    await listener.done;
  });

  it('does not call one lost answer an outage', async () => {
    const world = new TestWorld();
    const listener = keepNumber(channel, world, PACE);
    await until(() => world.state?.up === true, { what: 'up' });
    graph.failNext({ status: 503 });
    await until(() => graph.failuresLeft === 0, { what: 'the failure' });
    listener.stop();
    await listener.done;
    assert.deepEqual(
      world.states.map(({ up }) => up),
      [true],
    );
  });
});
