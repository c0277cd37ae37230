import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface GraphMessage {
  readonly to: string;
  readonly text: string;
  readonly id: string;
  readonly file?: { readonly kind: string; readonly name: string; readonly bytes: Uint8Array };
}

export interface GraphFailure {
  readonly status: number;
  readonly code?: number;
  readonly retryAfter?: number;
  /** The message goes out, the answer is lost. */
  readonly carriedOut?: boolean;
}

interface Account {
  readonly phoneNumberId: string;
  readonly appSecret: string;
  readonly token: string;
  readonly callback: string;
}

/** Strict about token and body, signs what it posts, repeats until a 200. */
export class FakeGraph {
  readonly account: Account;
  readonly sent: GraphMessage[] = [];
  readonly violations: string[] = [];
  readonly posted: object[] = [];
  isTokenDead = false;
  #failures: GraphFailure[] = [];
  /** Uploads by id. */
  readonly #media = new Map<string, { type: string; name: string; bytes: Uint8Array }>();
  #server: Server;
  #posting: Promise<void> = Promise.resolve();
  #closed = false;

  static async start(account: Account): Promise<FakeGraph> {
    const fake = new FakeGraph(account);
    await new Promise<void>((listening) => fake.#server.listen(0, '127.0.0.1', listening));
    return fake;
  }

  private constructor(account: Account) {
    this.account = account;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get apiRoot(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v24.0`;
  }

  get failuresLeft(): number {
    return this.#failures.length;
  }

  failNext(failure: GraphFailure): void {
    this.#failures.push(failure);
  }

  /** Posts in order, until taken. */
  post(field: string, value: object): void {
    const { phoneNumberId } = this.account;
    const metadata = { display_phone_number: '74951234567', phone_number_id: phoneNumberId };
    this.postBody({
      object: 'whatsapp_business_account',
      entry: [
        { id: '1029', changes: [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }] },
      ],
    });
  }

  postBody(body: object): void {
    this.posted.push(body);
    this.#posting = this.#posting.then(() => this.#insist(body));
  }

  /** Repeats at least once, in any order, like Meta. */
  postAgain(): void {
    for (const body of this.posted.toReversed()) this.#posting = this.#posting.then(() => this.#insist(body));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#posting;
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #insist(body: object): Promise<void> {
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', this.account.appSecret).update(text).digest('hex');
    while (!this.#closed) {
      const answer = await fetch(this.account.callback, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
        body: text,
      }).catch(() => null);
      if (answer?.status === 200) return;
      await pause(20);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const say = (status: number, body: object, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const refuse = (status: number, code: number, message: string) =>
      say(status, { error: { message, type: 'OAuthException', code, fbtrace_id: 'x' } });
    if (this.isTokenDead || request.headers.authorization !== `Bearer ${this.account.token}`)
      return void refuse(401, 190, 'Invalid OAuth access token.');
    const path = new URL(request.url ?? '', 'http://graph').pathname;
    const failure = this.#failures.shift();
    if (failure && !failure.carriedOut) {
      const headers = failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) };
      const error = { message: 'failed', type: 'OAuthException', code: failure.code ?? 1 };
      return void say(failure.status, { error }, headers as Record<string, string>);
    }
    if (request.method === 'GET' && path === `/v24.0/${this.account.phoneNumberId}`)
      return void say(200, {
        id: this.account.phoneNumberId,
        verified_name: 'Shop',
        webhook_configuration: { application: this.account.callback },
      });
    if (request.method === 'POST' && path === `/v24.0/${this.account.phoneNumberId}/media`) {
      const taken = await this.#keepMedia(Buffer.concat(chunks), request.headers['content-type'] ?? '');
      if ('id' in taken) return void say(200, taken);
      this.violations.push(taken.problem);
      return void refuse(400, 100, taken.problem);
    }
    if (request.method !== 'POST' || path !== `/v24.0/${this.account.phoneNumberId}/messages`)
      return void refuse(400, 100, `Unsupported request: ${path}`);
    const problem = this.#accept(Buffer.concat(chunks).toString());
    if (problem !== null) {
      this.violations.push(problem);
      return void refuse(400, 100, problem);
    }
    if (failure) return void refuse(failure.status, failure.code ?? 2, 'lost');
    const { id = '', to = '' } = this.sent.at(-1) ?? {};
    say(200, { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id }] });
  }

  /** Checks form, type and size, like Meta. */
  async #keepMedia(
    body: Buffer<ArrayBuffer>,
    contentType: string,
  ): Promise<{ id: string } | { problem: string }> {
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
    const file = form.get('file');
    if (form.get('messaging_product') !== 'whatsapp')
      return { problem: 'messaging_product must be whatsapp' };
    if (!(file instanceof File)) return { problem: 'file is required' };
    const type = String(form.get('type'));
    if (file.type !== type) return { problem: `file is of ${file.type}, and not of ${type}` };
    const most = (type.startsWith('image/') ? 5 : /^(audio|video)\//.test(type) ? 16 : 100) * 1024 * 1024;
    if (file.size === 0 || file.size > most) return { problem: 'Media upload error: file size' };
    const id = `media${this.#media.size + 1}`;
    this.#media.set(id, { type, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    return { id };
  }

  /** The file, or the error as text. */
  #fileOf(type: string, media: Record<string, unknown>): GraphMessage['file'] | string {
    const kept = this.#media.get(String(media.id));
    if (kept === undefined) return 'no such media';
    const allowed = {
      image: /^image\/(jpeg|png)$/,
      video: /^video\/(mp4|3gpp)$/,
      audio: /^audio\//,
      document: /./,
    };
    if (!(type in allowed) || !allowed[type as keyof typeof allowed].test(kept.type))
      return `${kept.type} is no ${type}`;
    const names = [
      'id',
      ...(type === 'audio' ? [] : ['caption']),
      ...(type === 'document' ? ['filename'] : []),
    ];
    const stranger = Object.keys(media).find((name) => !names.includes(name));
    if (stranger !== undefined) return `unexpected key ${stranger} of ${type}`;
    if (String(media.caption ?? '').length > 1_024) return 'caption is too long';
    return { kind: type, name: String(media.filename ?? kept.name), bytes: kept.bytes };
  }

  /** The error; null when sent. */
  #accept(raw: string): string | null {
    const {
      messaging_product: product,
      recipient_type: kind,
      to,
      recipient,
      type,
      text,
      ...rest
    } = JSON.parse(raw);
    const { [type]: media, ...others } = rest;
    const stranger = Object.keys(others)[0];
    if (stranger !== undefined) return `unexpected parameter ${stranger}`;
    if (product !== 'whatsapp') return 'messaging_product must be whatsapp';
    if (kind !== 'individual' && kind !== 'group') return 'recipient_type must be individual or group';
    const file = media === undefined ? undefined : this.#fileOf(type, media);
    if (typeof file === 'string') return file;
    if (file === undefined) {
      if (type !== 'text' || typeof text?.body !== 'string' || text.body === '')
        return 'text.body is required';
      if (text.body.length > 4_096) return 'text.body is too long';
    }
    const isGroup = kind === 'group' && to !== undefined && /^[A-Za-z0-9+/=]+$/.test(to);
    if (!isGroup && (to === undefined ? !/^[A-Z]{2}\.\d+$/.test(recipient) : !/^\d{7,15}$/.test(to)))
      return 'no such recipient';
    this.sent.push({
      to: to ?? recipient,
      text: file === undefined ? text.body : (media.caption ?? ''),
      id: `wamid.sent${this.sent.length + 1}`,
      ...(file && { file }),
    });
    return null;
  }
}
