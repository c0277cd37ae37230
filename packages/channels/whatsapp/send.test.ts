import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { MINUTE } from '@otklik/domain';
import { until } from '@otklik/testing';
import { getMediaKeys, proto } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Listener, Sent } from '../channel.ts';
import type { FileKind } from '../files.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { whatsappChannel } from './channel.ts';
import { sentMessage } from './send.ts';
import { FakeWhatsapp } from './testing/fakeServer.ts';
import { KEY, newIvan, WhatsappWorld } from './testing/world.ts';
import { vaultOf } from './vault.ts';

const IVAN = '123456789012345@lid';

let fake: FakeWhatsapp;
let whatsapp: WhatsappWorld;
let world: TestWorld;
let listener: Listener;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
  whatsapp = new WhatsappWorld(fake);
  world = new TestWorld();
  listener = await whatsapp.start(world);
  await until(() => world.state?.caughtUp === true, { what: 'the catch-up' });
});

afterEach(async () => {
  listener.stop();
  await listener.done;
  await fake.close();
});

async function send(text: string, thread = IVAN, id = 'relay-1'): Promise<Sent> {
  const sent = await listener.send?.({ id, thread, text });
  assert.ok(sent);
  return sent;
}

async function sendFile(kind: FileKind, text: string, id = 'relay-1'): Promise<Sent> {
  const facts = { name: 'Прайс.pdf', mime: 'application/pdf', width: 1_280, height: 960, seconds: 3 };
  const sent = await listener.send?.({ id, thread: IVAN, text, file: { ...facts, kind, bytes: BYTES } });
  assert.ok(sent);
  return sent;
}

const BYTES = Buffer.from('what is in the file');

/** Re-sent to a client who could not decrypt it. */
async function latest(): Promise<proto.IMessage> {
  const id = sentMessages().at(-1)?.id ?? '';
  const sent = await sentMessage(id, world.memory, vaultOf(KEY, whatsapp.channel.id));
  return typeof sent === 'string' ? { conversation: sent } : proto.Message.decode(sent ?? new Uint8Array());
}

/** With the key in the message. */
async function opened(
  media: { mediaKey?: Uint8Array | null | undefined; directPath?: string | null | undefined },
  type: 'image' | 'audio' | 'document',
): Promise<string> {
  const kept = fake.files.kept.find(({ path }) => path === media.directPath);
  const { cipherKey, iv } = await getMediaKeys(Buffer.from(media.mediaKey ?? []), type);
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const body = kept?.bytes.subarray(0, -10) ?? Buffer.alloc(0);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString();
}

const sentMessages = () => fake.heard.filter(({ tag }) => tag === 'message').map(({ attrs }) => attrs);

describe('sending to a client', () => {
  it('goes by the live connection, with an id of ours', async () => {
    const sent = await send('Да, осталось две');
    assert.equal(sent.outcome, 'sent');
    const [stanza, ...others] = sentMessages();
    assert.equal(others.length, 0);
    assert.equal(stanza?.to, IVAN);
    assert.equal(sent.outcome === 'sent' && sent.id, `${stanza?.id}/out`);
  });

  it('a retry has the same id', async () => {
    const first = await send('Да');
    const second = await send('Да');
    assert.deepEqual(
      sentMessages().map(({ id }) => id),
      [sentMessages()[0]?.id, sentMessages()[0]?.id],
    );
    assert.equal(first.outcome === 'sent' && first.id, second.outcome === 'sent' && second.id);
  });

  it('its echo is no event: whoever sent it records it', async () => {
    await send('Да');
    await whatsapp.clientSays(newIvan(), { conversation: 'Спасибо' });
    await until(() => world.texts.includes('Спасибо'), { what: 'what came after it' });
    assert.deepEqual(world.texts, ['Спасибо']);
  });

  it('a picture goes with the words below it, for nobody but the client to open', async () => {
    const sent = await sendFile('photo', 'Вот такой');
    assert.equal(sent.outcome, 'sent');
    const { imageMessage } = await latest();
    assert.equal(imageMessage?.caption, 'Вот такой');
    assert.deepEqual([imageMessage?.width, imageMessage?.height], [1_280, 960]);
    assert.equal(await opened(imageMessage ?? {}, 'image'), BYTES.toString());
    assert.equal(sentMessages().length, 1);
  });

  it('a file has its name, and a voice message its words after it', async () => {
    await sendFile('document', '', 'relay-1');
    assert.equal((await latest()).documentMessage?.fileName, 'Прайс.pdf');
    await sendFile('voice', 'Послушайте', 'relay-2');
    assert.equal((await latest()).conversation, 'Послушайте');
    assert.deepEqual(
      fake.files.kept.map(({ kind }) => kind),
      ['document', 'audio'],
    );
    assert.equal(sentMessages().length, 3);
  });

  it('a file that is tried again is the same message, and lies at the server once', async () => {
    fake.files.isAway = true;
    assert.equal((await sendFile('photo', 'Вот')).outcome, 'retry');
    assert.deepEqual(sentMessages(), []);
    fake.files.isAway = false;
    await sendFile('photo', 'Вот');
    await sendFile('photo', 'Вот');
    assert.equal(new Set(sentMessages().map(({ id }) => id)).size, 1);
    assert.equal(fake.files.kept.length, 1);
  });

  it('words are corrected for a quarter of an hour', async () => {
    const sent = await send('Скидка 10 %');
    assert.ok(sent.outcome === 'sent' && sent.handle);
    const edit = { id: 'relay-1/2', thread: IVAN, handle: sent.handle, text: 'Скидка 5 %' };
    assert.deepEqual(await listener.edit?.(edit), { outcome: 'edited' });
    assert.deepEqual(
      sentMessages().map((attrs) => attrs.edit),
      [undefined, '1'],
    );
    const [id] = sent.handle.split(':');
    const late = await listener.edit?.({ ...edit, handle: `${id}:${sent.at - 16 * MINUTE}` });
    assert.equal(late?.outcome, 'refused');
    fake.refuses = '479';
    assert.equal((await listener.edit?.({ ...edit, id: 'relay-1/3' }))?.outcome, 'refused');
  });

  it('says why when WhatsApp does not take it', async () => {
    fake.refuses = '463';
    const sent = await send('Здравствуйте');
    assert.equal(sent.outcome, 'refused');
    assert.match(sent.outcome === 'refused' ? sent.problem : '', /463.*telephone/);
  });

  it('does not try what is no chat, or says nothing', async () => {
    assert.equal((await send('Да', 'status@broadcast')).outcome, 'refused');
    assert.equal((await send('  ')).outcome, 'refused');
    assert.deepEqual(sentMessages(), []);
  });

  it('waits for better times while there is no connection', async () => {
    listener.stop();
    await listener.done;
    assert.equal((await send('Да')).outcome, 'retry');
  });

  it('is handed to whichever process has the connection', async () => {
    const asked: unknown[] = [];
    const outgoing = { id: 'relay-2', thread: IVAN, text: 'Да' };
    await whatsappChannel.send?.(whatsapp.channel, outgoing, {
      memory: world.memory,
      now: () => 0,
      viaListener: async (given) => {
        asked.push(given);
        return { outcome: 'retry', afterMs: null, problem: '' };
      },
    });
    assert.deepEqual(asked, [outgoing]);
  });

  it('keeps the text out of sight of who reads the database', async () => {
    await send('Secret words');
    const kept = [...world.memory.values].filter(([name]) => name.startsWith('sent:'));
    assert.equal(kept.length, 1);
    for (const [, value] of kept)
      assert.doesNotMatch(Buffer.from(value, 'base64').toString('latin1'), /Secret/);
  });
});
