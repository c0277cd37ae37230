import type { EmailChannel } from '@otklik/config';
import type { Address, Mail } from './mail.ts';

/** Whether an address is ours: the mailbox, our other addresses and domains, and our people's own. */
export function isOurs(
  address: string,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): boolean {
  const domain = address.slice(address.lastIndexOf('@'));
  return (
    address === channel.address ||
    channel.also.includes(address) ||
    channel.also.includes(domain) ||
    people.has(address)
  );
}

/** Who of the recipients is none of us. */
export function strangersIn(
  mail: Pick<Mail, 'to'>,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): Address[] {
  return mail.to.filter(({ address }) => !isOurs(address, channel, people));
}
