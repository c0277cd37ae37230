import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../../registry.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import type { AvitoChannel } from '../config.ts';

interface Account {
  readonly user: string;
  readonly client: string;
  token: string;
  subscriptions: string[];
  readonly chats: {
    id: string;
    updated: number;
    context?: object;
    users: object[];
    messages: {
      id: string;
      author_id: number;
      created: number;
      type: string;
      content: object;
      direction?: string;
    }[];
  }[];
  calls: object[];
  reviews: object[];
  items: object[];
}

interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Strict by developers.avito.ru/api-catalog (auth, messenger, calltracking, ratings, item): a token per account, 404
 * for the rest. Can refuse and drop subscriptions.
 */
export class FakeAvito {
  readonly #server;
  readonly #accounts: Account[] = [];
  /** `METHOD /path` and account of each request, except for tokens. */
  readonly asked: string[] = [];
  /** Uploads by id. */
  readonly images = new Map<string, Uint8Array>();
  tokens = 0;
  /** Called before each answer; `what` is `METHOD /path`. */
  refuses: (what: string, user: string | null) => Refusal | null = () => null;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = new URL(request.url ?? '/', 'http://avito');
      const account = this.#accounts.find(({ token }) => request.headers.authorization === `Bearer ${token}`);
      const what = `${request.method} ${url.pathname}`;
      if (url.pathname !== '/token') this.asked.push(`${account?.user ?? '?'} ${what}`);
      const refusal = this.refuses(what, account?.user ?? null);
      const body = Buffer.concat(chunks);
      const upload = account && what === `POST /messenger/v1/accounts/${account.user}/uploadImages`;
      const answer =
        refusal ??
        (upload
          ? await this.#keepImage(body, request.headers['content-type'] ?? '')
          : this.#answer(what, url, body.toString('utf8'), account));
      const headers = { 'content-type': 'application/json', ...(refusal?.headers ?? {}) };
      response.writeHead(answer.status, headers);
      response.end(JSON.stringify('body' in answer ? answer.body : { error: { code: answer.status } }));
    });
  }

  static async start(): Promise<FakeAvito> {
    const avito = new FakeAvito();
    await new Promise<void>((listening) => avito.#server.listen(0, '127.0.0.1', listening));
    return avito;
  }

  get root(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  account(user: string): Account {
    const known = this.#accounts.find((each) => each.user === user);
    if (known) return known;
    const account: Account = {
      user,
      client: `client-${user}`,
      token: `token-${user}-1`,
      subscriptions: ['https://another.example.ru/hook'],
      chats: [],
      calls: [],
      reviews: [],
      items: [],
    };
    this.#accounts.push(account);
    return account;
  }

  /** Somebody writes; the client unless `author` is given. */
  says(user: string, chat: string, id: string, at: number, author = 222): void {
    const { chats } = this.account(user);
    let found = chats.find((each) => each.id === chat);
    if (!found) {
      const users = [{ id: Number(user) }, { id: 222, name: 'Иван' }];
      found = { id: chat, updated: 0, users, messages: [] };
      chats.push(found);
    }
    found.updated = Math.max(found.updated, Math.floor(at / 1_000));
    found.messages.push({
      id,
      author_id: author,
      created: Math.floor(at / 1_000),
      type: 'text',
      content: { text: `слова ${id}` },
    });
  }

  count(what: RegExp): number {
    return this.asked.filter((each) => what.test(each)).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** Takes a picture of up to 24 MB, in a form. */
  async #keepImage(
    body: Buffer<ArrayBuffer>,
    contentType: string,
  ): Promise<{ status: number; body?: unknown }> {
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
    const file = form.get('uploadfile[]');
    const isTaken = file instanceof File && file.size > 0 && file.size <= 24 * 1024 * 1024;
    if (!isTaken || !/^image\/(jpeg|png|gif|bmp|heic)$/.test(file.type)) return { status: 400 };
    const id = `image-${this.images.size + 1}`;
    this.images.set(id, new Uint8Array(await file.arrayBuffer()));
    return { status: 200, body: { [id]: { '140x105': 'https://img.example/1' } } };
  }

  #takeImage({ user, chats }: Account, to: string, body: string): { status: number; body?: unknown } {
    const chat = chats.find(({ id }) => id === to);
    const { image_id: image, ...others } = JSON.parse(body) as { image_id: string };
    if (!chat || !this.images.has(image) || Object.keys(others).length > 0) return { status: 400 };
    const created = Math.floor(Date.now() / 1_000);
    const said = { id: `sent-${chat.messages.length}`, created, type: 'image', direction: 'out' };
    chat.messages.push({ ...said, content: { image: { id: image } }, author_id: Number(user) });
    chat.updated = created;
    return { status: 200, body: said };
  }

  #accept({ user, chats }: Account, to: string, body: string): { status: number; body?: unknown } {
    const chat = chats.find(({ id }) => id === to);
    const { type, message } = JSON.parse(body) as { type: string; message: { text: string } };
    if (!chat || type !== 'text' || message.text.length > 1_000) return { status: 400 };
    const created = Math.floor(Date.now() / 1_000);
    const said = { id: `sent-${chat.messages.length}`, created, type, content: message, direction: 'out' };
    chat.messages.push({ ...said, author_id: Number(user) });
    chat.updated = created;
    return { status: 200, body: said };
  }

  #answer(
    what: string,
    url: URL,
    body: string,
    account: Account | undefined,
  ): { status: number; body?: unknown } {
    if (what === 'POST /token') {
      const form = new URLSearchParams(body);
      const known = this.#accounts.find(({ client }) => client === form.get('client_id'));
      if (
        !known ||
        form.get('grant_type') !== 'client_credentials' ||
        form.get('client_secret') !== 'the-secret'
      )
        return { status: 200, body: { error: 'invalid_client' } };
      this.tokens += 1;
      known.token = `token-${known.user}-${this.tokens}`;
      return { status: 200, body: { access_token: known.token, expires_in: 86_400, token_type: 'Bearer' } };
    }
    if (!account) return { status: 401 };
    const { user } = account;
    const chats = `/messenger/v2/accounts/${user}/chats`;
    const number = (name: string) => Number(url.searchParams.get(name));
    switch (what) {
      case 'POST /messenger/v1/subscriptions':
        return {
          status: 200,
          body: { subscriptions: account.subscriptions.map((each) => ({ url: each, version: '3' })) },
        };
      case 'POST /messenger/v3/webhook':
        account.subscriptions.push((JSON.parse(body) as { url: string }).url);
        return { status: 200, body: { ok: true } };
      case `GET ${chats}`: {
        if (
          url.searchParams.get('unread_only') !== 'false' ||
          number('limit') > 100 ||
          number('offset') > 1_000
        )
          return { status: 400 };
        const newest = account.chats.toSorted((a, b) => b.updated - a.updated);
        const page = newest.slice(number('offset'), number('offset') + number('limit'));
        return {
          status: 200,
          body: {
            chats: page.map(({ messages, ...chat }) => {
              const last = messages.at(-1);
              return { ...chat, last_message: last && { id: last.id, type: last.type } };
            }),
          },
        };
      }
      case 'POST /calltracking/v1/getCalls/': {
        const asked = JSON.parse(body) as {
          dateTimeFrom: string;
          dateTimeTo: string;
          limit: number;
          offset: number;
        };
        if (asked.limit > 100 || Number.isNaN(Date.parse(asked.dateTimeFrom))) return { status: 400 };
        return {
          status: 200,
          body: { calls: account.calls.slice(asked.offset, asked.offset + asked.limit) },
        };
      }
      case 'GET /ratings/v1/reviews': {
        if (number('limit') > 50) return { status: 400 };
        const page = account.reviews.slice(number('offset'), number('offset') + number('limit'));
        return { status: 200, body: { reviews: page, total: account.reviews.length } };
      }
      case 'GET /core/v1/items':
        return number('per_page') < 100
          ? { status: 200, body: { meta: {}, resources: number('page') === 1 ? account.items : [] } }
          : { status: 400 };
      case 'GET /core/v1/accounts/self':
        return { status: 200, body: { id: Number(user) } };
    }
    const item = new RegExp(`^GET /core/v1/accounts/${user}/items/(\\d+)/$`).exec(what)?.[1];
    if (item) return { status: 200, body: { url: `https://www.avito.ru/${item}`, status: 'active' } };
    const to = new RegExp(`^POST /messenger/v1/accounts/${user}/chats/([^/]+)/messages$`).exec(what)?.[1];
    if (to) return this.#accept(account, decodeURIComponent(to), body);
    const imageTo = new RegExp(`^POST /messenger/v1/accounts/${user}/chats/([^/]+)/messages/image$`).exec(
      what,
    )?.[1];
    if (imageTo) return this.#takeImage(account, decodeURIComponent(imageTo), body);
    const chat = new RegExp(`^GET /messenger/v3/accounts/${user}/chats/([^/]+)/messages/$`).exec(what)?.[1];
    const found = account.chats.find(({ id }) => id === decodeURIComponent(chat ?? ''));
    if (!found) return { status: 404 };
    const newest = found.messages.toReversed();
    return { status: 200, body: newest.slice(number('offset'), number('offset') + number('limit')) };
  }
}

/** A channel per account, with the user's number as its id. */
export function avitoCompany(avito: FakeAvito, users: readonly string[]): Config {
  const channels = users.map(
    (user) =>
      `  - { id: a${user}, kind: avito, owner: olga, user_id: "${user}", client_id: ${avito.account(user).client}, client_secret: the-secret, key: the-key-of-this-test-1, api_root: "${avito.root}" }`,
  );
  return contractConfig(`
version: 1
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels:
${channels.join('\n')}
`);
}

export function avitoChannelOf(config: Config, user: string): AvitoChannel {
  const channel = config.channels.get(`a${user}`);
  if (channel?.kind !== 'avito') throw new Error('no such channel');
  return channel;
}
