import { type Config, channelsOf, type Secret } from '@otklik/config';
import type { Privacy } from '@otklik/domain';
import { type TelegramChannel, telegramKind } from './config.ts';
import type { HandledKind } from './updateKinds.ts';

/** One bot. The same bot may be a channel that clients write to, the bot that pings our people, or both. */
export interface TelegramAccount {
  /** The bot's id, the part of the token before the colon: stable when the secret part is renewed, and no secret. */
  readonly account: string;
  readonly token: Secret;
  readonly apiRoot: string;
  /** The channel that clients write to, or null when this bot only pings. */
  readonly channel: TelegramChannel | null;
  /** Not null when this bot pings our people: their Telegram ids. */
  readonly staff: { readonly people: ReadonlySet<number> } | null;
  /** The Telegram ids of everybody in the config: whoever of them writes in a group answers, and asks nothing. */
  readonly people: ReadonlySet<number>;
  readonly privacy: Privacy;
}

/** Every bot that the config names, each once, in the order of the config; the notifying bot last unless it is a channel too. */
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

/** Whether updates are fetched by us; otherwise Telegram posts them to `/hooks/{channel}`. */
export function isPolled(account: TelegramAccount): boolean {
  return account.channel === null || account.channel.receive === 'polling';
}

/** What the bot asks Telegram for. Always explicit: an absent list means "as the last consumer left it". */
export function updateKinds(account: TelegramAccount): HandledKind[] {
  return [
    'message',
    // Of all bots, so that no webhook is set anew when our people join one.
    'edited_message',
    ...(account.channel === null ? [] : OF_A_CHANNEL),
    ...(account.staff === null && account.channel === null ? [] : (['callback_query'] as const)),
    // Of a channel's bot it is asked for already.
    ...(account.staff === null || account.channel !== null ? [] : (['my_chat_member'] as const)),
  ];
}

const OF_A_CHANNEL = [
  'business_connection',
  'business_message',
  'deleted_business_messages',
  'my_chat_member',
] as const satisfies HandledKind[];

/** The bot's id, the part of the token before the colon. */
export function botId(token: Secret): string {
  return token.reveal().split(':', 1).join('');
}

function peopleIds(config: Config): Set<number> {
  return new Set(
    [...config.people.values()].flatMap(({ telegram }) => (telegram === null ? [] : [telegram])),
  );
}
