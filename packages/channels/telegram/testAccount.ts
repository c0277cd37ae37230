import type { Secret, TelegramChannel } from '@otklik/config';
import { defaultSteps, type Privacy } from '@otklik/domain';
import { botId, type TelegramAccount } from './account.ts';

/** For tests: one bot, channel only unless said otherwise. */
export const TOKEN = '700001:AAbot-secret';

export const PRIVACY: Privacy = { text: 'full', keepText: 0, keepEvents: 0 };

export function secret(value: string): Secret {
  return { reveal: () => value };
}

export function channelConfig(apiRoot: string, over: Partial<TelegramChannel> = {}): TelegramChannel {
  const policy: TelegramChannel['policy'] = {
    name: 'default',
    warn: 180_000,
    breach: 300_000,
    steps: defaultSteps(180_000, 300_000),
    takeLease: 120_000,
    afterHours: 'same',
    crossChannel: true,
    countsAsAnswer: {
      bot: false,
      closing: false,
      reaction: false,
      minCall: 5_000,
      unknown: false,
      formal: true,
    },
    formalReplies: [],
    overload: null,
  };
  return {
    kind: 'telegram',
    id: 'tg',
    name: 'Бот',
    policy,
    rate: 100,
    owner: 'anna',
    duty: [],
    deputies: [],
    head: null,
    token: secret(TOKEN),
    apiRoot,
    receive: 'polling',
    secret: null,
    ...over,
  };
}

export function accountOf(channel: TelegramChannel, over: Partial<TelegramAccount> = {}): TelegramAccount {
  const { token, apiRoot } = channel;
  return { account: botId(token), token, apiRoot, channel, staff: null, privacy: PRIVACY, ...over };
}
