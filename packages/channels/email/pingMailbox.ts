import { type Config, channelsOf, senderOf } from '@otklik/config';
import { type EmailChannel, emailKind } from './config.ts';

/** The channel that reads the mailbox from which pings are sent: there replies to them arrive. null where none does. */
export function pingMailbox(config: Pick<Config, 'notify' | 'channels'>): EmailChannel | null {
  if (config.notify.email === null) return null;
  const { address } = senderOf(config.notify.email.from);
  const reads = (channel: EmailChannel) => channel.address === address || channel.also.includes(address);
  return channelsOf(config, emailKind).find(reads) ?? null;
}
