import {
  baseUrlField,
  botTokenField,
  type ChannelBase,
  type Checking,
  channelBase,
  configKind,
  type Entry,
  lookUp,
  type Secret,
  secretField,
  subjectOf,
  TELEGRAM_API,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface TelegramChannel extends ChannelBase {
  readonly kind: 'telegram';
  readonly token: Secret;
  readonly apiRoot: string;
  /** `webhook` needs `public_url` and `secret`. */
  readonly receive: 'polling' | 'webhook';
  /** What Telegram sends back as X-Telegram-Bot-Api-Secret-Token. */
  readonly secret: Secret | null;
}

const schema = z
  .strictObject({
    kind: z.literal('telegram').meta({ description: 'A Telegram bot to which clients write.' }),
    ...channelBase,
    token: botTokenField('The bot’s token, from @BotFather.', 'env:TELEGRAM_TOKEN'),
    api_root: baseUrlField('Address of the Bot API server.', TELEGRAM_API).default(TELEGRAM_API),
    receive: z.enum(['polling', 'webhook']).default('polling').meta({
      description:
        'polling asks Telegram for updates; webhook lets Telegram call, and needs public_url and secret.',
    }),
    secret: telegramSecretField(
      'What Telegram sends back as X-Telegram-Bot-Api-Secret-Token. Needed for  receive: webhook.',
      'env:TELEGRAM_WEBHOOK_SECRET',
    ).optional(),
  })
  .meta({ description: 'A Telegram bot, private chats.' });

export const telegramKind = configKind<TelegramChannel, z.output<typeof schema>>({
  kind: 'telegram',
  schema,
  settings: ({ token, api_root: apiRoot, receive, secret }) => ({
    token,
    apiRoot,
    receive,
    secret: secret ?? null,
  }),
  provesPhones: () => true,
  describe: ({ receive }) => `telegram, ${receive}`,
  check: checkTelegram,
});

/** One bot, one channel; and what `receive: webhook` cannot do without. */
function checkTelegram(
  entries: readonly Entry<z.output<typeof schema>>[],
  { document, report }: Checking,
): void {
  const tokens = new Set<string>();
  for (const { path, value } of entries) {
    const subject = subjectOf(path, document.value);
    if (tokens.has(value.token.reveal())) {
      report(
        [...path, 'token'],
        `${subject}: its bot belongs to another channel already`,
        'One bot, one channel: make a second bot with @BotFather',
      );
    }
    tokens.add(value.token.reveal());
    if (value.receive !== 'webhook') continue;
    if (lookUp(document.value, ['public_url']) == null) {
      report(
        [...path, 'receive'],
        `${subject}: receive: webhook needs public_url`,
        'Write  public_url: https://…  at the top, or  receive: polling',
      );
    }
    if (value.secret === undefined) {
      report(
        [...path, 'receive'],
        `${subject}: receive: webhook needs a secret`,
        'Write  secret: env:TELEGRAM_WEBHOOK_SECRET',
      );
    }
  }
}

/** `secret_token` of Telegram's setWebhook: 1-256 characters A-Z, a-z, 0-9, _ and - (core.telegram.org/bots/api#setwebhook). */
function telegramSecretField(description: string, example: string) {
  const problemOf = (text: string) =>
    /^[A-Za-z0-9_-]{1,256}$/.test(text)
      ? null
      : {
          problem: 'must be 1 to 256 of A-Z, a-z, 0-9, _ and -',
          remedy: 'Make one with  openssl rand -hex 32',
        };
  return secretField(problemOf, description, example);
}
