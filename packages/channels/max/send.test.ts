import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { editStories, fileOf, type Writer, writerOf } from '../testing/sending.ts';
import { maxChannel } from './channel.ts';
import { FakeMaxSend } from './testing/fakeSend.ts';

let max: FakeMaxSend;
let writer: Writer;

beforeEach(async () => {
  max = await FakeMaxSend.start();
  writer = writerOf(maxChannel, `token: the-token, api_root: "${max.root}"`, '7');
});
afterEach(async () => {
  assert.deepEqual(max.violations, []);
  await max.close();
});

describe('a file to a client in MAX', () => {
  it('is uploaded and sent as what it is, with its words', async () => {
    for (const kind of ['photo', 'video', 'voice', 'audio', 'document'] as const)
      assert.equal((await writer.send(kind === 'voice' ? '' : kind, fileOf(kind))).outcome, 'sent');
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
    assert.equal((await writer.send('Вот', fileOf('video'))).outcome, 'sent');
    assert.equal(max.messages.length, 1);
  });

  it('is tried again when MAX is away', async () => {
    max.refuses = 503;
    assert.equal((await writer.send('Вот', fileOf('photo'))).outcome, 'retry');
    assert.deepEqual(max.messages, []);
  });
});

editStories(
  'MAX',
  () => writer,
  () => max.messages.map(({ text, files }) => [text, files.length === 1]),
  'mid.99',
);
