import type { EmailChannel } from './config.ts';
import type { Address, Mail } from './mail.ts';

/** Whether an address is ours: the mailbox, our other addresses and domains, and our people's own. */
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
 * Who wrote a mail whose From is believed. A form on a web site writes as a robot, as a service or as ourselves and names the
 * client in Reply-To (RFC 5322, 3.6.2: where the author wants the answer). Of one domain it is the same company's.
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

/** Whether a mail is of a form that names the client in the text alone: so the config says. */
export const isOfForm = (from: Address | null, { forms }: Pick<EmailChannel, 'forms'>): boolean =>
  from !== null && (forms.includes(from.address) || forms.includes(domainOf(from.address)));

/** The stranger whom a Reply-To names, where it names one. */
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

/** Names that only programs bear, whatever stands between their words and behind them. */
const NOBODY = /noreply|donotreply|dontreply/;
const ROBOTS =
  /^(mailerdaemon|postmaster|bounces?|notifications?|notify|robot|autoreply|autoresponder|dmarcreports?|e?newsletters?|enews)\d*$/;
/** The first word of an address that goes on: `bounces+12@`, `notifications-eu@`; of a reply to one ticket too. */
const BEGINS =
  /^(mailer-daemon|postmaster|bounces?|notifications?|notify|autoreply|auto-reply|newsletters?|repl(y|ies))([+._-].*)$/;

export function isRobot(address: string): boolean {
  const name = address.split('@', 1).join('');
  const plain = name.replaceAll(/[._+-]/g, '');
  return NOBODY.test(plain) || ROBOTS.test(plain) || BEGINS.test(name);
}

/** Where answers to one mailing are to go: who got it and which mailing it was, in numbers. Those who pass on people's mails write letters too. */
export const isTracking = (address: string): boolean => /^\d+(\.\d+){5,}@/.test(address);

/** Accounts of databases and monitors: what bears their name was sent by a script. Web sites run as other accounts (www-data, apache). */
export const isAccount = (address: string): boolean =>
  /^(oracle|postgres|mysql|nagios|icinga2?|zabbix|munin|monit|logwatch|smartd|crond?)@/.test(address);

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@'));

/** Who of the recipients is none of us. */
export function strangersIn(
  mail: Pick<Mail, 'to'>,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): Address[] {
  return mail.to.filter(({ address }) => !isOurs(address, channel, people));
}
