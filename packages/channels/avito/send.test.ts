import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { OutgoingFile } from '../files.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { avitoChannel } from './channel.ts';
import { avitoChannelOf, avitoCompany, FakeAvito } from './testing/fakeAvito.ts';

let avito: FakeAvito;
beforeEach(async () => {
  avito = await FakeAvito.start();
  avito.says('111', 'u2i-1', 'm1', Date.now());
});
afterEach(() => avito.close());

const PICTURE: OutgoingFile = {
  kind: 'photo',
  name: 'photo.jpg',
  mime: 'image/jpeg',
  width: 1280,
  height: 960,
  seconds: null,
  bytes: Buffer.from('ffd8ffe0', 'hex'),
};
const send = (text: string) =>
  avitoChannel.send?.(
    avitoChannelOf(avitoCompany(avito, ['111']), '111'),
    { id: 'r1', thread: 'u2i-1', text, file: PICTURE },
    { memory: new TestMemory(), now: () => 5_000, viaListener: () => Promise.reject() },
  );
const ours = () =>
  avito
    .account('111')
    .chats[0]?.messages.filter(({ author_id: by }) => by === 111)
    .map(({ type }) => type);

describe('a picture to a client on Avito', () => {
  it('is a message, and its words are the next', async () => {
    const sent = await send('Вот такой');
    assert.deepEqual(sent, { outcome: 'sent', id: 'sent-1', at: 5_000 });
    assert.deepEqual(ours(), ['image', 'text']);
    assert.deepEqual(
      [...avito.images.values()].map((bytes) => Buffer.from(bytes)),
      [PICTURE.bytes],
    );
    await send('');
    assert.deepEqual(ours(), ['image', 'text', 'image']);
  });

  it('is not sent twice when only its words wait', async () => {
    let failures = 2;
    avito.refuses = (what) => (/messages$/.test(what) && failures-- > 0 ? { status: 503 } : null);
    assert.equal((await send('Вот такой'))?.outcome, 'sent');
    assert.deepEqual(ours(), ['image', 'text']);
  });

  it('is told to be there without its words when Avito does not take them', async () => {
    avito.refuses = (what) => (/messages$/.test(what) ? { status: 400 } : null);
    const sent = await send('Вот такой');
    assert.ok(sent?.outcome === 'refused' && sent.said?.ru.startsWith('до клиента дошёл только файл'));
    assert.deepEqual(ours(), ['image']);
  });
});
