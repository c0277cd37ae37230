import { z } from 'zod';
import { baseUrlField } from '../addressFields.ts';
import type { Secret } from '../secret.ts';
import { botTokenField, telegramSecretField } from '../secretFields.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import type { KindConfig } from './kind.ts';

export interface TelegramChannel extends ChannelBase {
  readonly kind: 'telegram';
  readonly token: Secret;
  readonly apiRoot: string;
  /** `webhook` needs `public_url` and `secret`. */
  readonly receive: 'polling' | 'webhook';
  /** What Telegram sends back as X-Telegram-Bot-Api-Secret-Token. */
  readonly secret: Secret | null;
}

export const TELEGRAM_API = 'https://api.telegram.org';

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

export const telegramKind = {
  schema,
  settings: ({ kind, token, api_root: apiRoot, receive, secret }) => ({
    kind,
    token,
    apiRoot,
    receive,
    secret: secret ?? null,
  }),
  describe: ({ receive }) => `telegram, ${receive}`,
} satisfies KindConfig<TelegramChannel, z.output<typeof schema>>;
