import { deflateSync } from 'node:zlib';
import { type BinaryNode, Curve, hmacSign, proto } from '@whiskeysockets/baileys';
import { type Bundle, FakeDevice } from './fakeDevice.ts';
import { FakeWhatsappFiles } from './fakeFiles.ts';
import { FakeNoise } from './fakeNoise.ts';
import { type FakeSocket, startSocketServer } from './fakeSocket.ts';

const SERVER = 's.whatsapp.net';
const WA_ADV_ACCOUNT_SIGNATURE = Buffer.from([6, 0]);

interface Line {
  readonly noise: FakeNoise;
  readonly socket: FakeSocket;
  isLoggedIn: boolean;
  isCut: boolean;
}

/** A server with one account. Unconfirmed stanzas come again at the next login, marked `offline`. */
export class FakeWhatsapp {
  readonly phone = new FakeDevice();
  number = '79990000000';
  readonly lid = '900000000000001';
  readonly device = 12;
  /** Stanzas of our device, newest last. */
  readonly heard: BinaryNode[] = [];
  readonly everSent: BinaryNode[] = [];
  readonly confirmed = new Set<string>();
  /** Code of `<ack error>` for our sendings. */
  refuses: string | null = null;
  /** `<failure reason>` for logins. */
  failsWith: number | null = null;
  onConfirm: (id: string) => void = () => {};
  queue: BinaryNode[] = [];
  /** The linked device's keys. */
  bundle: Bundle | null = null;
  line: Line | null = null;
  url = '';
  logins = 0;
  readonly files = new FakeWhatsappFiles();
  #registering: Bundle | null = null;
  #server: Awaited<ReturnType<typeof startSocketServer>> | null = null;

  static async start(): Promise<FakeWhatsapp> {
    const fake = new FakeWhatsapp();
    fake.#server = await startSocketServer((socket) => fake.#accept(socket));
    fake.url = fake.#server.url;
    await fake.files.start();
    return fake;
  }

  /** Comes once after linking; here with names only. */
  async sendHistory(mappings: readonly { lidJid: string; pnJid: string }[] = []): Promise<void> {
    if (this.bundle === null) throw new Error('our device is not linked');
    const { HistorySyncType } = proto.HistorySync;
    const history = proto.HistorySync.encode({
      syncType: HistorySyncType.PUSH_NAME,
      phoneNumberToLidMappings: [...mappings],
    }).finish();
    const notification = {
      syncType: HistorySyncType.PUSH_NAME,
      initialHistBootstrapInlinePayload: deflateSync(history),
    };
    const { HISTORY_SYNC_NOTIFICATION: type } = proto.Message.ProtocolMessage.Type;
    const message = { protocolMessage: { type, historySyncNotification: notification } };
    const enc = await this.phone.encrypt(message, this.deviceJid, this.bundle);
    const attrs = {
      from: `${this.number}@${SERVER}`,
      id: 'history-1',
      t: now(),
      category: 'peer',
      type: 'text',
    };
    this.deliver({ tag: 'message', attrs, content: [enc] });
  }

  async close(): Promise<void> {
    await this.files.close();
    await this.#server?.close();
  }

  get deviceJid(): string {
    return `${this.number}:${this.device}@${SERVER}`;
  }

  /** Sends now or at the next login. */
  deliver(stanza: BinaryNode): void {
    this.queue.push(stanza);
    this.everSent.push(stanza);
    if (this.line?.isLoggedIn) this.line.noise.send(stanza);
  }

  /** Sends without keeping. */
  say(node: BinaryNode): void {
    if (this.line?.isLoggedIn) this.line.noise.send(node);
  }

  drop(code: number): void {
    this.line?.noise.send({
      tag: 'stream:error',
      attrs: { code: String(code) },
      content: [{ tag: 'text', attrs: {} }],
    });
    this.line?.socket.close();
  }

  /** From here our program is no longer heard. */
  cut(): void {
    if (this.line === null) return;
    this.line.isCut = true;
    this.line.socket.close();
    this.line = null;
  }

  /** The person removes the device (`conflict`). */
  removeDevice(): void {
    this.bundle = null;
    this.line?.noise.send({
      tag: 'stream:error',
      attrs: { code: '401' },
      content: [{ tag: 'conflict', attrs: { type: 'device_removed' } }],
    });
    this.line?.socket.close();
  }

  #accept(socket: FakeSocket) {
    const noise: FakeNoise = new FakeNoise((bytes) => socket.send(bytes), {
      hello: (payload) => this.#hello(line, payload),
      node: (node) => this.#came(line, node),
    });
    const line: Line = { noise, socket, isLoggedIn: false, isCut: false };
    return {
      data: (bytes: Buffer) => noise.receive(bytes),
      closed: () => {
        if (this.line !== line) return;
        this.line = null;
        this.#registering = null;
      },
    };
  }

  #hello(line: Line, payload: proto.IClientPayload): void {
    this.line = line;
    if (this.failsWith !== null) {
      line.noise.send({ tag: 'failure', attrs: { reason: String(this.failsWith) } });
      return;
    }
    if (payload.devicePairingData) {
      this.#registering = bundleOf(payload.devicePairingData);
      const refs = ['one', 'two', 'three'].map((ref) => ({
        tag: 'ref',
        attrs: {},
        content: Buffer.from(ref),
      }));
      line.noise.send({
        tag: 'iq',
        attrs: { from: SERVER, type: 'set', id: 'pair-1', xmlns: 'md' },
        content: [{ tag: 'pair-device', attrs: {}, content: refs }],
      });
      return;
    }
    if (this.bundle === null) {
      line.noise.send({ tag: 'failure', attrs: { reason: '401' } });
      return;
    }
    this.logins += 1;
    line.noise.send({ tag: 'success', attrs: { t: now(), lid: `${this.lid}:${this.device}@lid` } });
  }

  /** Whether the code belongs to the device being linked. */
  knows(qr: string): boolean {
    return this.#registering !== null && identityIn(qr).equals(this.#registering.identityKey.subarray(1));
  }

  scan(qr: string): void {
    const secret = partOf(qr, 3);
    const { private: privateKey, public: publicKey } = this.phone.creds.signedIdentityKey;
    const details = proto.ADVDeviceIdentity.encode({
      rawId: 1,
      timestamp: Number(now()),
      keyIndex: 1,
    }).finish();
    const signed = Buffer.concat([WA_ADV_ACCOUNT_SIGNATURE, details, identityIn(qr)]);
    const account = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: publicKey,
      accountSignature: Curve.sign(privateKey, signed),
    }).finish();
    const hmac = hmacSign(account, secret);
    this.line?.noise.send({
      tag: 'iq',
      attrs: { from: SERVER, type: 'set', id: 'pair-2' },
      content: [
        {
          tag: 'pair-success',
          attrs: {},
          content: [
            {
              tag: 'device-identity',
              attrs: {},
              content: proto.ADVSignedDeviceIdentityHMAC.encode({ details: account, hmac }).finish(),
            },
            { tag: 'device', attrs: { jid: this.deviceJid, lid: `${this.lid}:${this.device}@lid` } },
            { tag: 'platform', attrs: { name: 'android' } },
          ],
        },
      ],
    });
  }

  #came(line: Line, node: BinaryNode): void {
    if (line.isCut) return;
    this.heard.push(node);
    const { tag, attrs } = node;
    if (tag === 'receipt' || tag === 'ack') this.#confirm(attrs.id ?? '');
    if (tag === 'message') this.#acknowledge(line, node);
    if (tag !== 'iq') return;
    if (attrs.id === 'pair-2') {
      this.bundle = this.#registering;
      // «Restart required» is normal after linking.
      this.drop(515);
      return;
    }
    if (attrs.type === 'result') return;
    line.noise.send({
      tag: 'iq',
      attrs: { from: SERVER, type: 'result', id: attrs.id ?? '' },
      content: this.files.answerTo(node) ?? answerTo(node),
    });
    if (attrs.xmlns === 'passive') this.#becomeActive(line);
  }

  #becomeActive(line: Line): void {
    line.isLoggedIn = true;
    for (const stanza of this.queue) line.noise.send({ ...stanza, attrs: { ...stanza.attrs, offline: '1' } });
    line.noise.send({
      tag: 'ib',
      attrs: { from: SERVER },
      content: [{ tag: 'offline', attrs: { count: String(this.queue.length) } }],
    });
  }

  #confirm(id: string): void {
    this.confirmed.add(id);
    this.onConfirm(id);
    this.queue = this.queue.filter((stanza) => stanza.attrs.id !== id);
  }

  #acknowledge(line: Line, { attrs }: BinaryNode): void {
    const error = this.refuses === null ? {} : { error: this.refuses };
    line.noise.send({
      tag: 'ack',
      attrs: { class: 'message', id: attrs.id ?? '', from: attrs.to ?? '', t: now(), ...error },
    });
  }
}

/** `…#ref,noise,identity,secret,platform`, the middle three in base64. */
const partOf = (qr: string, index: number): Buffer =>
  Buffer.from((qr.split('#')[1] ?? '').split(',')[index] ?? '', 'base64');
const identityIn = (qr: string): Buffer => partOf(qr, 2);

const now = (): string => String(Math.floor(Date.now() / 1_000));

function answerTo({ content }: BinaryNode): BinaryNode[] {
  const [child] = Array.isArray(content) ? content : [];
  if (child?.tag === 'sync') return [{ tag: 'sync', attrs: {}, content: upToDate(child) }];
  if (child?.tag === 'count') return [{ tag: 'count', attrs: { value: '100' } }];
  if (child?.tag === 'digest') return [{ tag: 'digest', attrs: {} }];
  return [];
}

/** No news in the requested collections. */
function upToDate({ content }: BinaryNode): BinaryNode[] {
  const collections = Array.isArray(content) ? content : [];
  return collections.map(({ attrs }) => ({
    tag: 'collection',
    attrs: { name: attrs.name ?? '', version: '1' },
    content: [],
  }));
}

function bundleOf(data: proto.ClientPayload.IDevicePairingRegistrationData): Bundle {
  const bytes = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []);
  const prefixed = (key: Uint8Array | null | undefined) => Buffer.concat([Buffer.from([5]), bytes(key)]);
  return {
    registrationId: bytes(data.eRegid).readUInt32BE(0),
    identityKey: prefixed(data.eIdent),
    signedPreKey: {
      keyId: bytes(data.eSkeyId).readUIntBE(0, 3),
      publicKey: prefixed(data.eSkeyVal),
      signature: bytes(data.eSkeySig),
    },
  };
}
