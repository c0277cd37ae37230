import {
  type ApiRequest,
  type ServedApi,
  serveApi,
  type UploadedFile,
  uploadedIn,
} from '../../testing/serveApi.ts';

export interface VkMessage {
  readonly peer: number;
  readonly cmid: number;
  text: string;
  attachment: string | null;
}

/** Uploads, messages.send with `random_id`, messages.edit. Strict by https://dev.vk.com/reference. */
export class FakeVkSend {
  readonly messages: VkMessage[] = [];
  readonly violations: string[] = [];
  /** Files by their `attachment` name. */
  readonly files = new Map<string, UploadedFile>();
  /** VK's error for the next call of the method. */
  fails: { readonly method: string; readonly code: number } | null = null;
  readonly #random = new Map<string, VkMessage>();
  readonly #put = new Map<string, UploadedFile & { type: string }>();
  #served: ServedApi | null = null;

  static async start(): Promise<FakeVkSend> {
    const fake = new FakeVkSend();
    fake.#served = await serveApi(async (asked) => {
      const { pathname } = asked.url;
      const answer = pathname.startsWith('/put/')
        ? await fake.#accept(pathname.slice(5), asked)
        : fake.#call(pathname.replace('/method/', ''), new URLSearchParams(asked.body));
      return { body: JSON.stringify(answer) };
    });
    return fake;
  }

  get root(): string {
    return this.#served?.root ?? '';
  }

  close = async (): Promise<void> => this.#served?.close();

  #call(method: string, form: URLSearchParams): object {
    if (form.get('access_token') !== 'the-token') return this.#error(5, 'User authorization failed');
    if (form.get('v') !== '5.199') return this.#error(100, 'version');
    if (this.fails?.method === method) {
      const { code } = this.fails;
      this.fails = null;
      return this.#error(code, 'failed');
    }
    const peer = Number(form.get('peer_id'));
    switch (method) {
      case 'photos.getMessagesUploadServer':
        return { response: { upload_url: `${this.root}/put/photo`, album_id: -3 } };
      case 'docs.getMessagesUploadServer': {
        const type = form.get('type') ?? '';
        if (!['doc', 'audio_message'].includes(type) || !peer) return this.#wrong('type or peer_id');
        return { response: { upload_url: `${this.root}/put/${type}` } };
      }
      case 'photos.saveMessagesPhoto': {
        if (form.get('server') !== '1' || form.get('hash') !== 'h') return this.#wrong('server or hash');
        const id = this.#save('photo', form.get('photo') ?? '');
        return { response: [{ owner_id: -1, id, access_key: 'k' }] };
      }
      case 'docs.save': {
        const put = this.#put.get(form.get('file') ?? '');
        if (!put || form.get('title') === null) return this.#wrong('file or title');
        const id = this.#save(put.type, form.get('file') ?? '');
        return { response: { type: put.type, [put.type]: { owner_id: -1, id } } };
      }
      case 'messages.send':
        return this.#send(form);
      case 'messages.edit': {
        const found = this.messages.find(
          (each) => each.peer === peer && String(each.cmid) === form.get('cmid'),
        );
        if (!found) return this.#error(909, "Can't edit this message, because it's too old");
        found.text = form.get('message') ?? '';
        // An unnamed attachment is removed.
        found.attachment = form.get('attachment');
        return { response: 1 };
      }
      default:
        return this.#wrong(`no method ${method}`);
    }
  }

  #send(form: URLSearchParams): object {
    const random = form.get('random_id') ?? '';
    const attachment = form.get('attachment');
    const text = form.get('message') ?? '';
    if (!/^-?\d+$/.test(random) || text.length > 4_096) return this.#wrong('random_id or message');
    if (text === '' && attachment === null) return this.#error(100, 'message is empty or invalid');
    if (attachment !== null && !this.files.has(attachment)) return this.#wrong('no such attachment');
    const known = this.#random.get(random);
    const peer = Number(form.get('peer_ids'));
    const message = known ?? { peer, cmid: this.messages.length + 1, text, attachment };
    if (!known) this.messages.push(message);
    this.#random.set(random, message);
    return { response: [{ peer_id: peer, message_id: 0, conversation_message_id: message.cmid }] };
  }

  async #accept(type: string, asked: ApiRequest): Promise<object> {
    const file = await uploadedIn(asked, type === 'photo' ? 'photo' : 'file');
    if (file === null) return this.#wrong('no file');
    const key = `put-${this.#put.size + 1}`;
    this.#put.set(key, { type, ...file });
    return type === 'photo' ? { server: 1, photo: key, hash: 'h' } : { file: key };
  }

  #save(type: string, key: string): number {
    const id = this.files.size + 1;
    const { name, bytes } = this.#put.get(key) ?? { name: '', bytes: new Uint8Array() };
    this.files.set(type === 'photo' ? `photo-1_${id}_k` : `${type}-1_${id}`, { name, bytes });
    return id;
  }

  #error(code: number, message: string): object {
    return { error: { error_code: code, error_msg: message } };
  }

  #wrong(problem: string): object {
    this.violations.push(problem);
    return this.#error(100, problem);
  }
}
