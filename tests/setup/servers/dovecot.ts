import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@otklik/testing';
import type { RunningServer } from './desk.ts';
import { findProgram } from './programs.ts';
import { saysSomething, startServer } from './serverProcess.ts';

/** Dovecot refuses to handle mail as root. */
const NOBODY = 65_534;
const PASSWORD = 'secret-of-this-test';

interface DovecotAccess {
  readonly port: number;
  readonly password: string;
  readonly folder: string;
  /** The server's user, when not ours. */
  readonly owner?: number;
}

/** On loopback. Any user name with the password has a mailbox, in `folder/mail/NAME/Maildir`. */
export async function startDovecot(
  directory: string,
): Promise<RunningServer & { readonly access: DovecotAccess }> {
  // Other users cannot enter root's temporary directory.
  chmodSync(directory, 0o711);
  const folder = join(directory, 'dovecot');
  const log = join(directory, 'dovecot.log');
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = isRoot ? [NOBODY, NOBODY] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  for (const part of ['', 'run', 'state', 'mail']) {
    mkdirSync(join(folder, part), { recursive: true, mode: 0o755 });
    if (isRoot) chownSync(join(folder, part), uid, gid);
  }
  writeFileSync(log, '');
  if (isRoot) chownSync(log, uid, gid);
  const config = join(folder, 'dovecot.conf');
  writeFileSync(config, configOf(folder, log, port, nameOf(uid, '/etc/passwd'), nameOf(gid, '/etc/group')));
  const server = await startServer(findProgram('dovecot'), ['-F', '-c', config], {
    ...(isRoot ? { uid, gid } : {}),
    log,
    answers: () => saysSomething(port),
  });
  return { access: { port, password: PASSWORD, folder, ...(isRoot && { owner: uid }) }, stop: server.stop };
}

function nameOf(id: number, file: string): string {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.split(':')[2] === String(id));
  if (line === undefined) throw new Error(`${file} has no ${id}`);
  return line.split(':', 1).join('');
}

function configOf(folder: string, log: string, port: number, user: string, group: string): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${log}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
verbose_proctitle = yes
default_login_user = ${user}
default_internal_user = ${user}
default_internal_group = ${group}
mail_uid = ${user}
mail_gid = ${group}
first_valid_uid = 0
mail_home = ${folder}/mail/%u
mail_location = maildir:~/Maildir
mail_fsync = never
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
  driver = static
  args = password=${PASSWORD}
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
