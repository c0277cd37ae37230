import { type Config, channelsOf, type Secret } from '@otklik/config';
import type { Privacy } from '@otklik/domain';
import { type TelegramChannel, telegramKind } from './config.ts';
import type { HandledKind } from './updateKinds.ts';

/** One bot: for clients, for pings, or both. */
export interface TelegramAccount {
  /** The part of the token before the colon: stable, and no secret. */
  readonly account: string;
  readonly token: Secret;
  readonly apiRoot: string;
  /** null when the bot only pings. */
  readonly channel: TelegramChannel | null;
  /** Telegram ids of those whom the bot pings; null: nobody. */
  readonly staff: { readonly people: ReadonlySet<number> } | null;
  /** Telegram ids of everybody in the config: in a group they answer and ask nothing. */
  readonly people: ReadonlySet<number>;
  readonly privacy: Privacy;
}

/** Each once, in config order; the notifying bot last unless it is a channel. */
export function telegramAccounts(config: Config): TelegramAccount[] {
  const { privacy } = config;
  const notify = config.notify.telegram;
  const notifyId = notify && botId(notify.token);
  const people = peopleIds(config);
  const staff = { people };
  const accounts = channelsOf(config, telegramKind).map((channel) => {
    const account = botId(channel.token);
    const { token, apiRoot } = channel;
    return { account, token, apiRoot, channel, staff: account === notifyId ? staff : null, people, privacy };
  });
  if (notify === null || notifyId === null) return accounts;
  if (accounts.some(({ account }) => account === notifyId)) return accounts;
  return [...accounts, { account: notifyId, ...notify, channel: null, staff, people, privacy }];
}

/** Otherwise Telegram posts to `/hooks/{channel}`. */
export function isPolled(account: TelegramAccount): boolean {
  return account.channel === null || account.channel.receive === 'polling';
}

/** Explicit: an absent list means the last consumer's. */
export function updateKinds(account: TelegramAccount): HandledKind[] {
  return [
    'message',
    // So that the webhook need not change when our people join a bot.
    'edited_message',
    ...(account.channel === null ? [] : OF_A_CHANNEL),
    ...(account.staff === null && account.channel === null ? [] : (['callback_query'] as const)),
    // OF_A_CHANNEL has it already.
    ...(account.staff === null || account.channel !== null ? [] : (['my_chat_member'] as const)),
  ];
}

const OF_A_CHANNEL = [
  'business_connection',
  'business_message',
  'deleted_business_messages',
  'my_chat_member',
] as const satisfies HandledKind[];

/** The part of the token before the colon. */
export function botId(token: Secret): string {
  return token.reveal().split(':', 1).join('');
}

function peopleIds(config: Config): Set<number> {
  return new Set(
    [...config.people.values()].flatMap(({ telegram }) => (telegram === null ? [] : [telegram])),
  );
}
