import {
  type ApiAnswer,
  type ApiRequest,
  type ServedApi,
  serveApi,
  type UploadedFile,
  uploadedIn,
} from '../../testing/serveApi.ts';

interface Kept extends UploadedFile {
  readonly type: string;
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
 * Uploads (token before for video and audio, after for others), messages, edits. Strict by
 * https://dev.max.ru/docs-api.
 */
export class FakeMaxSend {
  readonly messages: MaxMessage[] = [];
  readonly violations: string[] = [];
  /** How often an upload is not ready yet. */
  notReady = 0;
  /** The status of the next answer. */
  refuses: number | null = null;
  readonly #uploads = new Map<string, { type: string; kept: Kept | null }>();
  #served: ServedApi | null = null;

  static async start(): Promise<FakeMaxSend> {
    const fake = new FakeMaxSend();
    fake.#served = await serveApi(async (asked) => {
      const { status, body } = await fake.#accept(asked);
      return { status, body: typeof body === 'string' ? body : JSON.stringify(body) } satisfies ApiAnswer;
    });
    return fake;
  }

  get root(): string {
    return this.#served?.root ?? '';
  }

  close = async (): Promise<void> => this.#served?.close();

  async #accept(asked: ApiRequest): Promise<{ status: number; body: object | string }> {
    const status = this.refuses;
    this.refuses = null;
    if (status !== null) return { status, body: { code: 'internal' } };
    const isOurs = asked.headers.authorization === TOKEN || asked.url.pathname.startsWith('/put/');
    return isOurs ? this.#answer(asked) : { status: 401, body: { code: 'verify.token' } };
  }

  async #answer(asked: ApiRequest): Promise<{ status: number; body: object | string }> {
    const { url, body } = asked;
    const what = `${asked.method} ${url.pathname}`;
    if (what === 'POST /uploads') {
      const type = url.searchParams.get('type') ?? '';
      if (!(type in SIZES)) return this.#wrong('no such type');
      const token = `token-${this.#uploads.size + 1}`;
      this.#uploads.set(token, { type, kept: null });
      const isTold = type === 'video' || type === 'audio';
      return { status: 200, body: { url: `${this.root}/put/${token}`, ...(isTold && { token }) } };
    }
    if (what.startsWith('POST /put/')) return this.#put(url.pathname.slice(5), asked);
    if (what === 'POST /messages') return this.#say(url.searchParams.get('chat_id') ?? '', body);
    if (what === 'PUT /messages') return this.#edit(url.searchParams.get('message_id'), body);
    return { status: 404, body: { code: 'not.found' } };
  }

  async #put(token: string, asked: ApiRequest) {
    const upload = this.#uploads.get(token);
    const file = await uploadedIn(asked, 'data');
    if (!upload || upload.kept !== null || file === null) return this.#wrong('no file in `data`');
    if (file.bytes.length > (SIZES[upload.type] ?? 0) * 1024 * 1024) return this.#wrong('too large');
    upload.kept = { type: upload.type, ...file };
    switch (upload.type) {
      case 'image':
        return { status: 200, body: { photos: { key: { token } } } };
      case 'file':
        return { status: 200, body: { fileId: 1, token } };
      default:
        return { status: 200, body: '<retval>1</retval>' };
    }
  }

  #say(chat: string, raw: string) {
    const { text, attachments = [], ...others } = JSON.parse(raw);
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

  #edit(mid: string | null, raw: string) {
    const { text, ...others } = JSON.parse(raw);
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
