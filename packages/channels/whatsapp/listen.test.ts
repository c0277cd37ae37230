import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Listener, LocalizedText } from '../channel.ts';
import { PRIVACY, secret } from '../testing/channelBase.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { listenWhatsapp } from './listen.ts';
import { askForCode, pairingOf } from './pairing.ts';
import { FakeWhatsapp } from './testing/fakeServer.ts';
import { type FakeClient, newIvan, TEST_PACE, WhatsappWorld } from './testing/world.ts';

let fake: FakeWhatsapp;
let whatsapp: WhatsappWorld;
let world: TestWorld;
let ivan: FakeClient;
let listeners: Listener[];

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
  whatsapp = new WhatsappWorld(fake);
  world = new TestWorld();
  ivan = newIvan();
  listeners = [];
});

afterEach(async () => {
  await stop();
  await fake.close();
});

/** Nobody scans. */
function listen(channel = whatsapp.channel): void {
  listeners.push(listenWhatsapp(channel, PRIVACY, world, TEST_PACE));
}

async function stop(): Promise<void> {
  const ended = listeners.splice(0);
  for (const listener of ended) listener.stop();
  await Promise.all(ended.map(({ done }) => done));
  // A code scanned before the server notices belongs to the old device.
  await until(() => fake.line === null, { what: 'the server notices' });
}

async function goUp(): Promise<void> {
  if (listeners.length === 0) listen();
  if (fake.bundle === null) await whatsapp.link(world.memory);
  await until(() => world.state?.caughtUp === true, { what: 'it has caught up' });
}

const isUp = () => until(() => world.state?.up === true, { what: 'it is up' });
const says = (problem: RegExp) =>
  until(() => problem.test(inEnglish(world.state?.problem)), { what: `the problem ${problem}` });
const inEnglish = (problem: LocalizedText | string | null | undefined): string =>
  typeof problem === 'string' ? problem : (problem?.en ?? '');
const saw = (text: string) => until(() => world.texts.includes(text), { what: `the words ${text}` });

describe('linking', () => {
  it('says that it is not linked and shows what to scan, until somebody did', async () => {
    listen();
    await says(/^not linked: .*scan/);
    const pairing = await until(() => pairingOf(world.memory), { what: 'a code to scan' });
    assert.match(pairing.qr, /^https:\/\/wa\.me\//);
    await whatsapp.link(world.memory);
    await isUp();
    assert.equal(world.state?.problem, null);
    await until(async () => (await pairingOf(world.memory)) === null, { what: 'the code is gone' });
  });

  it('stays linked over a restart', async () => {
    await goUp();
    await stop();
    world.states.length = 0;
    listen();
    await isUp();
    assert.deepEqual(
      world.states.map(({ problem }) => problem).filter((problem) => problem !== null),
      [],
    );
  });

  it('gets a code to type when somebody asks for one', async () => {
    listen();
    await until(() => pairingOf(world.memory), { what: 'a code to scan' });
    await askForCode(world.memory, world.now());
    const pairing = await until(
      async () => {
        const found = await pairingOf(world.memory);
        return found?.code === null ? null : found;
      },
      { what: 'a code to type' },
    );
    assert.match(pairing.code ?? '', /^[0-9A-Z]{8}$/);
    const isAsked = () =>
      fake.heard.some(({ content }) => Array.isArray(content) && content[0]?.tag === LINK_CODE);
    await until(isAsked, { what: 'the server is asked for it' });
  });

  it('begins anew with a new code after a restart in the middle of it', async () => {
    listen();
    await until(() => pairingOf(world.memory), { what: 'a code to scan' });
    await askForCode(world.memory, world.now());
    await until(async () => (await pairingOf(world.memory))?.code, { what: 'a code to type' });
    await stop();
    await goUp();
    assert.equal(world.state?.problem, null);
  });

  it('does not read the account of somebody else who scanned', async () => {
    fake.number = '79998887766';
    listen();
    await whatsapp.scan(world.memory);
    await says(/another number was linked.*unlink/);
    assert.equal(fake.logins, 0);
  });

  it('when the device is removed on the telephone, forgets the session and asks to be linked anew', async () => {
    await goUp();
    fake.removeDevice();
    await says(/removed this linked device.*; not linked: /);
    await whatsapp.link(world.memory);
    await isUp();
    await whatsapp.clientSays(newIvan(), { conversation: 'Снова здесь' });
    await saw('Снова здесь');
  });

  it('with another key says so, connects nowhere and overwrites nothing', async () => {
    await goUp();
    await stop();
    const before = new Map(world.memory.values);
    const { logins } = fake;
    listen({ ...whatsapp.channel, key: secret(Buffer.alloc(32, 9).toString('base64')) });
    await says(/another key.*former key/);
    assert.equal(fake.logins, logins);
    assert.deepEqual(world.memory.values, before);
  });
});

const LINK_CODE = 'link_code_companion_reg';

describe('the life of a connection', () => {
  it('comes back after the server closed it, with what came meanwhile', async () => {
    await goUp();
    const line = fake.line;
    fake.drop(503);
    await says(/closed the connection/);
    await whatsapp.clientSays(ivan, { conversation: 'Вы тут?' });
    await isUp();
    assert.notEqual(fake.line, line);
    await saw('Вы тут?');
  });

  it('after a restart that the server asked for, comes back at once and is not down', async () => {
    await goUp();
    const { logins } = fake;
    fake.drop(515);
    await until(() => fake.logins > logins, { what: 'another login' });
    assert.ok(world.states.every(({ problem }) => problem === null || /not linked/.test(inEnglish(problem))));
  });

  it('stands still when another program uses its session', async () => {
    await goUp();
    const { logins } = fake;
    fake.drop(440);
    await says(/second copy/);
    assert.equal(world.state?.up, false);
    assert.equal(fake.logins, logins);
  });

  it('stands still when the account is restricted', async () => {
    await goUp();
    await stop();
    fake.failsWith = 403;
    listen();
    await says(/restricted/);
  });

  it('goes on trying while nobody listens at the address', async () => {
    listen({ ...whatsapp.channel, webSocket: 'ws://127.0.0.1:1/' });
    await says(/not linked|tried again/);
    await until(() => world.states.some(({ problem }) => /tried again/.test(inEnglish(problem))), {
      what: 'the network’s problem',
    });
  });

  it('has caught up only when the server said so, nothing more came, and all of it is kept', async () => {
    await goUp();
    await until(() => world.state?.caughtUp === true, { what: 'the first catch-up' });
    await stop();
    await whatsapp.clientSays(ivan, { conversation: 'Пока вас не было' });
    let isAway = true;
    world.before = (step) => {
      if (step === 'deliver' && isAway) throw new Error('the queue is away');
    };
    world.states.length = 0;
    listen();
    await says(/cannot be kept/);
    assert.ok(world.states.every(({ caughtUp }) => !caughtUp));
    isAway = false;
    await until(() => world.state?.caughtUp === true, { what: 'the catch-up' });
    assert.ok(world.texts.includes('Пока вас не было'));
  });

  it('never says that it is online, that it reads, or that a message was read', async () => {
    await goUp();
    const id = await whatsapp.clientSays(ivan, { conversation: 'Тихо' });
    await until(() => fake.confirmed.has(id), { what: 'the receipt' });
    assert.ok(fake.heard.every(({ tag, attrs }) => tag !== 'presence' || attrs.type !== 'available'));
    const receipts = fake.heard.filter(({ tag, attrs }) => tag === 'receipt' && attrs.id === id);
    assert.deepEqual(
      receipts.map(({ attrs }) => attrs.type),
      ['inactive'],
    );
  });

  it('writes no word, number or key of anybody into a log', async () => {
    await goUp();
    await whatsapp.clientSays(ivan, { conversation: 'Секретное слово' });
    await saw('Секретное слово');
    fake.drop(503);
    await says(/closed/);
    assert.doesNotMatch(world.logged.join('\n'), /Секретное|79161234567|123456789012345/);
  });
});

describe('what the library leaves out or tells beside the messages', () => {
  const attrs = (id: string) => ({ from: ivan.from, id, t: '1795410000', type: 'text', ...ivan.alt });
  const events = () => world.kept.flatMap((delivery) => delivery.events);
  const saw = (id: string) =>
    until(() => events().find((event) => event.id === id), { what: `the event ${id}` });

  for (const type of ['view_once', 'view_once_unavailable_fanout', 'hosted_unavailable_fanout'])
    it(`a message whose content only the telephone may open (${type}) is a client’s turn`, async () => {
      await goUp();
      const content = [{ tag: 'unavailable', attrs: { type } }];
      fake.deliver({ tag: 'message', attrs: attrs('AC71'), content });
      const event = await saw('AC71');
      assert.deepEqual([event.kind, event.side], ['message', 'client']);
      assert.equal(event.at, 1_795_410_000_000);
    });

  it('a message that cannot be decrypted opens the wait, and its content changes nothing', async () => {
    await goUp();
    const enc = { tag: 'enc', attrs: { v: '2', type: 'msg' }, content: Buffer.alloc(40, 3) };
    fake.deliver({ tag: 'message', attrs: attrs('AC72'), content: [enc] });
    await saw('AC72');
    await whatsapp.clientSays(ivan, { conversation: 'Вот же' }, { id: 'AC72' });
    await whatsapp.clientSays(ivan, { conversation: 'Дальше' }, { id: 'AC73' });
    await saw('AC73');
    assert.deepEqual([...new Set(events().map(({ id }) => id))], ['AC72', 'AC73']);
  });

  it('a call rings, and is missed', async () => {
    await goUp();
    const call = (tag: string, more = {}) => ({
      tag: 'call',
      attrs: { from: ivan.from, id: `call-${tag}`, t: '1795410000' },
      content: [{ tag, attrs: { 'call-id': 'C1', 'call-creator': ivan.from, ...more } }],
    });
    fake.deliver(call('offer', { caller_pn: '79161234567@s.whatsapp.net' }));
    const rings = await saw('call-C1/ringing');
    assert.deepEqual([rings.side, rings.thread, rings.author.phone], ['client', ivan.from, '+79161234567']);
    fake.deliver(call('terminate', { reason: 'timeout' }));
    await saw('call-C1/missed');
    fake.deliver(call('terminate', { reason: 'accepted_elsewhere' }));
    const answered = await saw('call-C1/answered');
    assert.equal(answered.side, 'employee');
    assert.equal(events().length, 3);
  });
});

describe('people behind two addresses', () => {
  it('joins what the telephone’s history says', async () => {
    listen();
    await whatsapp.link(world.memory, [
      { lidJid: '555000111222333@lid', pnJid: '79160001122@s.whatsapp.net' },
    ]);
    await until(() => world.memory.values.has('lid:555000111222333'), {
      timeoutMs: 30_000,
      what: 'the pair',
    });
    assert.match(world.memory.values.get('lid:555000111222333') ?? '', /79160001122/);
  });
});
