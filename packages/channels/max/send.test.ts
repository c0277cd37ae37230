import assert from 'node:assert/strict';
import type { MaxChannel } from '@otklik/config';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { FileKind, OutgoingFile } from '../files.ts';
import { contractConfig } from '../testing/contractConfig.ts';
import { FakeMaxSend } from '../testing/fakeMaxSend.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { maxChannel } from './channel.ts';

let max: FakeMaxSend;
let channel: MaxChannel;

beforeEach(async () => {
  max = await FakeMaxSend.start();
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: max, kind: max, owner: olga, token: the-token, api_root: "${max.root}" }]
`);
  const found = config.channels.get('max');
  if (found?.kind !== 'max') throw new Error('no such channel');
  channel = found;
});
afterEach(async () => {
  assert.deepEqual(max.violations, []);
  await max.close();
});

const world = {
  memory: new TestMemory(),
  now: () => 5_000,
  viaListener: () => Promise.reject(new Error('not by this way')),
};
const fileOf = (kind: FileKind): OutgoingFile => {
  const facts = { width: null, height: null, seconds: null };
  return { kind, name: 'Прайс.pdf', mime: 'application/pdf', ...facts, bytes: Buffer.from('bytes') };
};
const send = async (text: string, file?: OutgoingFile) => {
  const sent = await maxChannel.send?.(
    channel,
    { id: 'r1', thread: '7', text, ...(file && { file }) },
    world,
  );
  assert.ok(sent);
  return sent;
};
const edit = (handle: string, text: string) =>
  maxChannel.edit?.(channel, { id: 'e1', thread: '7', handle, text }, world);

describe('a file to a client in MAX', () => {
  it('is uploaded and sent as what it is, with its words', async () => {
    for (const kind of ['photo', 'video', 'voice', 'audio', 'document'] as const)
      assert.equal((await send(kind === 'voice' ? '' : kind, fileOf(kind))).outcome, 'sent');
    assert.deepEqual(
      max.messages.map(({ text, files }) => [text, files[0]?.type, files[0]?.name]),
      [
        ['photo', 'image', 'Прайс.pdf'],
        ['video', 'video', 'Прайс.pdf'],
        ['', 'audio', 'Прайс.pdf'],
        ['audio', 'audio', 'Прайс.pdf'],
        ['document', 'file', 'Прайс.pdf'],
      ],
    );
    assert.equal(Buffer.from(max.messages[0]?.files[0]?.bytes ?? []).toString(), 'bytes');
  });

  it('waits until MAX has looked at it', async () => {
    max.notReady = 2;
    assert.equal((await send('Вот', fileOf('video'))).outcome, 'sent');
    assert.equal(max.messages.length, 1);
  });

  it('is tried again when MAX is away', async () => {
    max.refuses = 503;
    assert.equal((await send('Вот', fileOf('photo'))).outcome, 'retry');
    assert.deepEqual(max.messages, []);
  });
});

describe('an edit in MAX', () => {
  it('changes the words and leaves the file; what is too old stays as it was', async () => {
    const sent = await send('Скидка 10 %', fileOf('photo'));
    assert.ok(sent.outcome === 'sent' && sent.handle);
    assert.deepEqual(await edit(sent.handle, 'Скидка 5 %'), { outcome: 'edited' });
    assert.deepEqual(
      max.messages.map(({ text, files }) => [text, files.length]),
      [['Скидка 5 %', 1]],
    );
    assert.equal((await edit('mid.99', 'Да'))?.outcome, 'refused');
  });
});
