import type { ChannelConfig, Config } from '@otklik/config';
import type { HookRequest, Listener, ListenerWorld, Received, Sent } from './channel.ts';
import { isPolled, type TelegramAccount, telegramAccounts } from './telegram/account.ts';
import { keepDelivery } from './telegram/keepDelivery.ts';
import { receiveTelegram } from './telegram/receive.ts';
import { listenTelegram } from './telegram/receiver.ts';
import { sendToClient } from './telegram/send.ts';
import { webhookChannel } from './webhook/channel.ts';

/** What one configured channel can do. */
export interface ChannelDoor {
  receive(request: HookRequest, config: Config): Received;
  /** Sends an employee's words to the client in `thread`; null where the channel cannot. */
  readonly send: ((thread: string, text: string) => Promise<Sent>) | null;
}

/** The one place that knows every kind. A new kind is a folder and a case here. */
export function channelOf(channel: ChannelConfig): ChannelDoor {
  switch (channel.kind) {
    case 'webhook':
      return {
        receive: (request, config) => webhookChannel.receive(channel, request, config.privacy),
        send: null,
      };
    case 'telegram':
      return {
        receive: (request, config) => receiveTelegram(accountOf(channel.id, config), request),
        send: (thread, text) => sendToClient(channel, thread, text),
      };
  }
}

function accountOf(channel: string, config: Config): TelegramAccount {
  const account = telegramAccounts(config).find((each) => each.channel?.id === channel);
  if (!account) throw new Error(`channel ${channel} is not a bot`);
  return account;
}

/** A provider's account that we must go to ourselves: something to read, or a subscription to keep alive (law 8). */
export interface Feed {
  /** Stable, no secret: names the lease and the cursor. */
  readonly name: string;
  /** The channels that are deaf when this feed is down. */
  readonly channels: readonly string[];
  /** Changes when the feed must be started anew. */
  readonly fingerprint: string;
  start(world: ListenerWorld): Listener;
}

export function feedsOf(config: Config): Feed[] {
  return telegramAccounts(config).map((account) => ({
    name: `telegram:${account.account}`,
    channels: account.channel ? [account.channel.id] : [],
    fingerprint: JSON.stringify([
      account.token.reveal(),
      account.apiRoot,
      account.channel?.id,
      account.channel?.receive,
      account.channel?.secret?.reveal(),
      [...(account.staff?.people ?? [])],
      account.privacy,
      config.publicUrl,
    ]),
    start: (world) =>
      isPolled(account) ? listenTelegram(account, world) : keepDelivery(account, config.publicUrl, world),
  }));
}
