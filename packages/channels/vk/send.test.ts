import assert from 'node:assert/strict';
import type { VkChannel } from '@otklik/config';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { FileKind, OutgoingFile } from '../files.ts';
import { contractConfig } from '../testing/contractConfig.ts';
import { FakeVkSend } from '../testing/fakeVkSend.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { vkChannel } from './channel.ts';

let vk: FakeVkSend;
let channel: VkChannel;

beforeEach(async () => {
  vk = await FakeVkSend.start();
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: vk, kind: vk, owner: olga, group_id: "1", token: the-token, api_root: "${vk.root}" }]
`);
  const found = config.channels.get('vk');
  if (found?.kind !== 'vk') throw new Error('no such channel');
  channel = found;
});
afterEach(async () => {
  assert.deepEqual(vk.violations, []);
  await vk.close();
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
const send = async (text: string, file?: OutgoingFile, id = `r${vk.messages.length}`) => {
  const sent = await vkChannel.send?.(channel, { id, thread: '501', text, ...(file && { file }) }, world);
  assert.ok(sent);
  return sent;
};
const edit = (handle: string, text: string) =>
  vkChannel.edit?.(channel, { id: 'e1', thread: '501', handle, text }, world);

describe('a file to a client in VK', () => {
  it('is uploaded and sent as what it is, with its words', async () => {
    await send('Фото', fileOf('photo'));
    await send('', fileOf('voice'));
    await send('Прайс', fileOf('document'));
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
    const first = await send('Фото', fileOf('photo'), 'same');
    assert.deepEqual(
      await send('Фото', fileOf('photo'), 'same').then(({ outcome }) => outcome),
      first.outcome,
    );
    assert.equal(vk.messages.length, 1);
  });

  it('is not sent in part when VK does not take it', async () => {
    vk.fails = { method: 'photos.getMessagesUploadServer', code: 15 };
    const sent = await send('Фото', fileOf('photo'));
    assert.ok(sent.outcome === 'refused' && sent.said?.ru.includes('«фотографии»'));
    vk.fails = { method: 'docs.save', code: 6 };
    assert.equal((await send('Прайс', fileOf('document'))).outcome, 'retry');
    assert.deepEqual(vk.messages, []);
  });
});

describe('an edit in VK', () => {
  it('changes the words and leaves the file; what is too old stays as it was', async () => {
    const sent = await send('Скидка 10 %', fileOf('photo'));
    assert.ok(sent.outcome === 'sent' && sent.handle);
    assert.deepEqual(await edit(sent.handle, 'Скидка 5 %'), { outcome: 'edited' });
    assert.deepEqual(
      vk.messages.map(({ text, attachment }) => [text, attachment]),
      [['Скидка 5 %', 'photo-1_1_k']],
    );
    assert.equal((await edit(JSON.stringify({ peer: 501, cmid: 99 }), 'Да'))?.outcome, 'refused');
  });
});
