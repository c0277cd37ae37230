import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A WebSocket (RFC 6455) with whole binary messages only. */
export interface FakeSocket {
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface SocketHandlers {
  data(bytes: Buffer): void;
  closed(): void;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Listens on a free loopback port. */
export async function startSocketServer(accept: (socket: FakeSocket) => SocketHandlers) {
  const server = createServer((_request, response) => response.writeHead(426).end());
  const open = new Set<Duplex>();
  server.on('upgrade', (request, stream) => {
    const answer = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${GUID}`)
      .digest('base64');
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${answer}\r\n\r\n`,
    );
    open.add(stream);
    serve(stream, accept, () => open.delete(stream));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/ws/chat`,
    close: async () => {
      for (const stream of open) stream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(stream: Duplex, accept: (socket: FakeSocket) => SocketHandlers, gone: () => void): void {
  const handlers = accept({
    send: (bytes) => {
      if (!stream.destroyed) stream.write(frame(BINARY, bytes));
    },
    close: () => stream.end(frame(CLOSE, Buffer.from([3, 232]))),
  });
  let waiting = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const read = readFrame(waiting);
      if (read === null) return;
      waiting = waiting.subarray(read.size);
      if (read.opcode === BINARY) handlers.data(read.payload);
      if (read.opcode === CLOSE) stream.end(frame(CLOSE, Buffer.alloc(0)));
    }
  });
  stream.on('error', () => undefined);
  stream.on('close', () => {
    gone();
    handlers.closed();
  });
}

const BINARY = 2;
const CLOSE = 8;

function frame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** A client's frames are masked. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start + 4) return null;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const size = start + 4 + length;
  if (bytes.length < size) return null;
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, size));
  for (let index = 0; index < payload.length; index += 1)
    payload.writeUInt8(payload.readUInt8(index) ^ mask.readUInt8(index % 4), index);
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, size };
}
