import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BinaryNode } from '@whiskeysockets/baileys';

const AUTH = 'auth-of-this-test';

/** Stores ciphertext by digest. */
export class FakeWhatsappFiles {
  readonly kept: { readonly kind: string; readonly path: string; readonly bytes: Buffer }[] = [];
  isAway = false;
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '', 'http://files');
    const [, kind = '', digest = ''] =
      /^\/mms\/(image|video|audio|document)\/([\w-]+)$/.exec(url.pathname) ?? [];
    const bytes = Buffer.concat(chunks);
    const isRight =
      createHash('sha256').update(bytes).digest('base64url') === digest &&
      url.searchParams.get('auth') === AUTH &&
      url.searchParams.get('token') === digest &&
      Number(request.headers['content-length']) === bytes.length;
    if (this.isAway || !isRight) return void response.writeHead(this.isAway ? 503 : 401).end('{}');
    const path = `/v/${digest}`;
    this.kept.push({ kind, path, bytes });
    response.end(JSON.stringify({ url: `https://mmg.whatsapp.net${path}`, direct_path: path }));
  });

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** null for other queries. */
  answerTo({ content }: BinaryNode): BinaryNode[] | null {
    const [child] = Array.isArray(content) ? content : [];
    if (child?.tag !== 'media_conn') return null;
    const hostname = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const host = { tag: 'host', attrs: { hostname } };
    return [{ tag: 'media_conn', attrs: { auth: AUTH, ttl: '300' }, content: [host] }];
  }
}
