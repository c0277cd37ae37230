import type { Config, EmailChannel } from './types.ts';

/** Of `Отклик <otklik@example.ru>` the address and its domain, in lower case. */
export function senderOf(from: string): { readonly address: string; readonly domain: string } {
  const address = (/([^\s<>]+@[^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? '').toLowerCase();
  return { address, domain: address.split('@').at(-1) || 'otklik' };
}

/** The channel that reads the mailbox from which pings are sent: there replies to them arrive. null where none does. */
export function pingMailbox({ notify, channels }: Pick<Config, 'notify' | 'channels'>): EmailChannel | null {
  if (notify.email === null) return null;
  const { address } = senderOf(notify.email.from);
  for (const channel of channels.values())
    if (channel.kind === 'email' && (channel.address === address || channel.also.includes(address)))
      return channel;
  return null;
}
