import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory, until } from '@otklik/testing';
import { ImapFlow } from 'imapflow';
import { freePort } from './contractConfig.ts';

/** Whom it runs as when the tests run as root: Dovecot refuses to handle mail as root. */
const NOBODY = 65_534;
const PASSWORD = 'secret-of-this-test';

/** A real Dovecot on loopback, with one mailbox, in a directory of its own. */
export class Dovecot {
  readonly port: number;
  readonly #folder: string;
  readonly #remove: () => Promise<void>;
  #server: ChildProcess;

  static async start(): Promise<Dovecot> {
    const temporary = await temporaryDirectory();
    const port = await freePort();
    const isRoot = process.getuid?.() === 0;
    const [uid, gid] = isRoot ? [NOBODY, NOBODY] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    // Root's temporary directory is closed to others; the path of a socket must be short besides.
    const folder = temporary.path;
    for (const part of ['', 'run', 'state', 'mail']) {
      mkdirSync(join(folder, part), { recursive: true, mode: 0o755 });
      if (isRoot) chownSync(join(folder, part), uid, gid);
    }
    writeFileSync(join(folder, 'users'), `sales:{PLAIN}${PASSWORD}::::::\n`, { mode: 0o644 });
    writeFileSync(
      join(folder, 'dovecot.conf'),
      configOf(folder, port, await nameOf(uid, '/etc/passwd'), await nameOf(gid, '/etc/group')),
    );
    const server = spawn(process.env.DOVECOT ?? 'dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], {
      stdio: 'ignore',
      ...(isRoot ? { uid, gid } : {}),
    });
    const dovecot = new Dovecot(port, folder, () => temporary.remove(), server);
    await until(() => answers(port), {
      timeoutMs: 10_000,
      what: `Dovecot answers (see ${folder}/dovecot.log)`,
    });
    return dovecot;
  }

  private constructor(port: number, folder: string, remove: () => Promise<void>, server: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#remove = remove;
    this.#server = server;
  }

  /** For otklik.yaml. */
  get imap(): string {
    return `imap://sales:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  /** A connection of somebody else's: the employee's mail program. */
  async open(): Promise<ImapFlow> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: this.port,
      secure: false,
      auth: { user: 'sales', pass: PASSWORD },
      logger: false,
      disableAutoIdle: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Puts a mail into a folder, as a delivery or a mail program does. */
  async append(folder: string, mail: string, at: Date = new Date()): Promise<void> {
    const client = await this.open();
    try {
      if ((await client.append(folder, mail.replaceAll(/\r?\n/g, '\r\n'), [], at)) === false)
        throw new Error(`nothing was appended to ${folder}`);
    } finally {
      client.close();
    }
  }

  /** Puts so many old mails into the inbox at once, before anybody has opened it. */
  fill(count: number): void {
    const maildir = join(this.#folder, 'mail', 'sales', 'Maildir');
    const folders = [
      join(this.#folder, 'mail', 'sales'),
      maildir,
      ...['cur', 'new', 'tmp'].map((name) => join(maildir, name)),
    ];
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const monthAgo = new Date(Date.now() - 30 * 24 * 3_600_000);
    for (let index = 0; index < count; index += 1) {
      const file = join(maildir, 'cur', `${1_700_000_000 + index}.M${index}.host:2,S`);
      writeFileSync(
        file,
        `From: c${index}@mail.example\r\nTo: sales@example.ru\r\nSubject: Order ${index}\r\nMessage-ID: <old${index}@mail.example>\r\n\r\nText\r\n`,
      );
      utimesSync(file, monthAgo, monthAgo);
      if (process.getuid?.() === 0) chownSync(file, NOBODY, NOBODY);
    }
    if (process.getuid?.() === 0) for (const folder of folders) chownSync(folder, NOBODY, NOBODY);
  }

  /** Nobody can read this folder (its name in ASCII) any more, though it is listed. */
  forbid(folder: string): void {
    chmodSync(join(this.#folder, 'mail', 'sales', 'Maildir', `.${folder}`), 0);
  }

  /** The processes that serve logged-in connections. */
  imapProcesses(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && name !== String(this.#server.pid))
      .map(Number)
      .filter((pid) => isChildOf(pid, this.#server.pid ?? 0) && commandOf(pid) === 'dovecot/imap');
  }

  log(): string {
    return readFileSync(join(this.#folder, 'dovecot.log'), 'utf8');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.kill('SIGTERM');
    await ended;
    await this.#remove();
  }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function nameOf(id: number, file: string): Promise<string> {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.split(':')[2] === String(id));
  if (line === undefined) throw new Error(`${file} has no ${id}`);
  return line.split(':', 1).join('');
}

function isChildOf(pid: number, parent: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent);
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0', 1).join('').split(' ', 1).join('');
  } catch {
    return '';
  }
}

function configOf(folder: string, port: number, user: string, group: string): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_login_user = ${user}
default_internal_user = ${user}
default_internal_group = ${group}
mail_uid = ${user}
mail_gid = ${group}
first_valid_uid = 0
mail_home = ${folder}/mail/%u
mail_location = maildir:~/Maildir
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Drafts {
    auto = subscribe
    special_use = \\Drafts
  }
  mailbox Spam {
    auto = subscribe
    special_use = \\Junk
  }
}
`;
}
