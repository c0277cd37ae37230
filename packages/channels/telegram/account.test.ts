import assert from 'node:assert/strict';
import type { Person } from '@otklik/domain';
import { it } from 'vitest';
import type { Config } from '../registry.ts';
import { PRIVACY, secret } from '../testing/channelBase.ts';
import { isPolled, telegramAccounts, updateKinds } from './account.ts';
import type { TelegramChannel } from './config.ts';
import { channelConfig } from './testing/account.ts';

const API = 'https://api.telegram.org';

function person(id: string, telegram: number | null): Person {
  return {
    id,
    name: id,
    role: 'owner',
    telegram,
    email: null,
    locale: 'ru',
    timezone: 'UTC',
    away: [],
    quiet: null,
    steppedOut: null,
    reach: ['telegram', 'email'],
    deadEnds: [],
  };
}

function config(channels: readonly TelegramChannel[], notifyToken: string | null): Config {
  return {
    locale: 'ru',
    timezone: 'UTC',
    publicUrl: null,
    calendar: null,
    country: null,
    people: new Map([person('anna', 100_001), person('boris', null)].map((who) => [who.id, who])),
    policies: new Map(),
    gone: new Map(),
    cadence: null,
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    notify: {
      telegram: notifyToken === null ? null : { token: secret(notifyToken), apiRoot: API },
      email: null,
      webhook: null,
    },
    privacy: PRIVACY,
    session: { idle: 0, max: 0 },
  };
}

const TG = channelConfig(API, { token: secret('1:a') });

it('a bot that is both channel and pinging bot is one account', () => {
  const [account, ...others] = telegramAccounts(config([TG], '1:a'));
  assert.deepEqual(others, []);
  assert.deepEqual([account?.account, account?.channel?.id], ['1', 'tg']);
  assert.deepEqual(account?.staff?.people, new Set([100_001]));
});

it('a channel takes everybody for a client when another bot pings', () => {
  const [channel, notifier] = telegramAccounts(config([TG], '2:b'));
  assert.deepEqual([channel?.staff, notifier?.channel], [null, null]);
  assert.deepEqual(
    [channel && updateKinds(channel), notifier && updateKinds(notifier)],
    [
      [
        'message',
        'edited_message',
        'business_connection',
        'business_message',
        'deleted_business_messages',
        'my_chat_member',
        'callback_query',
      ],
      ['message', 'edited_message', 'callback_query', 'my_chat_member'],
    ],
  );
});

it('a bot is polled unless its channel says webhook', () => {
  const webhook = { ...TG, receive: 'webhook' as const, secret: secret('s') };
  assert.deepEqual(telegramAccounts(config([webhook], '2:b')).map(isPolled), [false, true]);
  assert.deepEqual(telegramAccounts(config([TG], null)).map(isPolled), [true]);
});
