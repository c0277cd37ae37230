import type { Config } from '@otklik/config';
import type { Channel, Feed } from '../channel.ts';
import { isPolled, type TelegramAccount, telegramAccounts } from './account.ts';
import { checkTelegram } from './check.ts';
import { type TelegramChannel, telegramKind } from './config.ts';
import { editAtClient } from './edit.ts';
import { keepDelivery } from './keepDelivery.ts';
import { listenTelegram } from './longPoll.ts';
import { receiveTelegram } from './receive.ts';
import { sendToClient, TELEGRAM_CARRIES } from './send.ts';

/** Bots for clients, and the bot that pings our people. */
export const telegramChannel: Channel<TelegramChannel> = {
  config: telegramKind,
  repeats: true,
  receive: (channel, request, { config, memory }) =>
    receiveTelegram(accountOf(channel.id, config), request, memory),
  feeds: (config) => telegramAccounts(config).map((account) => feedOf(account, config)),
  check: (channel, { config, memory, now }) =>
    checkTelegram(accountOf(channel.id, config), config.publicUrl, memory, now()),
  send: (channel, outgoing, { memory }) => sendToClient(channel, outgoing, memory),
  carries: () => TELEGRAM_CARRIES,
  edit: (channel, edit, { memory }) => editAtClient(channel, edit, memory),
};

function accountOf(channel: string, config: Config): TelegramAccount {
  const account = telegramAccounts(config).find((each) => each.channel?.id === channel);
  if (!account) throw new Error(`channel ${channel} is not a bot`);
  return account;
}

function feedOf(account: TelegramAccount, config: Config): Feed {
  return {
    name: `telegram:${account.account}`,
    channel: account.channel?.id ?? null,
    fingerprint: JSON.stringify([
      account.token.reveal(),
      account.apiRoot,
      account.channel?.id,
      account.channel?.receive,
      account.channel?.secret?.reveal(),
      account.staff !== null,
      [...account.people],
      account.privacy,
      config.publicUrl,
    ]),
    start: (deps) =>
      isPolled(account) ? listenTelegram(account, deps) : keepDelivery(account, config.publicUrl, deps),
  };
}
