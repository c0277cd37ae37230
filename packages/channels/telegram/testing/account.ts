import { channelBase, PRIVACY, secret } from '../../testing/channelBase.ts';
import { botId, type TelegramAccount } from '../account.ts';
import type { TelegramChannel } from '../config.ts';

export const TOKEN = '700001:AAbot-secret';

export function channelConfig(apiRoot: string, over: Partial<TelegramChannel> = {}): TelegramChannel {
  return {
    ...channelBase('tg', 'Бот'),
    kind: 'telegram',
    token: secret(TOKEN),
    apiRoot,
    receive: 'polling',
    secret: null,
    ...over,
  };
}

export function accountOf(channel: TelegramChannel, over: Partial<TelegramAccount> = {}): TelegramAccount {
  const { token, apiRoot } = channel;
  return {
    account: botId(token),
    token,
    apiRoot,
    channel,
    staff: null,
    people: new Set(),
    privacy: PRIVACY,
    ...over,
  };
}
