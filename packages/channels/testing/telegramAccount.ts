import type { Secret, TelegramChannel } from '@otklik/config';
import type { Privacy } from '@otklik/domain';
import { botId, type TelegramAccount } from '../telegram/account.ts';
import { channelBase } from './channelBase.ts';

/** For tests: one bot, channel only unless said otherwise. */
export const TOKEN = '700001:AAbot-secret';

export const PRIVACY: Privacy = { text: 'full', keepText: 0, keepEvents: 0 };

export function secret(value: string): Secret {
  return { reveal: () => value };
}

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
