import { randomBytes } from 'node:crypto';
import { until } from '@otklik/testing';
import { type BinaryNode, proto } from '@whiskeysockets/baileys';
import type { Listener, Memory } from '../../channel.ts';
import { channelBase, PRIVACY, secret } from '../../testing/channelBase.ts';
import type { TestWorld } from '../../testing/testWorld.ts';
import type { WhatsappChannel } from '../config.ts';
import { listenWhatsapp } from '../listen.ts';
import type { WhatsappPace } from '../pace.ts';
import { pairingOf } from '../pairing.ts';
import { FakeDevice } from './fakeDevice.ts';
import type { FakeWhatsapp } from './fakeServer.ts';

/** Fast timing. */
export const TEST_PACE: WhatsappPace = {
  firstBackoffMs: 20,
  maxBackoffMs: 100,
  random: () => 0.5,
  quietMs: 100,
  drainMs: 60_000,
  wantedMs: 20,
  ackMs: 5_000,
};

export const GREETING = 'Здравствуйте! Мы ответим вам в рабочее время.';
export const KEY = Buffer.alloc(32, 7).toString('base64');

export function whatsappConfig(over: Partial<WhatsappChannel> = {}): WhatsappChannel {
  return {
    ...channelBase('wa', 'WhatsApp'),
    kind: 'whatsapp',
    phone: '+79990000000',
    key: secret(KEY),
    autoReplies: [GREETING],
    colleagues: [],
    webSocket: 'ws://127.0.0.1:1',
    ...over,
  };
}

/** A client with a telephone. */
export class FakeClient {
  readonly device = new FakeDevice();
  readonly name: string;
  readonly from: string;
  readonly alt: Readonly<Record<string, string>>;

  constructor(name: string, from: string, alt: Readonly<Record<string, string>> = {}) {
    this.name = name;
    this.from = from;
    this.alt = alt;
  }
}

export const messageId = (): string => `AC${randomBytes(15).toString('hex').toUpperCase()}`;
export const newIvan = () =>
  new FakeClient('Иван', '123456789012345@lid', { sender_pn: '79161234567@s.whatsapp.net' });
export const newMaria = () => new FakeClient('Мария', '79167654321@s.whatsapp.net');

export interface Said {
  readonly id?: string;
  readonly at?: number | undefined;
}

/** The account, its people and our program. */
export class WhatsappWorld {
  readonly fake: FakeWhatsapp;
  readonly channel: WhatsappChannel;

  constructor(fake: FakeWhatsapp, over: Partial<WhatsappChannel> = {}) {
    this.fake = fake;
    this.channel = whatsappConfig({ webSocket: fake.url, ...over });
  }

  /** Starts the listener and links it if needed. */
  async start(world: TestWorld, pace: WhatsappPace = TEST_PACE): Promise<Listener> {
    const listener = listenWhatsapp(this.channel, PRIVACY, world, pace);
    if (this.fake.bundle === null) await this.link(world.memory);
    return listener;
  }

  /** Scans our code; the telephone then sends its history. */
  async link(memory: Memory, history: Parameters<FakeWhatsapp['sendHistory']>[0] = []): Promise<void> {
    await this.scan(memory);
    await until(() => this.fake.line?.isLoggedIn, { what: 'the first login' });
    await this.fake.sendHistory(history);
  }

  async scan(memory: Memory): Promise<void> {
    const isFresh = async () => {
      const shown = await pairingOf(memory);
      return shown !== null && this.fake.knows(shown.qr) ? shown : null;
    };
    this.fake.scan((await until(isFresh, { what: 'a code to scan' })).qr);
  }

  async clientSays(client: FakeClient, message: proto.IMessage, said: Said = {}): Promise<string> {
    const id = said.id ?? messageId();
    const enc = await client.device.encrypt(message, this.fake.deviceJid, this.#bundle());
    const attrs = { from: client.from, notify: client.name, ...client.alt };
    this.fake.deliver(stanza({ ...attrs, id, t: secondsOf(said.at) }, [enc]));
    return id;
  }

  async phoneSays(to: FakeClient, message: proto.IMessage, said: Said = {}): Promise<string> {
    const id = said.id ?? messageId();
    const sent = { deviceSentMessage: { destinationJid: to.from, message } };
    const enc = await this.fake.phone.encrypt(sent, this.fake.deviceJid, this.#bundle());
    const attrs = { from: `${this.fake.number}@s.whatsapp.net`, recipient: to.from };
    this.fake.deliver(stanza({ ...attrs, id, t: secondsOf(said.at) }, [enc]));
    return id;
  }

  #bundle() {
    const { bundle } = this.fake;
    if (bundle === null) throw new Error('our device is not linked');
    return bundle;
  }
}

function stanza(attrs: Record<string, string>, content: BinaryNode[]): BinaryNode {
  return { tag: 'message', attrs: { type: 'text', ...attrs }, content };
}

const secondsOf = (at: number | undefined): string => String(Math.floor((at ?? Date.now()) / 1_000));

const { REVOKE, MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;

export function revokeOf(id: string): proto.IMessage {
  return { protocolMessage: { type: REVOKE, key: { id, fromMe: true } } };
}

export function editOf(id: string, text: string): proto.IMessage {
  return {
    protocolMessage: { type: MESSAGE_EDIT, key: { id, fromMe: true }, editedMessage: { conversation: text } },
  };
}
