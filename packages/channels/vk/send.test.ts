import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { editStories, fileOf, type Writer, writerOf } from '../testing/sending.ts';
import { vkChannel } from './channel.ts';
import { FakeVkSend } from './testing/fakeSend.ts';

let vk: FakeVkSend;
let writer: Writer;

beforeEach(async () => {
  vk = await FakeVkSend.start();
  writer = writerOf(vkChannel, `group_id: "1", token: the-token, api_root: "${vk.root}"`, '501');
});
afterEach(async () => {
  assert.deepEqual(vk.violations, []);
  await vk.close();
});

describe('a file to a client in VK', () => {
  it('is uploaded and sent as what it is, with its words', async () => {
    await writer.send('Фото', fileOf('photo'), 'r1');
    await writer.send('', fileOf('voice'), 'r2');
    await writer.send('Прайс', fileOf('document'), 'r3');
    assert.deepEqual(
      vk.messages.map(({ text, attachment }) => [text, attachment]),
      [
        ['Фото', 'photo-1_1_k'],
        ['', 'audio_message-1_2'],
        ['Прайс', 'doc-1_3'],
      ],
    );
    const { name, bytes } = vk.files.get('photo-1_1_k') ?? { name: '', bytes: [] };
    assert.deepEqual([name, Buffer.from(bytes).toString()], ['Прайс.pdf', 'bytes']);
  });

  it('is sent once, however often it is tried', async () => {
    const first = await writer.send('Фото', fileOf('photo'), 'same');
    assert.deepEqual(
      await writer.send('Фото', fileOf('photo'), 'same').then(({ outcome }) => outcome),
      first.outcome,
    );
    assert.equal(vk.messages.length, 1);
  });

  it('is not sent in part when VK does not take it', async () => {
    vk.fails = { method: 'photos.getMessagesUploadServer', code: 15 };
    const sent = await writer.send('Фото', fileOf('photo'));
    assert.ok(sent.outcome === 'refused' && sent.said?.ru.includes('«фотографии»'));
    vk.fails = { method: 'docs.save', code: 6 };
    assert.equal((await writer.send('Прайс', fileOf('document'))).outcome, 'retry');
    assert.deepEqual(vk.messages, []);
  });
});

editStories(
  'VK',
  () => writer,
  () => vk.messages.map(({ text, attachment }) => [text, attachment === 'photo-1_1_k']),
  JSON.stringify({ peer: 501, cmid: 99 }),
);
