import {
  aesDecryptGCM,
  aesEncryptGCM,
  type BinaryNode,
  Curve,
  decodeBinaryNode,
  encodeBinaryNode,
  hkdf,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
  sha256,
  WA_CERT_DETAILS,
} from '@whiskeysockets/baileys';

/** Replaces the one root key that the library trusts. */
const ROOT = Curve.generateKeyPair();
const INTERMEDIATE = Curve.generateKeyPair();
WA_CERT_DETAILS.PUBLIC_KEY.set(ROOT.public);

interface NoiseHandlers {
  /** Called after the handshake. */
  hello(payload: proto.IClientPayload): void;
  node(node: BinaryNode): void;
}

/**
 * The server's side of `Noise_XX_25519_AESGCM_SHA256` (https://noiseprotocol.org/noise.html, 5.3 and 7.5); each
 * message has a length of three bytes before it.
 */
export class FakeNoise {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #handlers: NoiseHandlers;
  readonly #ephemeral = Curve.generateKeyPair();
  readonly #static = Curve.generateKeyPair();
  #hash: Uint8Array = Buffer.from(NOISE_MODE);
  #salt: Uint8Array = this.#hash;
  #key: Uint8Array = this.#hash;
  #counter = 0;
  #transport: { readonly out: Uint8Array; readonly in: Uint8Array } | null = null;
  #sent = 0;
  #received = 0;
  #waiting: Buffer = Buffer.alloc(0);
  #step: 'intro' | 'hello' | 'finish' | 'open' = 'intro';
  #work: Promise<void> = Promise.resolve();

  constructor(send: (bytes: Uint8Array) => void, handlers: NoiseHandlers) {
    this.#send = send;
    this.#handlers = handlers;
  }

  send(node: BinaryNode): void {
    if (this.#transport === null) throw new Error('the handshake is not over');
    this.#frame(
      aesEncryptGCM(encodeBinaryNode(node), this.#transport.out, nonce(this.#sent++), Buffer.alloc(0)),
    );
  }

  receive(bytes: Buffer): void {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    if (this.#step === 'intro') {
      this.#waiting = this.#waiting.subarray(NOISE_WA_HEADER.length);
      this.#step = 'hello';
    }
    while (this.#waiting.length >= 3) {
      const size = this.#waiting.readUIntBE(0, 3);
      if (this.#waiting.length < size + 3) return;
      const frame = this.#waiting.subarray(3, size + 3);
      this.#waiting = this.#waiting.subarray(size + 3);
      this.#frameCame(frame);
    }
  }

  #frameCame(frame: Buffer): void {
    if (this.#step === 'hello') this.#answerHello(frame);
    else if (this.#step === 'finish') this.#finish(frame);
    else if (this.#transport !== null) {
      const plain = aesDecryptGCM(frame, this.#transport.in, nonce(this.#received++), Buffer.alloc(0));
      this.#work = this.#work.then(async () => this.#handlers.node(await decodeBinaryNode(plain)));
    }
  }

  #answerHello(frame: Buffer): void {
    const theirs = Buffer.from(proto.HandshakeMessage.decode(frame).clientHello?.ephemeral ?? []);
    this.#mix(NOISE_WA_HEADER);
    this.#mix(theirs);
    this.#mix(this.#ephemeral.public);
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, theirs));
    const encryptedStatic = this.#encrypt(this.#static.public);
    this.#mixKey(Curve.sharedKey(this.#static.private, theirs));
    const payload = this.#encrypt(certificates());
    this.#frame(
      proto.HandshakeMessage.encode({
        serverHello: { ephemeral: this.#ephemeral.public, static: encryptedStatic, payload },
      }).finish(),
    );
    this.#step = 'finish';
  }

  #finish(frame: Buffer): void {
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    const theirs = this.#decrypt(Buffer.from(clientFinish?.static ?? []));
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, theirs));
    const payload = this.#decrypt(Buffer.from(clientFinish?.payload ?? []));
    const [theirKey, ourKey] = this.#split(Buffer.alloc(0));
    this.#transport = { out: ourKey, in: theirKey };
    this.#step = 'open';
    this.#handlers.hello(proto.ClientPayload.decode(payload));
  }

  #mix(data: Uint8Array): void {
    this.#hash = sha256(Buffer.concat([this.#hash, data]));
  }

  #mixKey(secret: Uint8Array): void {
    [this.#salt, this.#key] = this.#split(secret);
    this.#counter = 0;
  }

  #split(secret: Uint8Array): [Uint8Array, Uint8Array] {
    const keys = hkdf(secret, 64, { salt: Buffer.from(this.#salt), info: '' });
    return [keys.subarray(0, 32), keys.subarray(32)];
  }

  #encrypt(plain: Uint8Array): Buffer {
    const sealed = aesEncryptGCM(plain, this.#key, nonce(this.#counter++), this.#hash);
    this.#mix(sealed);
    return sealed;
  }

  #decrypt(sealed: Buffer): Buffer {
    const plain = aesDecryptGCM(sealed, this.#key, nonce(this.#counter++), this.#hash);
    this.#mix(sealed);
    return plain;
  }

  #frame(data: Uint8Array): void {
    const head = Buffer.alloc(3);
    head.writeUIntBE(data.length, 0, 3);
    this.#send(Buffer.concat([head, data]));
  }
}

function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}

function certificates(): Uint8Array {
  const { Details } = proto.CertChain.NoiseCertificate;
  const intermediate = Details.encode({ serial: 1, issuerSerial: 0, key: INTERMEDIATE.public }).finish();
  const leaf = Details.encode({ serial: 2, issuerSerial: 1, key: ROOT.public }).finish();
  return proto.CertChain.encode({
    intermediate: { details: intermediate, signature: Curve.sign(ROOT.private, intermediate) },
    leaf: { details: leaf, signature: Curve.sign(INTERMEDIATE.private, leaf) },
  }).finish();
}
