import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fromTestRun } from '@otklik/testing/servers';
import { ImapFlow } from 'imapflow';

interface DovecotAccess {
  readonly port: number;
  readonly password: string;
  readonly folder: string;
  /** The server's user, if not ours. */
  readonly owner?: number;
}

/** A mailbox on a real Dovecot. */
export class TestMailbox {
  readonly #name = `box${randomBytes(5).toString('hex')}`;
  readonly #server: DovecotAccess;

  static async open(): Promise<TestMailbox> {
    return new TestMailbox(await fromTestRun<DovecotAccess>('dovecot'));
  }

  constructor(server: DovecotAccess) {
    this.#server = server;
  }

  /** For otklik.yaml. */
  get imap(): string {
    return `imap://${this.#name}:${this.#server.password}@127.0.0.1:${this.#server.port}`;
  }

  async open(): Promise<ImapFlow> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: this.#server.port,
      secure: false,
      auth: { user: this.#name, pass: this.#server.password },
      logger: false,
      disableAutoIdle: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async append(folder: string, mail: string | Buffer, at: Date = new Date()): Promise<void> {
    const client = await this.open();
    try {
      const content = typeof mail === 'string' ? mail.replaceAll(/\r?\n/g, '\r\n') : mail;
      if ((await client.append(folder, content, [], at)) === false)
        throw new Error(`nothing was appended to ${folder}`);
    } finally {
      client.close();
    }
  }

  /** Adds old mails before the first opening. */
  fill(count: number): void {
    const folders = [
      this.#home,
      this.#maildir,
      ...['cur', 'new', 'tmp'].map((name) => join(this.#maildir, name)),
    ];
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const monthAgo = new Date(Date.now() - 30 * 24 * 3_600_000);
    for (let index = 0; index < count; index += 1) {
      const file = join(this.#maildir, 'cur', `${1_700_000_000 + index}.M${index}.host:2,S`);
      writeFileSync(
        file,
        `From: c${index}@mail.example\r\nTo: sales@example.ru\r\nSubject: Order ${index}\r\nMessage-ID: <old${index}@mail.example>\r\n\r\nText\r\n`,
      );
      utimesSync(file, monthAgo, monthAgo);
      this.#giveToServer(file);
    }
    for (const folder of folders) this.#giveToServer(folder);
  }

  /** Makes a listed folder unreadable (ASCII name). */
  forbid(folder: string): void {
    chmodSync(join(this.#maildir, `.${folder}`), 0);
  }

  /** Linux only. */
  imapProcesses(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => commandOf(pid).startsWith(`dovecot/imap [${this.#name} `));
  }

  get #home(): string {
    return join(this.#server.folder, 'mail', this.#name);
  }

  get #maildir(): string {
    return join(this.#home, 'Maildir');
  }

  #giveToServer(path: string): void {
    const { owner } = this.#server;
    if (owner !== undefined) chownSync(path, owner, owner);
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
