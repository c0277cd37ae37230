import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Listener, Sent } from '../channel.ts';
import { FakeWhatsapp } from '../testing/fakeWhatsapp.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { newIvan, WhatsappWorld } from '../testing/whatsappWorld.ts';
import { whatsappChannel } from './channel.ts';

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
