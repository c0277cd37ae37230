import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND } from '@otklik/domain';
import type { ImapFlow } from 'imapflow';
import type { Transporter } from 'nodemailer';
import type { Finding, LocalizedText } from '../channel.ts';
import { connectionTo } from './account.ts';
import type { EmailChannel } from './config.ts';
import { fetchMails } from './fetchMails.ts';
import { type Folder, foldersOf } from './folders.ts';
import type { Mail } from './mail.ts';
import { MAIL_PACE } from './pace.ts';
import { mailboxProblem } from './problems.ts';
import { topmostAuthserv, trustedWord } from './proof.ts';
import { transportOf } from './smtp.ts';

/** How long the test mail may take. */
const PATIENCE_MS = 60 * SECOND;
const LOOK_EVERY_MS = 2 * SECOND;

/**
 * Reads the mailbox and mails itself: does it arrive, and does the provider file a copy? Without copies answers from
 * other programs stay unseen.
 */
export async function checkMailbox(
  channel: EmailChannel,
  patienceMs: number = PATIENCE_MS,
): Promise<Finding[]> {
  let client: ImapFlow;
  try {
    client = await connectionTo(channel, MAIL_PACE);
    client.on('error', () => undefined);
    await client.connect();
  } catch (error) {
    return [{ level: 'fault', said: mailboxProblem(error) }];
  }
  try {
    const folders = foldersOf(await client.list(), channel, client.capabilities.has('X-GM-EXT-1'));
    return [
      ...foundIn(folders),
      ...(await sendToOneself(channel, client, folders, patienceMs)),
      await trustIn(channel, client),
    ];
  } finally {
    client.close();
  }
}

const fine = (said: LocalizedText): Finding => ({ level: 'fine', said });
const gap = (said: LocalizedText): Finding => ({ level: 'gap', said });

function foundIn(folders: readonly Folder[]): Finding[] {
  const sent = folders.find(({ role }) => role === 'sent');
  const incoming = folders.filter(({ role }) => role === 'inbox').map(({ path }) => path);
  return [
    fine({
      ru: `читаются папки: ${incoming.join(', ')}`,
      en: `folders that are read: ${incoming.join(', ')}`,
    }),
    sent === undefined
      ? gap({
          ru: 'папка отправленных не найдена, ответов не видно: укажите её в настройках (sent)',
          en: 'the folder of sent mail was not found, so answers are not seen: name it in the config (sent)',
        })
      : fine({ ru: `ответы ищутся в папке ${sent.path}`, en: `answers are looked for in ${sent.path}` }),
  ];
}

const LOOKED_AT = 50;

/**
 * Whose Authentication-Results to trust. A name must be topmost in most mails: a stranger can forge it only in their
 * own.
 */
async function trustIn({ trustedAuthserv }: EmailChannel, client: ImapFlow): Promise<Finding> {
  const mailbox = await client.mailboxOpen('INBOX', { readOnly: true });
  const range = { from: Math.max(1, mailbox.uidNext - LOOKED_AT), to: mailbox.uidNext };
  const mails = await fetchMails(client, 'inbox', range, () => false);
  if (trustedAuthserv.length === 0) return proposed(mails);
  const names = trustedAuthserv.join(', ');
  const isThere =
    mails.length === 0 || mails.some((mail) => trustedWord(mail.authentication, trustedAuthserv));
  return isThere
    ? fine({
        ru: `кто написал письмо, подтверждает ${names}`,
        en: `who wrote a mail is confirmed by ${names}`,
      })
    : gap({
        ru: `ни в одном из последних писем (${mails.length}) нет Authentication-Results от ${names}: проверьте trusted_authserv${hint(mails).ru}`,
        en: `none of the latest mails (${mails.length}) has Authentication-Results by ${names}: check trusted_authserv${hint(mails).en}`,
      });
}

function proposed(mails: readonly Mail[]): Finding {
  const { ru, en } = hint(mails);
  return gap({
    ru: `отправители не подтверждаются: письма коллег, которых нет в папке отправленных, ответом не считаются, один адрес клиента не объединяет его обращения — укажите trusted_authserv${ru}`,
    en: `senders are not confirmed: mails of colleagues that do not lie in the folder of sent mail answer nothing, and a client’s address does not join their threads: write trusted_authserv${en}`,
  });
}

function hint(mails: readonly Mail[]): LocalizedText {
  const names = Map.groupBy(mails, topmostAuthserv);
  const [name] = [...names].find(([each, theirs]) => each !== null && theirs.length * 2 > mails.length) ?? [
    null,
  ];
  return name === null
    ? { ru: ' (общего имени в последних письмах не видно)', en: ' (the latest mails have no name in common)' }
    : { ru: `: ${name}, если это ваш сервер`, en: `: ${name}, if that is your server` };
}

async function sendToOneself(
  channel: EmailChannel,
  client: ImapFlow,
  folders: readonly Folder[],
  patienceMs: number,
): Promise<Finding[]> {
  if (channel.smtp === null)
    return [
      gap({
        ru: 'smtp не задан: ответить клиенту из пинга нельзя, копия отправленного не проверена',
        en: 'there is no smtp: nobody can answer from a ping, and the copy of sent mail is not checked',
      }),
    ];
  const id = `otklik.check.${randomUUID()}@${channel.address.split('@').at(-1)}`;
  let transport: Transporter | null = null;
  try {
    transport = await transportOf(channel, channel.smtp.reveal());
    await transport.sendMail({
      from: channel.address,
      to: channel.address,
      subject: 'Отклик: проверка ящика / Otklik: a check of the mailbox',
      text: 'Это письмо можно удалить. / This mail can be deleted.',
      messageId: `<${id}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Otklik': 'check' },
    });
  } catch (error) {
    const code: unknown =
      error instanceof Error ? (Reflect.get(error, 'responseCode') ?? Reflect.get(error, 'code')) : '';
    const said = {
      ru: `письмо не ушло: сервер ответил ${String(code)}`,
      en: `the mail was not sent: the server says ${String(code)}`,
    };
    return [{ level: 'fault', said }];
  } finally {
    transport?.close();
  }
  const found = await whereIs(client, folders, id, patienceMs);
  const arrived = folders.some(({ role, path }) => role !== 'sent' && found.has(path));
  const filed = folders.some(({ role, path }) => role === 'sent' && found.has(path));
  return [
    arrived
      ? fine({ ru: 'письмо самому себе дошло', en: 'a mail to oneself arrived' })
      : gap({ ru: 'письмо самому себе пока не дошло', en: 'a mail to oneself has not arrived yet' }),
    filed
      ? fine({
          ru: 'копия отправленного лежит в папке отправленных',
          en: 'the copy of what was sent lies in the folder of sent mail',
        })
      : gap({
          ru: 'почтовый сервер не кладёт копию отправленного: ответы из программ, которые сами её не кладут, не видны — включите это в настройках почты',
          en: 'the mail server files no copy of what is sent: answers from programs that file none are not seen; turn it on in the mail settings',
        }),
  ];
}

/** The folders that hold the mail, once all do or time is up. */
async function whereIs(
  client: ImapFlow,
  folders: readonly Folder[],
  id: string,
  patienceMs: number,
): Promise<Set<string>> {
  const found = new Set<string>();
  const roles = () => new Set(folders.filter(({ path }) => found.has(path)).map(({ role }) => role));
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    for (const { path } of folders) {
      await client.mailboxOpen(path, { readOnly: true });
      const uids = await client.search({ header: { 'message-id': id } }, { uid: true });
      if (uids && uids.length > 0) found.add(path);
    }
    if (roles().has('sent') && roles().size > 1) break;
    await wait(Math.min(LOOK_EVERY_MS, patienceMs));
  }
  return found;
}
