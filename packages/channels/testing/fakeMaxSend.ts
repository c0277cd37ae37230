import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Kept {
  readonly type: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface MaxMessage {
  readonly mid: string;
  readonly chat: string;
  text: string;
  readonly files: readonly Kept[];
}

const TOKEN = 'the-token';
const SIZES: Readonly<Record<string, number>> = { image: 50, video: 250, audio: 256, file: 4_096 };

/**
 * MAX, as far as a bot writes: uploads (the token of a video and of sound comes before it, of all else after it), messages,
 * edits. As strict as https://dev.max.ru/docs-api.
 */
export class FakeMaxSend {
  readonly messages: MaxMessage[] = [];
  readonly violations: string[] = [];
  /** So often what was uploaded is not ready yet. */
  notReady = 0;
  /** What the next call is answered with. */
  refuses: number | null = null;
  readonly #uploads = new Map<string, { type: string; kept: Kept | null }>();
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '', this.root);
    const body = Buffer.concat(chunks);
    const what = `${request.method} ${url.pathname}`;
    const isOurs = request.headers.authorization === TOKEN || url.pathname.startsWith('/put/');
    const answer =
      this.refuses !== null
        ? { status: this.refuses, body: { code: 'internal' } }
        : isOurs
          ? await this.#answer(what, url, body, request.headers['content-type'] ?? '')
          : { status: 401, body: { code: 'verify.token' } };
    this.refuses = null;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });

  static async start(): Promise<FakeMaxSend> {
    const fake = new FakeMaxSend();
    await new Promise<void>((listening) => fake.#server.listen(0, '127.0.0.1', listening));
    return fake;
  }

  get root(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(
    what: string,
    url: URL,
    body: Buffer<ArrayBuffer>,
    contentType: string,
  ): Promise<{ status: number; body: object | string }> {
    if (what === 'POST /uploads') {
      const type = url.searchParams.get('type') ?? '';
      if (!(type in SIZES)) return this.#wrong('no such type');
      const token = `token-${this.#uploads.size + 1}`;
      this.#uploads.set(token, { type, kept: null });
      const isTold = type === 'video' || type === 'audio';
      return { status: 200, body: { url: `${this.root}/put/${token}`, ...(isTold && { token }) } };
    }
    if (what.startsWith('POST /put/')) return this.#put(url.pathname.slice(5), body, contentType);
    if (what === 'POST /messages') return this.#say(url.searchParams.get('chat_id') ?? '', body);
    if (what === 'PUT /messages') return this.#edit(url.searchParams.get('message_id'), body);
    return { status: 404, body: { code: 'not.found' } };
  }

  async #put(token: string, body: Buffer<ArrayBuffer>, contentType: string) {
    const upload = this.#uploads.get(token);
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
    const file = form.get('data');
    if (!upload || upload.kept !== null || !(file instanceof File)) return this.#wrong('no file in `data`');
    if (file.size > (SIZES[upload.type] ?? 0) * 1024 * 1024) return this.#wrong('too large');
    upload.kept = {
      type: upload.type,
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    };
    switch (upload.type) {
      case 'image':
        return { status: 200, body: { photos: { key: { token } } } };
      case 'file':
        return { status: 200, body: { fileId: 1, token } };
      default:
        return { status: 200, body: '<retval>1</retval>' };
    }
  }

  #say(chat: string, raw: Buffer) {
    const { text, attachments = [], ...others } = JSON.parse(raw.toString());
    const stranger = Object.keys(others)[0];
    if (stranger !== undefined) return this.#wrong(`unknown field ${stranger}`);
    if (typeof text !== 'string' || text.length > 4_000) return this.#wrong('text');
    if (text === '' && attachments.length === 0) return this.#wrong('empty message');
    const files = attachments.map(({ type, payload }: { type: string; payload: Record<string, unknown> }) => {
      const photos = payload.photos as Record<string, { token: string }> | undefined;
      const token = String(payload.token ?? Object.values(photos ?? {})[0]?.token);
      const kept = this.#uploads.get(token)?.kept;
      return kept?.type === type ? kept : null;
    });
    if (files.includes(null)) return this.#wrong('no such attachment');
    if (files.length > 0 && this.notReady > 0) {
      this.notReady -= 1;
      return { status: 400, body: { code: 'attachment.not.ready', message: 'Key: errors.process' } };
    }
    const message = { mid: `mid.${this.messages.length + 1}`, chat, text, files };
    this.messages.push(message);
    return { status: 200, body: { message: { body: { mid: message.mid, seq: 1, text } } } };
  }

  #edit(mid: string | null, raw: Buffer) {
    const { text, ...others } = JSON.parse(raw.toString());
    const message = this.messages.find((each) => each.mid === mid);
    if (Object.keys(others).length > 0 || typeof text !== 'string') return this.#wrong('edit');
    if (!message) return { status: 200, body: { success: false, message: 'message is too old' } };
    message.text = text;
    return { status: 200, body: { success: true } };
  }

  #wrong(problem: string) {
    this.violations.push(problem);
    return { status: 400, body: { code: 'proto.payload', message: problem } };
  }
}
