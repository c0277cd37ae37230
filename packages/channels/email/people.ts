import type { EmailChannel } from './config.ts';
import type { Address, Mail } from './mail.ts';

/** Ours: the mailbox, other addresses and domains, our people. */
export function isOurs(
  address: string,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): boolean {
  return (
    address === channel.address ||
    channel.also.includes(address) ||
    channel.also.includes(domainOf(address)) ||
    people.has(address)
  );
}

/**
 * The writer of a trusted From. A site's form writes as a robot, a service or ourselves, with the client in Reply-To
 * (RFC 5322, 3.6.2).
 */
export function writerOf(
  mail: Pick<Mail, 'folder' | 'from' | 'replyTo' | 'to'>,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): Address | null {
  const { folder, from, replyTo } = mail;
  if (folder === 'sent' || from === null || replyTo === null || replyTo.address === from.address) return from;
  if (strangerIn(mail, channel, people) === null) return from;
  const isForm = isOurs(from.address, channel, people)
    ? strangersIn(mail, channel, people).length === 0
    : domainOf(replyTo.address) !== domainOf(from.address);
  return isForm ? replyTo : from;
}

/** Forms that name the client only in the text. */
export const isOfForm = (from: Address | null, { forms }: Pick<EmailChannel, 'forms'>): boolean =>
  from !== null && (forms.includes(from.address) || forms.includes(domainOf(from.address)));

/** A stranger in Reply-To. */
export function strangerIn(
  { replyTo }: Pick<Mail, 'replyTo'>,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): Address | null {
  const isStranger =
    replyTo !== null &&
    !isOurs(replyTo.address, channel, people) &&
    !isRobot(replyTo.address) &&
    !isTracking(replyTo.address);
  return isStranger ? replyTo : null;
}

/** Robots' names, with any separators. */
const NOBODY = /noreply|donotreply|dontreply/;
const ROBOTS =
  /^(mailerdaemon|postmaster|bounces?|notifications?|notify|robot|autoreply|autoresponder|dmarcreports?|e?newsletters?|enews)\d*$/;
/** `bounces+12@`, `notifications-eu@`, replies to tickets. */
const BEGINS =
  /^(mailer-daemon|postmaster|bounces?|notifications?|notify|autoreply|auto-reply|newsletters?|repl(y|ies))([+._-].*)$/;

export function isRobot(address: string): boolean {
  const name = address.split('@', 1).join('');
  const plain = name.replaceAll(/[._+-]/g, '');
  return NOBODY.test(plain) || ROBOTS.test(plain) || BEGINS.test(name);
}

/** Recipient and mailing as numbers; relays of people's mails use letters too. */
export const isTracking = (address: string): boolean => /^\d+(\.\d+){5,}@/.test(address);

/** Scripts of databases and monitors. Web sites use www-data, apache. */
export const isAccount = (address: string): boolean =>
  /^(oracle|postgres|mysql|nagios|icinga2?|zabbix|munin|monit|logwatch|smartd|crond?)@/.test(address);

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@'));

/** Recipients who are not ours. */
export function strangersIn(
  mail: Pick<Mail, 'to'>,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): Address[] {
  return mail.to.filter(({ address }) => !isOurs(address, channel, people));
}
